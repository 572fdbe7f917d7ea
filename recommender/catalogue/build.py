"""Build the catalogue database from checked rows: written beside, then swapped in."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from recommender.catalogue.content import TABLES, Content
from recommender.catalogue.rows import FilmRow, fingerprint_of, read_rows
from recommender.catalogue.schema import SCHEMA_VERSION, create_indexes, create_tables
from recommender.errors import CatalogueError
from recommender.settings import Settings

Progress = Callable[[float, str], None]

_BATCH = 2_000
_STALE_S = 3_600
_INDEX_BYTES = 64 * 2**20
_READ, _WRITTEN, _INDEXED = 0.30, 0.85, 0.95  # where the steps end, as measured


class Origin(StrEnum):
    """Where a catalogue came from; only a bundled one is renewed with the bundled file."""

    BUNDLED = "bundled"
    FILE = "file"


def build_catalogue(
    source: Path,
    target: Path,
    *,
    progress: Progress | None = None,
    origin: Origin | None = None,
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
    _swap_in(target, films, meta, report)
    report(1.0, "Ready")


def _no_progress(_part: float, _what: str) -> None:
    """Take a report and do nothing with it."""


def _swap_in(
    target: Path, films: Sequence[FilmRow], meta: dict[str, str], report: Progress
) -> None:
    """Write a new database under a name of its own, make it durable, put it in place."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target)
        handle, name = tempfile.mkstemp(prefix=f"{target.name}.tmp-", dir=target.parent)
        os.close(handle)
        beside = Path(name)
        try:
            _write(beside, films, meta, report)
            _make_durable(beside)
            # mkstemp gives 0600; a catalogue holds nothing private and may have other readers.
            beside.chmod(0o644)
            beside.replace(target)
            _make_durable(target.parent)
        finally:
            for leftover in (beside, Path(f"{name}-journal")):
                leftover.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        raise CatalogueError(
            f"The catalogue cannot be written to {target}: {_why(error)}. "
            "Free some space, or set MARQUEE_DATA_DIR to a folder that can be written to."
        ) from error


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _remove_stale(target: Path) -> None:
    """Remove what a build that was killed left behind; a build under way is younger."""
    for path in target.parent.glob(f"{target.name}.tmp-*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()


def _make_durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, films: Sequence[FilmRow], meta: dict[str, str], report: Progress) -> None:
    # Here and not above: it brings pandas along, half a second that a plain search can do without.
    from sqlite_utils import Database  # noqa: PLC0415

    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(connection)
        # The file is nobody's until it is swapped in, so nothing has to be undone in it.
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;"
        )
        create_tables(db)
        # Large pieces of the index in memory spare many merges of small ones.
        connection.execute(
            "INSERT INTO search (search, rank) VALUES ('hashsize', ?)", [_INDEX_BYTES]
        )
        connection.execute("BEGIN")
        content = _write_films(connection, films, report)
        _insert(connection, "words", 2, sorted(content.words.items()))
        report(_WRITTEN, "Sorting the indexes")
        counts = {
            "schema_version": str(SCHEMA_VERSION),
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "films": str(len(films)),
            "people": str(content.people),
        }
        _insert(connection, "meta", 2, (meta | counts).items())
        connection.execute("COMMIT")
        create_indexes(db)
        connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        report(_INDEXED, "Saving")


def _insert(
    connection: sqlite3.Connection, table: str, width: int, rows: Iterable[Sequence[object]]
) -> None:
    marks = ", ".join("?" * width)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _write_films(
    connection: sqlite3.Connection, films: Sequence[FilmRow], report: Progress
) -> Content:
    """Write the films with their people, credits, genres and search texts."""
    content = Content(films)
    for start in range(0, len(films), _BATCH):
        batch = content.rows(films[start : start + _BATCH], start + 1)
        for kind, (table, width) in TABLES.items():
            _insert(connection, table, width, batch[kind])
        part = min(start + _BATCH, len(films)) / len(films)
        report(min(_READ + part * (_WRITTEN - _READ), _WRITTEN), "Writing films and people")
    return content
