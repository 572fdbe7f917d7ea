"""See to it that there is a healthy catalogue: keep it, renew it, or say why there is none."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from recommender.catalogue.build import Origin, build_catalogue, swap_in
from recommender.catalogue.database import open_read_only
from recommender.catalogue.integrity import (
    Inspection,
    identity_of,
    inspect_catalogue,
    mark_verified,
)
from recommender.catalogue.row_writer import Progress, StoredRowSource
from recommender.catalogue.rows import fingerprint_of
from recommender.errors import CatalogueError
from recommender.settings import Settings

_building = threading.Lock()  # two threads of one server build once; two processes may build twice


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
            _upgrade(target, progress or (lambda _part, _what: None), stays=stays)
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


def _upgrade(
    target: Path, progress: Progress, *, stays: Callable[[], bool] = lambda: False
) -> None:
    """Put a catalogue of this version in the place of one of an earlier version.

    Films, people and their numbers stay, so a model that was fitted to them stays too.

    Parameters
    ----------
    target
        The database.
    progress
        Called with the part done (0 to 1, never falling) and what is being done.
    stays
        As of `swap_in`.

    Raises
    ------
    CatalogueError
        If the old one cannot be read or the new one not be written; the old one then stays.
    """
    try:
        with contextlib.closing(open_read_only(target)) as connection:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            stored = StoredRowSource(connection)
            step = "Upgrading the catalogue"
            swap_in(target, stored, meta, lambda part, _: progress(part, step), stays=stays)
    except sqlite3.Error as error:
        raise CatalogueError(
            f"The catalogue {target} is of another version and cannot be renewed ({error}). "
            "`python -m recommender import-imdb` imports it again, "
            "`python -m recommender build` brings the bundled films back."
        ) from error
