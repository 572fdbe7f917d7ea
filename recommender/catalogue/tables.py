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
_CATEGORIES = ["cast", "director", "writer"]


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
    """Return the catalogue's films and credits.

    Credits are fetched as numbers and then named: a fifth of a million rows of text would take
    three times as long.
    """
    # Here and not above: a plain search starts half a second sooner without them.
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    films = pd.DataFrame.from_records(
        connection.execute(
            f"SELECT {', '.join(_FILM_COLUMNS)} FROM films ORDER BY film"
        ).fetchall(),
        columns=_FILM_COLUMNS,
    )
    films["runtimeMinutes"] = films["runtimeMinutes"].astype("float64")
    people = np.array(
        connection.execute("SELECT person_id, name FROM people ORDER BY person").fetchall(),
        dtype=object,
    ).reshape(-1, 2)
    film, category, ordering, person = (
        np.array(
            connection.execute(
                """
            SELECT film, (category > 'cast') + (category > 'director'), ordering, person
            FROM credits ORDER BY film, category, ordering
            """
            ).fetchall(),
            dtype=np.int64,
        )
        .reshape(-1, 4)
        .T
    )
    # Films and people are numbered from 1 without gaps.
    credits = pd.DataFrame(
        {
            "tconst": films["tconst"].to_numpy(dtype=object)[film - 1],
            "person_id": people[person - 1, 0],
            "name": people[person - 1, 1],
            "category": np.array(_CATEGORIES, dtype=object)[category],
            "ordering": ordering,
        }
    )
    return CatalogueTables(films=films, credits=credits)
