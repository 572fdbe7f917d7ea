"""See to it that there is a healthy catalogue: keep it, renew it, or say why there is none."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from recommender.catalogue.build import Origin, build_catalogue
from recommender.catalogue.database import Progress
from recommender.catalogue.integrity import identity_of, is_verified, mark_verified
from recommender.catalogue.rows import fingerprint_of
from recommender.catalogue.schema import SCHEMA_VERSION
from recommender.catalogue.upgrade import upgrade_catalogue
from recommender.errors import CatalogueError
from recommender.settings import Settings

_building = threading.Lock()  # two threads of one server build once; two processes may build twice


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """What was found at the catalogue's place.

    Attributes
    ----------
    fault
        Why the catalogue cannot be used, in plain words; empty when it can.
    meta
        What the database says of itself; empty when it cannot be read.
    outdated
        Whether nothing is wrong with it but that another version wrote it.
    """

    fault: str
    meta: dict[str, str]
    outdated: bool = False

    @property
    def healthy(self) -> bool:
        """Whether the catalogue can be used by this version."""
        return not self.fault


def inspect_catalogue(path: Path, *, every_page: bool = True) -> Inspection:
    """Look at a catalogue without changing it.

    Parameters
    ----------
    path
        The database.
    every_page
        Read the whole file even when `note_sound` says that this very file was found sound:
        12 seconds at 700,000 films and a load of 8, which is too long for every start.

    Returns
    -------
    Inspection
        With a fault when the file is missing, damaged, half-written or of another version.
    """
    try:
        there = path.is_file()
    except OSError as error:
        return Inspection(fault=f"the catalogue cannot be read ({error.strerror})", meta={})
    if not there:
        return Inspection(fault="there is no catalogue yet", meta={})
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    meta: dict[str, str] = {}
    verdict = "ok"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            if every_page or not is_verified(path):
                (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return Inspection(fault=f"the catalogue is damaged ({error})", meta=meta)
    if verdict != "ok":
        return Inspection(fault="the catalogue is damaged", meta=meta)
    if meta.get("schema_version") != str(SCHEMA_VERSION):
        fault = "the catalogue is of another version of Marquee"
        return Inspection(fault=fault, meta=meta, outdated=True)
    return Inspection(fault="", meta=meta)


def ensure_catalogue(settings: Settings, progress: Progress | None = None) -> Path:
    """Return the path of a healthy catalogue, building it first when need be.

    It is built when it is missing, damaged or of another version, and renewed when the bundled
    file has changed. A catalogue built from a file of one's own (``build --catalogue``) is not
    renewed; when it has to be rebuilt, that file is taken if it is still there. One of another
    version whose source is not there (all of IMDb, imported once) is renewed from its own tables.
    A healthy catalogue is kept when the bundled file is gone or damaged, and so is one that
    another process, such as an import, has put there by the time that this one is built.

    Parameters
    ----------
    settings
        Where the catalogue belongs and what it is built from.
    progress
        Called with the part done (0 to 1) and what is being done; not called when there is
        nothing to do.

    Raises
    ------
    CatalogueError
        If there is no healthy catalogue and none can be built.
    """
    target = settings.catalogue_db
    if _is_current(_inspect_once(target), settings):
        return target
    with _building:
        before = identity_of(target)
        found = _inspect_once(target)  # another thread may have built it meanwhile
        if _is_current(found, settings):
            return target

        def stays() -> bool:
            return identity_of(target) != before and _inspect_once(target).healthy

        source, origin = _source_of(found, settings)
        if found.outdated and found.meta.get("origin") not in {Origin.BUNDLED, origin}:
            upgrade_catalogue(target, progress or (lambda _part, _what: None), stays=stays)
            return target
        try:
            build_catalogue(source, target, progress=progress, origin=origin, stays=stays)
        except CatalogueError:
            if not found.healthy:
                raise
    return target


def _inspect_once(target: Path) -> Inspection:
    """Look at the whole of a file once, and later only whether it is still that file."""
    identity = identity_of(target)
    found = inspect_catalogue(target, every_page=False)
    if found.healthy and identity is not None:
        mark_verified(target, identity)
    return found


def _is_current(found: Inspection, settings: Settings) -> bool:
    if not found.healthy:
        return False
    if found.meta.get("origin") != Origin.BUNDLED:
        return True
    try:
        return found.meta.get("source_sha256") == fingerprint_of(settings.catalogue_file)
    except CatalogueError:
        return True


def _source_of(found: Inspection, settings: Settings) -> tuple[Path, Origin]:
    """Return what to build from: the file of one's own that was there, else the bundled one."""
    own = Path(found.meta.get("source_path", ""))
    if found.meta.get("origin") == Origin.FILE and own.is_file():
        return own, Origin.FILE
    return settings.catalogue_file, Origin.BUNDLED
