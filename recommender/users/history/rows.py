"""Conversion of table rows and JSON to entries: ids, titles, ratings and dates of exports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from recommender.entities import InteractionKind
from recommender.errors import HistoryFileError
from recommender.users.history.dates import ReadDate, date_reader
from recommender.users.history.entries import Entry
from recommender.users.history.tables import MOST_ROWS, TCONST_CELL, Column, Table, plain_name

_YEAR = re.compile(r"\s*(1[89]\d\d|2[01]\d\d)(?:[.,]0+)?(?![\d.,])", re.A)
# The search starts at the bracket, so long titles cause no regex backtracking.
_TITLE_YEAR = re.compile(r"\((1[89]\d\d|2[01]\d\d)\)$", re.A)
_OTHER_TITLE = re.compile(r"\((?:a\.k\.a\. )?([^()]+)\)$")
_ARTICLE_LAST = re.compile(
    r"(.+), (the|an?|le|la|les|l'|une?|der|die|das|eine?|el|los|las|il|lo|gli|i|os?|as?|det|den)",
    re.I,
)
_RATING = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:/\s*(?:5|10))?", re.A)
_ID_DIGITS = re.compile(r"0*(\d{1,10})(?:\.0)?", re.A)
_OTHER_TYPES = (
    (("serie", "saison", "staffel", "season"), "It is a series, not a film."),
    (("episod", "folge", "puntata"), "It is an episode of a series, not a film."),
    (("videogame", "videospiel", "jeuvideo", "videojuego", "videogioco"), "It is a game."),
    (("podcast",), "It is a podcast."),
)
_LONGEST_TEXT = 2_000
_OLDEST = datetime.min.replace(tzinfo=UTC)


class RowReader:
    """Converter of one table's rows to entries.

    Parameters
    ----------
    table
        The table.
    read_date
        Function that parses a date cell of the table.
    scale
        The table's highest possible rating, 5 or 10.
    kind
        Kind of a row without a rating; None when the user has to choose.
    is_exact
        Whether the file is Marquee's own, with exact kinds and times.
    """

    def __init__(
        self,
        table: Table,
        read_date: ReadDate,
        *,
        scale: int = 10,
        kind: InteractionKind | None = None,
        is_exact: bool = False,
    ) -> None:
        self._table = table
        self._read_date = read_date
        self._scale = scale
        self._kind = kind
        self._is_exact = is_exact

    def read(self) -> list[Entry]:
        """Return one entry for each row; two entries if a list's film also has a rating."""
        return [entry for line, row in self._table.rows for entry in self._entries(line, row)]

    def _entries(self, line: int, row: Sequence[str]) -> Iterator[Entry]:
        cell = self._table.cell
        rating = self._rating(row)
        kind, fault = self._kind, type_fault(cell(row, Column.TYPE))
        if self._is_exact:
            kind, unknown = read_kind(cell(row, Column.KIND))
            fault = fault or unknown
        directors = (name.strip() for name in re.split("[,|;]", cell(row, Column.DIRECTORS)))
        watched = self._read_date(cell(row, Column.WATCHED))
        entry = complete(
            Entry(
                line=line,
                tconst=read_tconst(cell(row, Column.TCONST)),
                title=cell(row, Column.TITLE),
                other_title=cell(row, Column.OTHER_TITLE),
                year=read_year(cell(row, Column.YEAR)),
                directors=tuple(filter(None, directors)),
                kind=kind,
                at=watched or self._read_date(cell(row, Column.DATE)),
                is_exact=self._is_exact,
                fault=fault,
            )
        )
        if rating is None or self._is_exact or kind is InteractionKind.WATCHLIST:
            yield entry
        if rating is not None and not self._is_exact:
            yield rated(entry, rating)

    def _rating(self, row: Sequence[str]) -> float | None:
        of_ten = read_rating(self._table.cell(row, Column.RATING_OF_TEN), scale=10)
        if of_ten is not None:
            return of_ten * self._scale / 10
        return read_rating(self._table.cell(row, Column.RATING), scale=self._scale)


def read_json(name: str, text: str, *, now: datetime) -> list[Entry]:
    """Return the entries of a JSON file; an empty result if it has no list of films."""
    try:
        content = json.loads(text)
    # RecursionError: deeply nested brackets; ValueError: also numbers with thousands of digits.
    except (ValueError, RecursionError) as error:
        raise HistoryFileError(f"{name} is not valid JSON.") from error
    films = content.get("films") if isinstance(content, dict) else content
    if not isinstance(films, list):
        return []
    if len(films) > MOST_ROWS:
        raise HistoryFileError(f"{name} has more than {MOST_ROWS:,} films. Please split it.")
    read_date = date_reader((), now=now)
    entries = []
    for number, film in enumerate(films, 1):
        if not isinstance(film, dict):
            continue
        cells = {key: _text(film.get(key)) for key in ("tconst", "kind", "date", "title", "year")}
        kind, fault = read_kind(cells["kind"])
        entries.append(
            complete(
                Entry(
                    line=number,
                    tconst=read_tconst(cells["tconst"]),
                    title=cells["title"],
                    year=read_year(cells["year"]),
                    kind=kind,
                    at=read_date(cells["date"]),
                    is_exact=True,
                    fault=fault,
                )
            )
        )
    return in_order_of_time(entries)


def complete(entry: Entry) -> Entry:
    """Normalise an entry so that it can be matched with films of the catalogue.

    Year and second title are split from the title, and a trailing article moves to the front.
    An entry without id and title gets a fault.
    """
    title, other_title, year = entry.title, entry.other_title, entry.year
    if year is None and (found := _TITLE_YEAR.search(title)):
        title, year = title[: found.start()].rstrip(), int(found[1])
        if not other_title and (found := _OTHER_TITLE.search(title)):
            title, other_title = title[: found.start()].rstrip(), article_first(found[1])
    fault = entry.fault
    if not (fault or entry.tconst or title or other_title):
        fault = "The row names no film: it has neither an id nor a title."
    return replace(
        entry, title=article_first(title), other_title=other_title, year=year, fault=fault
    )


def rated(entry: Entry, rating: float) -> Entry:
    """Return a copy of an entry with a rating instead of its kind."""
    return replace(entry, kind=None, rating=rating)


def in_order_of_time(entries: Sequence[Entry]) -> list[Entry]:
    """Sort entries by time, oldest first; entries without a date come first.

    Entries of one day keep the order of the file, reversed if the file is newest first.
    """
    dated = [entry.at for entry in entries if entry.at is not None]
    newest_first = len(dated) > 1 and dated[0] > dated[-1]
    return sorted(
        reversed(entries) if newest_first else entries, key=lambda entry: entry.at or _OLDEST
    )


def read_kind(text: str) -> tuple[InteractionKind | None, str]:
    """Parse the name of an interaction kind; return the kind, or a fault message."""
    try:
        return InteractionKind(text.casefold()), ""
    except ValueError:
        return None, f"Marquee does not know the kind “{text[:40]}”."


def read_tconst(text: str) -> str | None:
    """Parse the IMDb id in a cell: with or without ``tt``, alone or in a URL."""
    if found := TCONST_CELL.match(text):
        return found[1]
    found = _ID_DIGITS.fullmatch(text.strip())
    return f"tt{int(found[1]):07d}" if found and int(found[1]) else None


def read_year(text: str) -> int | None:
    """Parse the year in a cell; the first year of a range, None if there is no year."""
    found = _YEAR.match(text)
    return int(found[1]) if found else None


def read_rating(text: str, *, scale: int) -> float | None:
    """Parse a rating above 0 and at most ``scale``; None for any other text."""
    found = _RATING.fullmatch(text.strip())
    rating = float(found[1].replace(",", ".")) if found else 0.0
    return rating if 0 < rating <= scale else None


def best_rating(table: Table) -> int:
    """Return a table's rating scale: 10 if any rating exceeds 5, else 5."""
    ratings = [read_rating(cell, scale=10) for cell in table.cells(Column.RATING)]
    return 10 if any(rating is not None and rating > 5 for rating in ratings) else 5


def type_fault(title_type: str) -> str:
    """Return the fault message for an IMDb title type that is not a film, else ""."""
    plain = plain_name(title_type)
    for names, reason in reversed(_OTHER_TYPES):
        if any(name in plain for name in names):
            return reason
    return ""


def article_first(title: str) -> str:
    """Move a title's trailing article to the front: ``Kid, The`` becomes ``The Kid``."""
    found = _ARTICLE_LAST.fullmatch(title)
    if found is None:
        return title
    return f"{found[2]}{'' if found[2].endswith(chr(39)) else ' '}{found[1]}"


def _text(value: object) -> str:
    """Convert a JSON text or number to text; return "" for any other type."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**12 else ""
    # JSON can hold lone surrogates, which SQLite cannot store.
    return (
        value[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").strip().replace("\x00", "")
    )
