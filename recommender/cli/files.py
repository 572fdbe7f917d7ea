"""Input and output files of commands: CSV reading and atomic writing."""

from __future__ import annotations

import csv
import gzip
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    import pandas as pd

STDIO = Path("-")
"""The path that means stdin or stdout."""


class FileRefused(click.ClickException):
    """A file given to a command is not valid or cannot be written; exit code 2."""

    exit_code = 2


def read_csv(path: Path) -> pd.DataFrame:
    """Return a CSV file (or .csv.gz) with a header as a table.

    Raises
    ------
    FileRefused
        If it cannot be read as CSV, or a row has more cells than the header.
    """
    # pandas takes 0.3 s to import, and `search` does not need it.
    import pandas as pd  # noqa: PLC0415

    try:
        table = pd.read_csv(path)
    except pd.errors.ParserError as error:
        _refuse_long_row(path)
        raise FileRefused(f"{path}: cannot be read as CSV ({error}).") from error
    except (ValueError, OSError, EOFError) as error:
        raise FileRefused(f"{path}: cannot be read as CSV ({error}).") from error
    if not isinstance(table.index, pd.RangeIndex):
        # pandas takes surplus cells of the first row for an index, and shifts all columns.
        _refuse_long_row(path)
    return table


def read_movielens(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table of MovieLens with these columns as numbers; ``tt`` of an id is dropped.

    Raises
    ------
    FileRefused
        As `read_csv`; or if a column is missing, or a cell is not a number.
    """
    # As above.
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    table = read_csv(path)
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


@contextmanager
def replacing(target: Path) -> Iterator[TextIO]:
    """Yield a text file that replaces the target when the block ends without an error.

    Parameters
    ----------
    target
        A path; ``-`` is stdout. Pipes and devices are written to, not replaced.

    Raises
    ------
    FileRefused
        If it cannot be written.
    """
    if target == STDIO:
        yield sys.stdout
        return
    # A pipe behind /dev/stdout has no path of its own, so it is opened before links are resolved.
    if target.exists() and not target.is_file():
        with _refusing(target), target.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    path = target.resolve()  # keeps a symbolic link
    with _refusing(target):
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.tmp-", dir=path.parent)
    try:
        with (
            _refusing(target),
            os.fdopen(handle, "w", encoding="utf-8", newline="") as file,
        ):
            yield file
        with _refusing(target):
            # mkstemp creates files with mode 0600; use the mode of the old file or of a new one.
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileRefused(f"{target} cannot be written: {error.strerror or error}.") from error


def _umask() -> int:
    mask = os.umask(0o077)  # it can be read only by setting it
    os.umask(mask)
    return mask
