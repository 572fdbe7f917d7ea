"""Write the catalogue's database, and put it in the place of another at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from recommender.catalogue.row_writer import TABLES, RowSource
from recommender.catalogue.schema import SCHEMA_VERSION, create_indexes, create_tables
from recommender.errors import CatalogueError

Progress = Callable[[float, str], None]
"""Told the part done (0 to 1) and what is being done."""

_AT_ONCE = 50
_WRITTEN, _INDEXED, _SORTED = 0.45, 0.85, 0.95  # where the steps end, as measured


def write_database(path: Path, contents: RowSource, meta: dict[str, str], report: Progress) -> None:
    """Write a new database that nobody reads yet, and make it durable.

    Parameters
    ----------
    path
        An empty file, or none.
    contents
        What goes into it.
    meta
        What the database says of itself, beside its version, date and counts.
    report
        Called with the part done (0 to 1, never falling) and what is being done; what it raises
        ends the writing.

    Raises
    ------
    OSError, sqlite3.OperationalError
        If the file cannot be written.
    """
    # Here and not above: they bring pandas and numpy, half a second a plain search can do without.
    from sqlite_utils import Database  # noqa: PLC0415

    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(connection)
        # The file is nobody's until it is swapped in, so nothing has to be undone in it.
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;"
        )
        create_tables(db)
        connection.execute("BEGIN")
        for done, batch in contents.batches():
            for kind, (table, width) in TABLES.items():
                _insert(connection, table, width, batch[kind])
            report(done * _WRITTEN, "Writing films and people")
        _index(connection, contents, report)
        counts = {
            "schema_version": str(SCHEMA_VERSION),
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "films": str(contents.films),
            "people": str(contents.people),
        }
        _insert(connection, "meta", 2, (meta | counts).items())
        connection.execute("COMMIT")
        report(_INDEXED, "Sorting the indexes")
        create_indexes(db)
    report(_SORTED, "Saving")
    make_durable(path)


def _index(connection: sqlite3.Connection, contents: RowSource, report: Progress) -> None:
    from recommender.catalogue.search.index import SearchIndexWriter  # noqa: PLC0415 - as above

    def tell(done: float) -> None:
        report(_WRITTEN + done * (_INDEXED - _WRITTEN), "Indexing titles and names")

    SearchIndexWriter(connection, tell, contents.credits()).write()


def move_into_place(beside: Path, target: Path) -> None:
    """Put one file in the place of another in the same folder tree, at once and for good."""
    beside.replace(target)
    make_durable(target.parent)


def make_durable(path: Path) -> None:
    """Wait until a file, or a folder's list of files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cannot_be_written(target: Path, error: Exception) -> CatalogueError:
    """Return the error that says why the catalogue cannot be written and what to do."""
    why = (getattr(error, "strerror", None) or str(error)).lower()
    return CatalogueError(
        f"The catalogue cannot be written to {target}: {why}. "
        "Free some space, or set MARQUEE_DATA_DIR to a folder that can be written to."
    )


def _insert(
    connection: sqlite3.Connection, table: str, width: int, rows: Iterable[tuple[Any, ...]]
) -> None:
    # Fifty rows a statement take half the time of one.
    row = f"({', '.join('?' * width)})"
    many = f"INSERT INTO {table} VALUES {', '.join([row] * _AT_ONCE)}"
    left = iter(rows)
    while len(some := list(islice(left, _AT_ONCE))) == _AT_ONCE:
        connection.execute(many, list(chain.from_iterable(some)))
    connection.executemany(f"INSERT INTO {table} VALUES {row}", some)
