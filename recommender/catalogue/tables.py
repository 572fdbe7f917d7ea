"""The whole catalogue as two tables, as the engine is handed it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_FILM_COLUMNS = [
    "tconst",
    "primaryTitle",
    "originalTitle",
    "startYear",
    "runtimeMinutes",
    "genres",
    "averageRating",
    "numVotes",
]
_CREDIT_COLUMNS = ["tconst", "person_id", "name", "category", "ordering"]


@dataclass(frozen=True, slots=True)
class CatalogueTables:
    """The whole catalogue as two tables, in an order that only depends on the content.

    Attributes
    ----------
    films
        tconst, primaryTitle, originalTitle, startYear, runtimeMinutes (float, NaN when not
        known), genres (``|`` between them), averageRating, numVotes; most votes first.
    credits
        tconst, person_id, name, category (director, writer, cast), ordering (from 1); films in
        the order of ``films``.
    """

    films: pd.DataFrame
    credits: pd.DataFrame


def read_tables(connection: sqlite3.Connection) -> CatalogueTables:
    """Return the catalogue's films and credits."""
    # Here and not above: a plain search starts half a second sooner without it.
    import pandas as pd  # noqa: PLC0415

    films = connection.execute(
        f"SELECT {', '.join(_FILM_COLUMNS)} FROM films ORDER BY film"
    ).fetchall()
    credits = connection.execute(
        """
        SELECT f.tconst, p.person_id, p.name, c.category, c.ordering
        FROM credits c JOIN films f USING (film) JOIN people p USING (person)
        ORDER BY c.film, c.category, c.ordering
        """
    ).fetchall()
    frame = pd.DataFrame.from_records(films, columns=_FILM_COLUMNS)
    frame["runtimeMinutes"] = frame["runtimeMinutes"].astype("float64")
    return CatalogueTables(
        films=frame, credits=pd.DataFrame.from_records(credits, columns=_CREDIT_COLUMNS)
    )
