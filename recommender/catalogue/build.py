"""Build the catalogue database: write a temporary file, then swap it in."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from recommender.catalogue.database import cannot_be_written, move_into_place
from recommender.catalogue.row_writer import FilmRowSource, Progress, RowSource, write_database
from recommender.catalogue.rows import fingerprint_of, read_rows
from recommender.settings import Settings

_BATCH = 2_000
_STALE_S = 3_600
_READ = 0.30  # where reading ends, as measured


class Origin(StrEnum):
    """Source of a catalogue; only a bundled one is rebuilt when the bundled file changes."""

    BUNDLED = "bundled"
    FILE = "file"
    IMDB = "imdb"


def build_catalogue(
    source: Path,
    target: Path,
    *,
    progress: Progress | None = None,
    origin: Origin | None = None,
    stays: Callable[[], bool] = lambda: False,
) -> None:
    """Build the catalogue database and replace the old one only on success.

    Parameters
    ----------
    source
        CSV or gzipped CSV of the bundled columns.
    target
        The database; a missing folder is created.
    progress
        Called with the part done (0 to 1, never falling) and the name of the step.
    origin
        By default BUNDLED for the file in the repository, else FILE.
    stays
        See `swap_in`.

    Raises
    ------
    CatalogueError
        If the source is missing, damaged or has a wrong row, or the target cannot be written.
    """
    if origin is None:
        bundled = source.resolve() == Settings().catalogue_file.resolve()
        origin = Origin.BUNDLED if bundled else Origin.FILE
    report = progress or _no_progress
    meta = {
        "origin": origin.value,
        "source": source.name,
        "source_path": str(source.resolve()),
        "source_sha256": fingerprint_of(source),
    }
    report(0.0, "Reading the films")
    films = []
    for done, film in read_rows(source):
        films.append(film)
        if len(films) % _BATCH == 0:
            report(done * _READ, "Reading the films")
    films.sort(key=lambda film: (-film.num_votes, film.tconst))
    contents = FilmRowSource(films)
    swap_in(
        target,
        contents,
        meta,
        lambda part, what: report(_READ + part * (1 - _READ), what),
        stays=stays,
    )
    report(1.0, "Ready")


def _no_progress(_part: float, _what: str) -> None:
    """Ignore a progress report."""


def swap_in(
    target: Path,
    contents: RowSource,
    meta: dict[str, str],
    report: Progress,
    *,
    stays: Callable[[], bool] = lambda: False,
) -> None:
    """Write a database to a temporary file, sync it, and rename it to the target.

    Parameters
    ----------
    target
        The database; a missing folder is created.
    contents
        The rows to write.
    meta
        Entries of the ``meta`` table; version, date and counts are added.
    report
        Called with the part done (0 to 1, never falling) and the name of the step.
    stays
        Called before the rename; True keeps the current file, which another process may have
        replaced meanwhile.

    Raises
    ------
    CatalogueError
        If the target cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target)
        handle, name = tempfile.mkstemp(prefix=f"{target.name}.tmp-", dir=target.parent)
        os.close(handle)
        beside = Path(name)
        try:
            write_database(beside, contents, meta, report)
            # mkstemp gives 0600; the catalogue is public and may have other readers.
            beside.chmod(0o644)
            if not stays():
                move_into_place(beside, target)
        finally:
            for leftover in (beside, Path(f"{name}-journal")):
                leftover.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        raise cannot_be_written(target, error) from error


def _remove_stale(target: Path) -> None:
    """Remove temporary files of killed builds; a running build is younger."""
    for path in target.parent.glob(f"{target.name}.tmp-*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()
