"""The whole catalogue as data frames for the engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

_FILM_TYPES = {
    "film": "int32",
    "tconst": "string",
    "primaryTitle": "string",
    "originalTitle": "string",
    "startYear": "int64",
    "runtimeMinutes": "float64",
    "genres": "string",
    "averageRating": "float64",
    "numVotes": "int64",
}
_PERSON_TYPES = {"person": "int32", "person_id": "string", "name": "string"}
CATEGORIES = ("cast", "director", "writer")
"""In the order of the primary key."""
_CREDITS = """
    SELECT film, person, instr('cdw', substr(category, 1, 1)) - 1, ordering
    FROM credits ORDER BY film, category, ordering
"""
_PIECE = 50_000


@dataclass(frozen=True, slots=True)
class CatalogueTables:
    """The whole catalogue as data frames, in an order that depends only on the content.

    Attributes
    ----------
    films
        tconst, primaryTitle, originalTitle, startYear, runtimeMinutes (float, NaN when
        unknown), genres (separated by ``|``), averageRating, numVotes; most votes first.
    people
        person_id, name.
    roles
        film and person (row numbers of ``films`` and ``people``), category (director, writer,
        cast), ordering (from 1); in the order of ``films``.
    """

    films: pd.DataFrame
    people: pd.DataFrame
    roles: pd.DataFrame

    @property
    def credits(self) -> pd.DataFrame:
        """Roles joined with films and people: tconst, person_id, name, category, ordering."""
        made_by = self.people.iloc[self.roles["person"]].reset_index(drop=True)
        roles = self.roles[["category", "ordering"]]
        credits = made_by.join(roles.astype({"category": self.people["name"].dtype}))
        tconsts = self.films["tconst"].take(self.roles["film"].to_numpy())
        credits.insert(0, "tconst", tconsts.array)
        return credits


def read_tables(connection: sqlite3.Connection) -> CatalogueTables:
    """Return films, people and roles."""
    # Imported here: a search does not need pandas.
    import pandas as pd  # noqa: PLC0415

    films = _read(connection, "films", _FILM_TYPES)
    people = _read(connection, "people", _PERSON_TYPES)
    film, person, category, ordering = _read_credits(connection)
    roles = {
        "film": _places(films.pop("film"), film),
        "person": _places(people.pop("person"), person),
        "category": pd.Categorical.from_codes(category, pd.Index(CATEGORIES)),
        "ordering": ordering,
    }
    return CatalogueTables(films, people, pd.DataFrame(roles, copy=False))


def _read_credits(connection: sqlite3.Connection) -> list[npt.NDArray[np.int32]]:
    """Return film, person, category number and ordering of all credits."""
    import numpy as np  # noqa: PLC0415

    cursor = connection.execute(_CREDITS)
    pieces = [np.empty((4, 0), np.int32)]
    pieces += [np.array(rows, np.int32).T for rows in _pieces(cursor)]
    return [np.concatenate([piece[column] for piece in pieces]) for column in range(4)]


def _places(numbers: pd.Series, wanted: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return the row of each wanted number in sorted numbers."""
    import numpy as np  # noqa: PLC0415

    return np.searchsorted(numbers.to_numpy(), wanted).astype(np.int32)


def _read(connection: sqlite3.Connection, table: str, types: Mapping[str, str]) -> pd.DataFrame:
    """Return columns of a table, read in pieces to save memory."""
    import pyarrow as pa  # noqa: PLC0415

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in types.items()])
    names = list(types)
    pieces = [schema.empty_table()]
    for rows in _pieces(
        connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {names[0]}")
    ):
        columns = zip(*rows, strict=True)
        arrays = [
            pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
        ]
        pieces.append(pa.table(arrays, schema=schema))
    return as_frame(pa.concat_tables(pieces))


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a data frame with Arrow strings."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    texts = {pa.string(): pd.StringDtype(na_value=float("nan"))}
    frame: pd.DataFrame = table.to_pandas(types_mapper=texts.get)
    return frame


def _pieces(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_PIECE):
        yield rows
