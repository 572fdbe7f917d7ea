"""Parsing of command inputs: film ids, IMDb addresses and MovieLens CSV files."""

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
    """A command's input file is invalid or its output file cannot be written; exit code 2."""

    exit_code = 2


@contextmanager
def refuse_invalid_data() -> Iterator[None]:
    """Translate errors in an input file's content to `FileRefused`."""
    try:
        yield
    except (FilmFileError, RatingsError) as error:
        raise FileRefused(str(error)) from error


def read_film_id(text: str) -> str | None:
    """Parse an IMDb id such as ``TT0113277``, or the id in an IMDb URL; None for other text."""
    plain = text.strip().lower()
    if _TCONST.fullmatch(plain):
        return plain
    found = _ADDRESS.fullmatch(plain)
    return found[1] if found else None


def describe_unknown(text: str, search: Callable[[str], Sequence[Film]]) -> str:
    """Return the error text for an unknown film id, with matching films as suggestions.

    Parameters
    ----------
    text : the text that the user gave as a film id
    search : function that returns the films that match a query, best first
    """
    films = [] if read_film_id(text) else list(search(text))[:_MAX_SUGGESTIONS]
    if not films:
        return text
    suggestions = ", ".join(f"{film.tconst} {film.label}" for film in films)
    return f"{text} (a title; ids that match it: {suggestions})"


def read_movielens(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read numeric columns of a MovieLens CSV file; the ``tt`` of IMDb ids is dropped.

    Raises
    ------
    FileRefused
        If the file cannot be read, lacks a column, or has a row longer than the header or a
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
        # If the first row has surplus cells, pandas reads them as an index and shifts all columns.
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
    """Yield (line number, cells) of each non-empty CSV row, including the header."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        yield from ((reader.line_num, row) for row in reader if row)


def _refuse_long_row(path: Path) -> None:
    """Raise `FileRefused` if a CSV row has more cells than the header."""
    rows = _read_rows(path)
    _, header = next(rows)
    for line, row in rows:
        if len(row) > len(header):
            raise FileRefused(
                f"{path}, line {line}: {len(row)} cells, but the header has {len(header)}."
            )


def _find_cell(path: Path, position: int, column: str) -> tuple[int, str]:
    """Return (line number, text) of a CSV cell; rows are counted from the header."""
    rows = _read_rows(path)
    _, header = next(rows)
    line, row = next(islice(rows, position, None))
    return line, dict(zip(header, row, strict=False)).get(column, "")
