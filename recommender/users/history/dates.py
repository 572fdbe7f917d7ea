"""Parsing of dates in exported files, in the usual orders of day, month and year.

``3/4/2021`` may be in March or in April. A number over 12 anywhere in the column decides; without
one, the month comes first, as in IMDb's exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})[-/.]\s?(\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d_]{3,12})\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})(?!\d)")
_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_FILM = datetime(1895, 1, 1, tzinfo=UTC)
_A_DAY = timedelta(days=1)
_PIVOT = 69  # two digits up to this are of this century, as in C and spreadsheets
# First letters of the months in English, German, French, Spanish, Italian and Portuguese.
# fmt: off
_MONTHS = (
    ("jan", "ene", "gen"), ("feb", "fév", "fev"), ("mar", "mär"), ("apr", "avr", "abr"),
    ("may", "mai", "mag"), ("jun", "juin", "giu"), ("jul", "juil", "lug"), ("aug", "aoû", "ago"),
    ("sep", "set"), ("oct", "okt", "out", "ott"), ("nov",), ("dec", "dez", "déc", "dic"),
)
# fmt: on

ReadDate = Callable[[str], datetime | None]


def date_reader(column: Iterable[str], *, now: datetime) -> ReadDate:
    """Return a date parser for one column.

    All cells of the column decide whether day or month comes first. The parser returns a time
    in UTC. It returns None for a cell without a date or with one after ``now`` or before 1895.
    """
    day_first = _is_day_first(column)

    def read(cell: str) -> datetime | None:
        try:
            found = _read(cell.strip(), day_first=day_first)
        except (ValueError, OverflowError):
            return None
        if found is None or not _FIRST_FILM <= found <= now + _A_DAY:
            return None
        return min(found, now)  # it may be tomorrow already in the user's time zone

    return read


def _is_day_first(column: Iterable[str]) -> bool:
    dotted = False
    for cell in column:
        found = _YEAR_LAST.match(cell.strip())
        if found is None:
            continue
        first, mark, second, _ = found.groups()
        if int(first) > 12 or int(second) > 12:
            return int(first) > 12
        dotted = dotted or mark == "."
    return dotted


def _read(cell: str, *, day_first: bool) -> datetime | None:
    if _SECONDS.fullmatch(cell):
        return _EPOCH + timedelta(seconds=float(cell))
    if found := _YEAR_FIRST.match(cell):
        year, month, day = map(int, found.groups())
        # A time of day may follow, in UTC unless it has a zone.
        if len(cell) > found.end() and (moment := _moment(cell)):
            return moment
        return datetime(year, month, day, tzinfo=UTC)
    if found := _YEAR_LAST.match(cell):
        first, second = int(found[1]), int(found[3])
        day, month = (first, second) if day_first else (second, first)
        return datetime(_full_year(found[4]), month, day, tzinfo=UTC)
    if found := _NAMED.match(cell):
        return _named(found)
    return None


def _moment(cell: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) <= _PIVOT else 1900)


def _named(found: re.Match[str]) -> datetime | None:
    word = found[2].casefold()
    day = found[1] or found[3]
    for number, beginnings in enumerate(_MONTHS, 1):
        if day and word.startswith(beginnings):
            return datetime(int(found[4]), number, int(day), tzinfo=UTC)
    return None
