"""Inputs of commands: CSV files, and film ids as people write them."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.entities import Film
from recommender.errors import FilmFileError, RatingsError

if TYPE_CHECKING:
    import pandas as pd

_MAX_SUGGESTIONS = 3
_TCONST = re.compile(r"tt[0-9]{7,10}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z]+\.)?imdb\.com/.*?\b(tt[0-9]{7,10})\b.*")


class FileRefused(click.ClickException):
    """A file given to a command is not valid or cannot be written; exit code 2."""

    exit_code = 2


@contextmanager
def refuse_invalid_data() -> Iterator[None]:
    """Turn errors in the content of a given file into `FileRefused`."""
    try:
        yield
    except (FilmFileError, RatingsError) as error:
        raise FileRefused(str(error)) from error


def read_film_id(text: str) -> str | None:
    """Return the IMDb id in a text such as ``TT0113277`` or an address of IMDb, else None."""
    plain = text.strip().lower()
    if _TCONST.fullmatch(plain):
        return plain
    found = _ADDRESS.fullmatch(plain)
    return found[1] if found else None


def describe_unknown(text: str, search: Callable[[str], Sequence[Film]]) -> str:
    """Return the text of an unknown film, with the films a search for it finds.

    Parameters
    ----------
    text : what was given as an id
    search : a query -> films, best first
    """
    films = [] if read_film_id(text) else list(search(text))[:_MAX_SUGGESTIONS]
    if not films:
        return text
    suggestions = ", ".join(f"{film.tconst} {film.label}" for film in films)
    return f"{text} (a title; ids that match it: {suggestions})"


def read_movielens(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table of MovieLens with these columns as numbers; ``tt`` of an id is dropped.

    Raises
    ------
    FileRefused
        If it cannot be read, lacks a column, or has a row with more cells than the header or a
        cell that is not a number.
    """
    # pandas takes 0.3 s to import, and `search` does not need it.
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    try:
        table = pd.read_csv(path)
    except (ValueError, OSError, EOFError) as error:
        if isinstance(error, pd.errors.ParserError):
            _refuse_long_row(path)
        raise FileRefused(f"{path}: cannot be read as CSV ({error}).") from error
    if not isinstance(table.index, pd.RangeIndex):
        # pandas takes surplus cells of the first row for an index, and shifts all columns.
        _refuse_long_row(path)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise FileRefused(f"{path}: lacks the columns {', '.join(missing)}.")
    for column in columns:
        cells = table[column]
        if column == "imdbId":
            cells = cells.astype("str").str.strip().str.replace("^tt", "", case=False, regex=True)
        numbers = pd.to_numeric(cells, errors="coerce")
        valid = np.isfinite(numbers)
        if column != "rating":
            valid &= (numbers >= 0) & (numbers % 1 == 0)
        if not valid.all():
            position = int(np.flatnonzero(~valid)[0])
            line, cell = _find_cell(path, position, column)
            kind = "a number" if column == "rating" else "a whole number"
            if column == "imdbId":
                kind = "an id of IMDb, such as 0113277 or tt0113277"
            raise FileRefused(f"{path}, line {line}: {column} is {cell[:40]!r}, not {kind}.")
        table[column] = numbers if column == "rating" else numbers.astype("int64")
    return table


def _read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every row that is not empty, the header first."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        yield from ((reader.line_num, row) for row in reader if row)


def _refuse_long_row(path: Path) -> None:
    """Raise `FileRefused` for the first row with more cells than the header, if there is one."""
    rows = _read_rows(path)
    _, header = next(rows)
    for line, row in rows:
        if len(row) > len(header):
            raise FileRefused(
                f"{path}, line {line}: {len(row)} cells, but the header has {len(header)}."
            )


def _find_cell(path: Path, position: int, column: str) -> tuple[int, str]:
    """Return line number and text of a cell, by position of its row after the header."""
    rows = _read_rows(path)
    _, header = next(rows)
    line, row = next(islice(rows, position, None))
    return line, dict(zip(header, row, strict=False)).get(column, "")
