"""Bring a catalogue of an earlier version up to date from its own tables.

An import of IMDb takes minutes and a gigabyte of files that may be gone by now, so another layout
of the database must not cost it: films, people and credits are copied, the rest is built anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from recommender.catalogue.build import swap_in
from recommender.catalogue.database import Progress
from recommender.catalogue.row_writer import TABLES, Batch
from recommender.errors import CatalogueError

_BATCH = 10_000


class _Stored:
    """The rows of a catalogue that was written before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._counts = {table: self._count(table) for table in TABLES}

    @property
    def films(self) -> int:
        """How many films there are."""
        return self._counts["films"]

    @property
    def people(self) -> int:
        """How many people there are."""
        return self._counts["people"]

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield rows, each time with the part of all that is done (0 to 1)."""
        done, total = 0, sum(self._counts.values())
        for table in TABLES:
            rows = self._connection.execute(f"SELECT * FROM {table}")
            while some := rows.fetchmany(_BATCH):
                done += len(some)
                yield done / total, {other: some if other == table else () for other in TABLES}

    def credits(self) -> None:
        """Return nothing: the rows hold the credits."""

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def upgrade_catalogue(
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
    uri = f"{target.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            stored = _Stored(connection)
            told = "Renewing the catalogue"
            swap_in(target, stored, meta, lambda part, _: progress(part, told), stays=stays)
    except sqlite3.Error as error:
        raise CatalogueError(
            f"The catalogue {target} is of another version and cannot be renewed ({error}). "
            "`python -m recommender import-imdb` imports it again, "
            "`python -m recommender build` brings the bundled films back."
        ) from error
