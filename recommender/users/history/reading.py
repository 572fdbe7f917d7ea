"""Import of history files; the exporting service is recognised by the columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from recommender.entities import InteractionKind
from recommender.errors import HistoryFileError
from recommender.users.history.archives import NamedFile, unpack_files
from recommender.users.history.dates import date_reader
from recommender.users.history.entries import Entry, History, HistoryFormat
from recommender.users.history.rows import (
    RowReader,
    best_rating,
    complete,
    in_order_of_time,
    read_json,
    read_rating,
    read_tconst,
)
from recommender.users.history.tables import Column, Table, read_table, read_text
from recommender.users.times import now_utc

MOST_ENTRIES = 100_000
_MOVIELENS_SCALE = 5

# Letterboxd export files to skip: they hold no films of the user or repeat other files.
_IGNORED_FOLDERS = {"deleted", "orphaned", "lists"}
_IGNORED_FILES = {"profile.csv", "comments.csv", "reviews.csv", "tags.csv", "readme.txt"}
_IGNORED_LIKES = {"likes/lists.csv", "likes/reviews.csv"}
# Three of Letterboxd's files have the same columns and differ by name only.
_KIND_BY_NAME = (
    ("watchlist", InteractionKind.WATCHLIST),
    ("watched", InteractionKind.SEEN),
    ("diary", InteractionKind.SEEN),
    ("like", InteractionKind.LIKE),
)


def read_history(files: Sequence[NamedFile], *, now: datetime | None = None) -> History:
    """Parse history files into a `History` of entries.

    Parameters
    ----------
    files
        Pairs of name and content: CSV, JSON, or zips of them.
    now
        The latest possible time; now when None.

    Raises
    ------
    HistoryFileError
        If a file is damaged, too large or malicious, or no file has films. The message is for
        the user.
    """
    moment = now or now_utc()
    packed = len(files) == 1
    found: list[tuple[HistoryFormat, int, list[Entry]]] = []
    tables: list[Table] = []
    ignored_files: list[str] = []
    for name, data in unpack_files(files):
        if _is_ignored(name, packed=packed):
            ignored_files.append(name)
            continue
        text = read_text(name, data)
        if text.lstrip()[:1] in {"{", "["}:
            found.append((HistoryFormat.MARQUEE_JSON, 10, read_json(name, text, now=moment)))
        elif (table := read_table(name, text)) is not None:
            tables.append(table)
        else:
            ignored_files.append(name)
    if any(_is_movielens(table) for table in tables):
        found.append(
            (HistoryFormat.MOVIELENS, _MOVIELENS_SCALE, _read_movielens(tables, now=moment))
        )
        tables = [table for table in tables if Column.MOVIE not in table.places]
    found += [_read_one(table, now=moment) for table in tables]
    return _join(found, ignored_files)


def _is_ignored(name: str, *, packed: bool) -> bool:
    path = PurePosixPath(name.casefold())
    if not path.parent.parts:
        return packed and path.name in _IGNORED_FILES and path.name != "reviews.csv"
    return (
        path.name in _IGNORED_FILES
        or bool(_IGNORED_FOLDERS & set(path.parent.parts))
        or "/".join(path.parts[-2:]) in _IGNORED_LIKES
    )


def _join(
    found: Sequence[tuple[HistoryFormat, int, list[Entry]]], ignored_files: list[str]
) -> History:
    parts = [part for part in found if part[2]]
    if not parts:
        raise HistoryFileError(
            "No films were found. Marquee reads the exports of Letterboxd, IMDb and "
            "MovieLens, its own, and CSV files with a title and a year."
        )
    if sum(len(entries) for _, _, entries in parts) > MOST_ENTRIES:
        raise HistoryFileError(f"These files have more than {MOST_ENTRIES:,} rows together.")
    scale = max(scale for _, scale, _ in parts)
    return History(
        source=parts[0][0],
        entries=tuple(
            _rescaled(entry, scale / own) for _, own, entries in parts for entry in entries
        ),
        scale=scale,
        ignored_files=tuple(ignored_files),
    )


def _rescaled(entry: Entry, factor: float) -> Entry:
    if factor == 1 or entry.rating is None:
        return entry
    return replace(entry, rating=entry.rating * factor)


def _read_one(table: Table, *, now: datetime) -> tuple[HistoryFormat, int, list[Entry]]:
    columns = set(table.places)
    source, scale, kind = HistoryFormat.TITLES, 10, _kind_by_name(table)
    if {Column.KIND, Column.TCONST} <= columns:
        source = HistoryFormat.MARQUEE_CSV
    elif {Column.URI, Column.WATCHED} & columns:
        source, scale = HistoryFormat.LETTERBOXD, 5
    elif _is_imdb(table):
        source = HistoryFormat.IMDB
    elif Column.RATING_OF_TEN not in columns:
        scale = best_rating(table)
    if {Column.RATING, Column.RATING_OF_TEN} & columns and Column.POSITION not in columns:
        kind = InteractionKind.SEEN  # a film without a rating was still seen
    reader = RowReader(
        table,
        date_reader(_dates(table), now=now),
        scale=scale,
        kind=kind,
        is_exact=source is HistoryFormat.MARQUEE_CSV,
    )
    return source, scale, in_order_of_time(reader.read())


def _is_imdb(table: Table) -> bool:
    places = table.places
    if Column.TCONST not in places:
        return False
    first = tuple(places.get(c) for c in (Column.TCONST, Column.RATING, Column.DATE))
    return Column.TYPE in places or Column.POSITION in places or first == (0, 1, 2)


def _kind_by_name(table: Table) -> InteractionKind | None:
    path = PurePosixPath(table.name.casefold())
    for word, kind in _KIND_BY_NAME:
        if word in path.stem:
            return kind
    # Letterboxd's likes/films.csv, in its folder or alone.
    if path.parent.name == "likes" or (Column.URI in table.places and path.stem[:5] == "films"):
        return InteractionKind.LIKE
    return InteractionKind.SEEN if Column.WATCHED in table.places else None


def _dates(table: Table) -> Iterable[str]:
    """Yield every date cell of a table; the table's date columns share one format."""
    for column in (Column.WATCHED, Column.DATE):
        yield from table.cells(column)


def _is_movielens(table: Table) -> bool:
    """Return whether a table holds ratings by MovieLens ids."""
    return {Column.MOVIE, Column.RATING} <= set(table.places)


def _read_movielens(tables: Sequence[Table], *, now: datetime) -> list[Entry]:
    """Return the entries of one user's MovieLens ratings, oldest first.

    The tables are ``ratings.csv`` with ``links.csv`` or ``movies.csv``, or the list that
    movielens.org exports, which needs neither.
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
    for table in filter(_is_movielens, tables):
        if len(set(table.cells(Column.PERSON))) > 1:
            raise HistoryFileError(
                f"{table.name} holds the ratings of many people. Please keep those of one userId."
            )
        read_date = date_reader(table.cells(Column.DATE), now=now)
        for line, row in table.rows:
            movie = table.cell(row, Column.MOVIE)
            rating = read_rating(table.cell(row, Column.RATING), scale=_MOVIELENS_SCALE)
            # movielens.org also exports films that were viewed or listed and never rated.
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
