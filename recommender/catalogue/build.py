"""Build the catalogue database from checked rows: written beside, then swapped in."""

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
    """Where a catalogue came from; only a bundled one is renewed with the bundled file."""

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
    """Build the catalogue database, replacing what is there only when all went well.

    Parameters
    ----------
    source
        CSV or gzipped CSV of the bundled columns.
    target
        The database; its folder is made when missing.
    progress
        Called with the part done (0 to 1, never falling) and what is being done.
    origin
        BUNDLED when None and the source is the file in the repository, else FILE.
    stays
        As of `swap_in`.

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
    """Take a report and do nothing with it."""


def swap_in(
    target: Path,
    contents: RowSource,
    meta: dict[str, str],
    report: Progress,
    *,
    stays: Callable[[], bool] = lambda: False,
) -> None:
    """Write a new database under a name of its own, make it durable, put it in place.

    Parameters
    ----------
    target
        The database; its folder is made when missing.
    contents
        What goes into it.
    meta
        What the database says of itself, beside its version, date and counts.
    report
        Called with the part done (0 to 1, never falling) and what is being done.
    stays
        Asked at the end whether what is in the place by then stays there: another process may have
        put an import there meanwhile.

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
            # mkstemp gives 0600; a catalogue holds nothing private and may have other readers.
            beside.chmod(0o644)
            if not stays():
                move_into_place(beside, target)
        finally:
            for leftover in (beside, Path(f"{name}-journal")):
                leftover.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        raise cannot_be_written(target, error) from error


def _remove_stale(target: Path) -> None:
    """Remove what a build that was killed left behind; a build under way is younger."""
    for path in target.parent.glob(f"{target.name}.tmp-*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()
