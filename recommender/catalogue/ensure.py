"""Keep, rebuild or upgrade the catalogue at a start."""

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

_building = threading.Lock()  # one build per process; two processes may both build


def ensure_catalogue(settings: Settings, progress: Progress | None = None) -> Path:
    """Return the path of a healthy catalogue; build or upgrade it if needed.

    A missing or damaged catalogue is built. A bundled one is rebuilt when the bundled file has
    changed. One of an earlier schema is rebuilt from its source, or upgraded from its own tables
    when the source is gone. A healthy catalogue stays when the bundled file is missing or damaged,
    or when another process has swapped it in meanwhile.

    Parameters
    ----------
    settings
        Paths of the catalogue and of the bundled file.
    progress
        Called with the part done (0 to 1) and the name of the step, if there is work to do.

    Raises
    ------
    CatalogueError
        If no healthy catalogue exists and none can be built.
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
    """Inspect a catalogue; read the whole file only if it is not marked as verified."""
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
    """Return the source of a rebuild: the operator's own file, else the bundled one."""
    own = Path(found.meta.get("source_path", ""))
    if found.meta.get("origin") == Origin.FILE and own.is_file():
        return own, Origin.FILE
    return settings.catalogue_file, Origin.BUNDLED


def _upgrade(
    target: Path, progress: Progress, *, stays: Callable[[], bool] = lambda: False
) -> None:
    """Rewrite a catalogue of an earlier schema from its own tables.

    An import of IMDb takes minutes, so an upgrade must not need its files. Films and people keep
    their numbers, so a fitted model stays valid.

    Parameters
    ----------
    target
        The database.
    progress
        Called with the part done (0 to 1, never falling) and the name of the step.
    stays
        See `swap_in`.

    Raises
    ------
    CatalogueError
        If the old one cannot be read or the new one cannot be written; the old one stays.
    """
    try:
        with contextlib.closing(open_read_only(target)) as connection:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            stored = StoredRowSource(connection)
            step = "Upgrading the catalogue"
            swap_in(target, stored, meta, lambda part, _: progress(part, step), stays=stays)
    except sqlite3.Error as error:
        raise CatalogueError(
            f"The catalogue {target} is of another version and cannot be upgraded ({error}). "
            "`python -m recommender import-imdb` imports it again, "
            "`python -m recommender build` brings the bundled films back."
        ) from error
