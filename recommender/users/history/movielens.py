"""Reader of MovieLens's files: ratings by its own ids, and the tables that link them to films."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from recommender.errors import HistoryFileError
from recommender.users.history.columns import Column
from recommender.users.history.dates import date_reader
from recommender.users.history.entries import Entry
from recommender.users.history.rows import (
    complete,
    in_order_of_time,
    read_rating,
    read_tconst,
)
from recommender.users.history.tables import Table

SCALE = 5


def is_movielens(table: Table) -> bool:
    """Return whether a table holds ratings by MovieLens ids."""
    return {Column.MOVIE, Column.RATING} <= set(table.places)


def read_movielens(tables: Sequence[Table], *, now: datetime) -> list[Entry]:
    """Return the ratings of one user, oldest first.

    Parameters
    ----------
    tables
        ``ratings.csv`` with ``links.csv`` or ``movies.csv``, or the list that movielens.org
        exports, which needs neither.
    now
        The latest possible time.

    Raises
    ------
    HistoryFileError
        If there are ratings of several users, or no table links the ids to films.
    """
    ids, titles = dict[str, str](), dict[str, str]()
    for table in tables:
        for _, row in table.rows if Column.MOVIE in table.places else ():
            movie = table.cell(row, Column.MOVIE)
            if tconst := read_tconst(table.cell(row, Column.TCONST)):
                ids[movie] = tconst
            if title := table.cell(row, Column.TITLE):
                titles[movie] = title
    if not ids and not titles:
        raise HistoryFileError(
            "These ratings name films by MovieLens's own numbers. Please choose links.csv of the "
            "same download together with them; it says which films they are."
        )
    entries = []
    for table in filter(is_movielens, tables):
        if len(set(table.cells(Column.PERSON))) > 1:
            raise HistoryFileError(
                f"{table.name} holds the ratings of many people. Please keep those of one userId."
            )
        read_date = date_reader(table.cells(Column.DATE), now=now)
        for line, row in table.rows:
            movie = table.cell(row, Column.MOVIE)
            rating = read_rating(table.cell(row, Column.RATING), scale=SCALE)
            # A film without a rating was only viewed or put on a list.
            if rating is None:
                continue
            entry = Entry(
                line=line,
                tconst=ids.get(movie),
                title=titles.get(movie, ""),
                rating=rating,
                at=read_date(table.cell(row, Column.DATE)),
                fault="" if movie in ids or movie in titles else "Its number is not in links.csv.",
            )
            entries.append(complete(entry))
    return in_order_of_time(entries)
