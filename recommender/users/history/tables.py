"""Text files from strangers as rows: encoding, separator and header found out, not asked for."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from recommender.errors import HistoryFileError
from recommender.users.history.columns import Column, find_places, place_by_content
from recommender.users.history.csv_safety import unescape_formula

MOST_ROWS = 50_000

_SEPARATORS = ",;\t|"
_PREAMBLE = 20  # lines that may stand above the header
_LONGEST_CELL = 2_000
_LONGEST_HEADER = 5_000  # characters of a line that is looked at as a header
_LONGEST_LINE = 200_000
_MOST_LINES = 200_000  # empty ones, and those inside cells, too
_NAMES_A_FILM = ({Column.TCONST}, {Column.MOVIE}, {Column.TITLE})

Row = tuple[int, list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A file's rows below its header.

    Attributes
    ----------
    name
        The file's name.
    places
        Where each known column stands.
    rows
        Line number and cells, in the file's order; empty lines are left out.
    """

    name: str
    places: dict[Column, int]
    rows: tuple[Row, ...]

    def cell(self, row: Sequence[str], column: Column) -> str:
        """Return a cell without spaces around it; empty where the row or the column ends."""
        place = self.places.get(column)
        if place is None or place >= len(row):
            return ""
        return unescape_formula(row[place][:_LONGEST_CELL]).strip().replace("\x00", "")

    def cells(self, column: Column) -> Iterator[str]:
        """Yield a column from top to bottom."""
        return (self.cell(row, column) for _, row in self.rows)


def read_text(name: str, data: bytes) -> str:
    """Return a file's text, whatever program wrote it.

    Raises
    ------
    HistoryFileError
        If it is no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            # What spreadsheets on Windows write; five of its bytes mean nothing.
            text = data.decode("cp1252", "replace")
    head = text[:4_000]
    if sum(ord(c) < 32 and c not in "\t\r\n\f" for c in head) > len(head) / 50:
        raise HistoryFileError(f"{name} is not a text file. Marquee reads CSV, JSON and zip files.")
    return text


def read_table(name: str, text: str) -> Table | None:
    """Return the rows of a file of films; None when no column names a film.

    Raises
    ------
    HistoryFileError
        If there are too many rows, or the quotes in it do not match up.
    """
    first = islice(io.StringIO(text, newline=""), _PREAMBLE)
    head = [line[:_LONGEST_HEADER].rstrip("\r\n") for line in first]
    best: tuple[int, str, int] = (0, ",", 0)
    for separator in _SEPARATORS:
        for number, line in enumerate(head):
            score = _score(find_places(_split(line, separator)))
            # Of equals the later: a list's own title line looks like a header too.
            if score and score >= best[0]:
                best = (score, separator, number)
    score, separator, number = best
    if score == 0:
        return _read_headless(name, text, head)
    rows = _read_rows(name, text, separator, skip=number)
    if not rows:
        return None
    places = find_places(rows[0][1])
    below = tuple(rows[1:])
    if not {Column.RATING, Column.POSITION, Column.KIND, Column.MOVIE} & set(places):
        for column, place in place_by_content([cells for _, cells in below[:_PREAMBLE]]).items():
            places.setdefault(column, place)
    return Table(name=name, places=places, rows=below)


def _score(places: dict[Column, int]) -> int:
    """Return how surely these are the columns of a file of films; 0 when they name none."""
    if not any(names <= set(places) for names in _NAMES_A_FILM):
        return 0
    sure = {Column.TCONST, Column.YEAR, Column.MOVIE} & set(places)
    return len(places) + (10 if sure else 0)


def _read_headless(name: str, text: str, head: Sequence[str]) -> Table | None:
    """Return rows whose header is in no known language, or missing, by the ids in them."""
    for separator in _SEPARATORS:
        sample = [cells for line in head if (cells := _split(line, separator))]
        for skipped in (0, 1):
            places = place_by_content(sample[skipped:]) if len(sample) > skipped else {}
            if places:
                rows = _read_rows(name, text, separator)
                return Table(name=name, places=places, rows=tuple(rows[skipped:]))
    return None


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _read_rows(name: str, text: str, separator: str, *, skip: int = 0) -> list[Row]:
    file = io.StringIO(text, newline="")
    for _ in range(skip):
        file.readline()
    reader = csv.reader(_bounded_lines(name, file), delimiter=separator)
    rows: list[Row] = []
    line = skip + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = skip + reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise HistoryFileError(f"{name} has more than {MOST_ROWS:,} rows. Please split it.")
    except csv.Error as error:
        raise HistoryFileError(
            f"{name} cannot be read from line {line} on: a quotation mark is missing there."
        ) from error
    return rows


def _bounded_lines(name: str, file: io.StringIO) -> Iterator[str]:
    """Yield lines; a line of millions of cells, or millions of lines, would take minutes."""
    for number, line in enumerate(file):
        if len(line) > _LONGEST_LINE or number > _MOST_LINES:
            raise HistoryFileError(f"{name} has too many lines, or too long ones, for a history.")
        yield line
