"""Tables of films and ratings for measuring the engine, straight from files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recommender.catalogue import Catalogue, ensure_catalogue
from recommender.cli.files import FileRefused
from recommender.settings import Settings

_FILM_COLUMNS = (
    "tconst", "primaryTitle", "originalTitle", "startYear", "runtimeMinutes", "genres",
    "averageRating", "numVotes",
)  # fmt: skip
_CREDIT_COLUMNS = {"directors": "director", "writers": "writer", "cast": "cast"}


def read_csv(path: Path) -> pd.DataFrame:
    """Return a CSV file (or .csv.gz) as a table.

    Raises
    ------
    FileRefused
        If it is not one.
    """
    try:
        return pd.read_csv(path)
    except (ValueError, OSError, EOFError) as error:
        raise FileRefused(f"{path}: cannot be read as CSV ({error}).") from error


def read_films(source: Path | None, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return films and credits, as `fit_model` takes them.

    Parameters
    ----------
    source
        A file of the bundled columns, whose rows need not pass the catalogue's checks (what has
        no year or no genre is left out); the catalogue itself when None.
    settings
        Where the catalogue is.

    Raises
    ------
    FileRefused
        If the file is no CSV or lacks a column.
    """
    if source is None:
        with Catalogue(ensure_catalogue(settings)) as catalogue:
            tables = catalogue.read_tables()
        return tables.films, tables.credits
    table = read_csv(source)
    missing = [name for name in (*_FILM_COLUMNS, *_CREDIT_COLUMNS) if name not in table.columns]
    if missing:
        raise FileRefused(f"{source}: lacks the columns {', '.join(missing)}.")
    complete = table[["tconst", "startYear", "genres", "averageRating", "numVotes"]].notna()
    table = table[complete.all(axis=1)].drop_duplicates("tconst")
    films = table[list(_FILM_COLUMNS)].astype({"startYear": "int64", "numVotes": "int64"})
    credits = pd.concat(
        [_explode(table, column, category) for column, category in _CREDIT_COLUMNS.items()],
        ignore_index=True,
    )
    return films.reset_index(drop=True), credits


def _explode(table: pd.DataFrame, column: str, category: str) -> pd.DataFrame:
    named = table[["tconst", column]].dropna()
    credits = named.assign(name=named[column].str.split("|")).explode("name")[["tconst", "name"]]
    credits = credits[credits["name"].str.len() > 0]
    return credits.assign(
        person_id=credits["name"],
        category=category,
        ordering=credits.groupby("tconst").cumcount() + 1,
    )
