"""Films as rows of the database's tables, and the writer of a new database."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from recommender.catalogue.database import make_durable
from recommender.catalogue.rows import FilmRow, Person
from recommender.catalogue.schema import SCHEMA_VERSION, create_indexes, create_tables
from recommender.catalogue.search.tokens import sort_key, sort_key_without_article

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PRIOR_VOTES = 25_000  # prior of the weighted rating, in votes at the mean

# Table and number of columns per kind of row.
TABLES = {
    "films": ("films", 17),
    "people": ("people", 3),
    "credits": ("credits", 4),
}
Batch = Mapping[str, Iterable[tuple[Any, ...]]]
"""Rows by the keys of TABLES."""
Values = TypeVar("Values", float, Any)

_BATCH = 2_000
_STORED_BATCH = 10_000
Progress = Callable[[float, str], None]
"""Called with the part done (0 to 1) and a text that names the step."""

_AT_ONCE = 50
_WRITTEN, _INDEXED, _SORTED = 0.45, 0.85, 0.95  # where the steps end, as measured


class RowSource(Protocol):
    """Rows of a catalogue, whatever their source.

    Attributes
    ----------
    films, people
        Number of films and people; final after the last batch.
    """

    films: int
    people: int

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield the part done (0 to 1) and a batch of rows."""

    def credits(self) -> npt.NDArray[np.int64] | None:
        """Return credits as ``pack_credits`` packs them, None if only the rows hold them."""


def credit_weight(rating: Values, votes: Values, mean: float) -> Values:
    """Return Bayesian weighted ratings, of scalars or arrays."""
    return (rating * votes + mean * PRIOR_VOTES) / (votes + PRIOR_VOTES)


class FilmRowSource:
    """Rows of films that are sorted by votes, most first."""

    def __init__(self, films: Sequence[FilmRow]) -> None:
        self._films = films
        self.films, self.people = len(films), 0
        votes = sum(film.num_votes for film in films)
        rated = sum(film.average_rating * film.num_votes for film in films)
        self._mean = rated / votes if votes else 0.0
        self._numbers: dict[str, int] = {}

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield the part done (0 to 1) and a batch of rows."""
        for start in range(0, self.films, _BATCH):
            end = min(start + _BATCH, self.films)
            yield end / self.films, self.rows(self._films[start:end], start + 1)

    def credits(self) -> None:
        """Return None: the rows hold the credits."""

    def rows(self, films: Iterable[FilmRow], first: int) -> Batch:
        """Return the rows of films numbered from ``first``, by the keys of TABLES."""
        batch: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        for number, film in enumerate(films, first):
            batch["films"].append(self._film(number, film))
            # In the order of the primary key, so that SQLite only appends.
            groups = (("cast", film.cast), ("director", film.directors), ("writer", film.writers))
            for category, people in groups:
                for order, person in enumerate(people, 1):
                    if person.person_id not in self._numbers:
                        batch["people"].append(self._new_person(person))
                    batch["credits"].append(
                        (number, category, order, self._numbers[person.person_id])
                    )
        return batch

    def _new_person(self, person: Person) -> tuple[object, ...]:
        """Return the row of a new person with the next number."""
        self.people += 1
        self._numbers[person.person_id] = self.people
        return self.people, person.person_id, person.name

    def _film(self, number: int, film: FilmRow) -> tuple[object, ...]:
        weighted = credit_weight(film.average_rating, float(film.num_votes), self._mean)
        return (
            number,
            film.tconst,
            film.primary_title,
            film.original_title,
            film.start_year,
            film.runtime_min,
            "|".join(film.genres),
            film.average_rating,
            film.num_votes,
            *("|".join([p.name for p in g]) for g in (film.directors, film.writers, film.cast)),
            weighted,
            math.log1p(film.num_votes),
            sort_key(film.primary_title),
            sort_key_without_article(film.primary_title),
            sort_key(film.original_title),
        )


class StoredRowSource:
    """The rows of an existing catalogue."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        counts = {table: self._count(table) for table in TABLES}
        self.films, self.people, self._rows = (
            counts["films"],
            counts["people"],
            sum(counts.values()),
        )

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield the part done (0 to 1) and a batch of rows."""
        done = 0
        for table in TABLES:
            rows = self._connection.execute(f"SELECT * FROM {table}")
            while some := rows.fetchmany(_STORED_BATCH):
                done += len(some)
                yield done / self._rows, {**dict.fromkeys(TABLES, ()), table: some}

    def credits(self) -> None:
        """Return None: the rows hold the credits."""

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def write_database(path: Path, contents: RowSource, meta: dict[str, str], report: Progress) -> None:
    """Write a new database and sync it to disk.

    Parameters
    ----------
    path
        An empty or missing file.
    contents
        The rows to write.
    meta
        Entries of the ``meta`` table; version, date and counts are added.
    report
        Called with the part done (0 to 1, never falling) and the name of the step; an exception
        ends the write.

    Raises
    ------
    OSError, sqlite3.OperationalError
        If the file cannot be written.
    """
    # Imported here: it loads pandas and numpy, which a search does not need.
    from sqlite_utils import Database  # noqa: PLC0415

    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(connection)
        # No reader sees the file before the swap, so it needs no journal.
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


def _insert(
    connection: sqlite3.Connection, table: str, width: int, rows: Iterable[tuple[Any, ...]]
) -> None:
    # Fifty rows per statement halve the time of inserts.
    row = f"({', '.join('?' * width)})"
    many = f"INSERT INTO {table} VALUES {', '.join([row] * _AT_ONCE)}"
    left = iter(rows)
    while len(some := list(islice(left, _AT_ONCE))) == _AT_ONCE:
        connection.execute(many, list(chain.from_iterable(some)))
    connection.executemany(f"INSERT INTO {table} VALUES {row}", some)
