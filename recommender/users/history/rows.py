"""One row of a table as one `Entry`: ids, titles, ratings and dates as exports write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from recommender.entities import InteractionKind
from recommender.users.history.columns import TCONST_CELL, Column, plain_name
from recommender.users.history.dates import ReadDate
from recommender.users.history.entries import Entry
from recommender.users.history.tables import Table

_YEAR = re.compile(r"\s*(1[89]\d\d|2[01]\d\d)(?:[.,]0+)?(?![\d.,])", re.A)
# Searched from the bracket on: a pattern for what stands before it would try every space.
_TITLE_YEAR = re.compile(r"\((1[89]\d\d|2[01]\d\d)\)$", re.A)
_OTHER_TITLE = re.compile(r"\((?:a\.k\.a\. )?([^()]+)\)$")
_ARTICLE_LAST = re.compile(
    r"(.+), (the|an?|le|la|les|l'|une?|der|die|das|eine?|el|los|las|il|lo|gli|i|os?|as?|det|den)",
    re.I,
)
_RATING = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:/\s*(?:5|10))?", re.A)
_ID_DIGITS = re.compile(r"0*(\d{1,10})(?:\.0)?", re.A)
_NO_FILM = (
    (("serie", "saison", "staffel", "season"), "It is a series, not a film."),
    (("episod", "folge", "puntata"), "It is an episode of a series, not a film."),
    (("videogame", "videospiel", "jeuvideo", "videojuego", "videogioco"), "It is a game."),
    (("podcast",), "It is a podcast."),
)
_OLDEST = datetime.min.replace(tzinfo=UTC)


class RowReader:
    """Reads the rows of one table.

    Parameters
    ----------
    table
        What to read.
    read_date
        Reads a cell of its dates.
    scale
        The best rating there is in it.
    kind
        What a row without a rating says; None when only the person knows.
    is_exact
        Whether the file is Marquee's own, with kinds and moments to be kept to the letter.
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
        """Return an entry for each row; two where a listed film has a rating as well."""
        return [entry for line, row in self._table.rows for entry in self._entries(line, row)]

    def _entries(self, line: int, row: Sequence[str]) -> Iterator[Entry]:
        cell = self._table.cell
        rating = self._rating(row)
        kind, fault = self._kind, no_film(cell(row, Column.TYPE))
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


def complete(entry: Entry) -> Entry:
    """Return an entry as it can be looked up.

    Without a year, one is taken out of the title, and a second title with it; an article goes to
    the front; a line that names no film gets its fault.
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
    """Return an entry that says a rating, and nothing else."""
    return replace(entry, kind=None, rating=rating)


def in_order_of_time(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries oldest first, those without a date before all.

    Those of one day keep the file's order, which is turned round when the file goes back in time.
    """
    dated = [entry.at for entry in entries if entry.at is not None]
    goes_back = len(dated) > 1 and dated[0] > dated[-1]
    return sorted(
        reversed(entries) if goes_back else entries, key=lambda entry: entry.at or _OLDEST
    )


def read_kind(text: str) -> tuple[InteractionKind | None, str]:
    """Return what a word of Marquee's says, or why it says nothing."""
    try:
        return InteractionKind(text.casefold()), ""
    except ValueError:
        return None, f"Marquee does not know the kind “{text[:40]}”."


def read_tconst(text: str) -> str | None:
    """Return IMDb's id of a cell: with or without ``tt``, alone or in an address."""
    if found := TCONST_CELL.match(text):
        return found[1]
    found = _ID_DIGITS.fullmatch(text.strip())
    return f"tt{int(found[1]):07d}" if found and int(found[1]) else None


def read_year(text: str) -> int | None:
    """Return the year of a cell, None without one; of ``2011-2019`` the first."""
    found = _YEAR.match(text)
    return int(found[1]) if found else None


def read_rating(text: str, *, scale: int) -> float | None:
    """Return a rating above 0 and up to ``scale``; None for anything else."""
    found = _RATING.fullmatch(text.strip())
    rating = float(found[1].replace(",", ".")) if found else 0.0
    return rating if 0 < rating <= scale else None


def best_rating(table: Table) -> int:
    """Return the scale of a table whose maker is not known: 10 if any rating is over 5."""
    ratings = [read_rating(cell, scale=10) for cell in table.cells(Column.RATING)]
    return 10 if any(rating is not None and rating > 5 for rating in ratings) else 5


def no_film(title_type: str) -> str:
    """Return why a title of this type is no film, in any of IMDb's languages; empty if it is."""
    plain = plain_name(title_type)
    for words, reason in reversed(_NO_FILM):
        if any(word in plain for word in words):
            return reason
    return ""


def article_first(title: str) -> str:
    """Return ``The Kid`` for ``Kid, The``, as older lists write it."""
    found = _ARTICLE_LAST.fullmatch(title)
    if found is None:
        return title
    return f"{found[2]}{'' if found[2].endswith(chr(39)) else ' '}{found[1]}"
