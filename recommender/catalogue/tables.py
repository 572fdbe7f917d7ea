"""The whole catalogue as two tables, as the engine is handed it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_FILM_TYPES = {
    "tconst": "string",
    "primaryTitle": "string",
    "originalTitle": "string",
    "startYear": "int64",
    "runtimeMinutes": "float64",
    "genres": "string",
    "averageRating": "float64",
    "numVotes": "int64",
}
_CREDIT_TYPES = {
    "tconst": "string",
    "person_id": "string",
    "name": "string",
    "category": "string",
    "ordering": "int64",
}
_PIECE = 50_000


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
    films = _read(
        connection,
        f"SELECT {', '.join(_FILM_TYPES)} FROM films ORDER BY film",
        _FILM_TYPES,
    )
    credits = _read(
        connection,
        """
        SELECT f.tconst, p.person_id, p.name, c.category, c.ordering
        FROM credits c JOIN films f USING (film) JOIN people p USING (person)
        ORDER BY c.film, c.category, c.ordering
        """,
        _CREDIT_TYPES,
    )
    return CatalogueTables(films=films, credits=credits)


def _read(connection: sqlite3.Connection, sql: str, types: Mapping[str, str]) -> pd.DataFrame:
    """Return what a query finds, a piece at a time: as tuples all of it would not fit."""
    # Here and not above: a plain search starts half a second sooner without them.
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in types.items()])
    cursor = connection.execute(sql)
    pieces = [schema.empty_table()]
    while rows := cursor.fetchmany(_PIECE):
        columns = zip(*rows, strict=True)
        arrays = [
            pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
        ]
        pieces.append(pa.table(arrays, schema=schema))
    texts = {pa.string(): pd.StringDtype(na_value=float("nan"))}
    frame: pd.DataFrame = pa.concat_tables(pieces).to_pandas(types_mapper=texts.get)
    return frame
