"""Join IMDb's five files into columns: select films, join credits, find names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recommender.catalogue.imdb.columns import (
    MOST_CAST,
    Category,
    Choice,
    CreditColumns,
    FilmColumns,
    Imported,
    Numbers,
    PeopleColumns,
)
from recommender.catalogue.imdb.parsing import TYPES, find_in, split_people
from recommender.catalogue.imdb.reading import Reading, read_table
from recommender.catalogue.imdb.schemas import BASICS, CREW, NAMES, PRINCIPALS, RATINGS, FileSchema
from recommender.errors import FilmFileError

VERSION = "1"
"""Increased when the same files give another catalogue."""

_FIRST_YEAR, _LAST_YEAR = 1870, 2100
_MOST_MINUTES = 60_000
_PLACE_BITS, _CATEGORY_BITS = 20, 2
_LAST_PLACE = 2**_PLACE_BITS - 1
_PLAYS = ("actor", "actress", "self")  # documentaries have no actors
_PLURALS = {"film": "films", "credit": "credits"}

Watch = Callable[[FileSchema, Reading], None]


class Collector:
    """Reader of the files of one import.

    Parameters
    ----------
    files
        Path of each file, by its name without ``.tsv.gz``.
    choice
        Selection of titles.
    watch
        Called every few megabytes with the file's schema and progress; an exception stops the
        import.
    """

    def __init__(self, files: Mapping[str, Path], choice: Choice, watch: Watch) -> None:
        self._files, self._choice, self._watch = files, choice, watch
        self._left_out: Counter[tuple[str, str]] = Counter()
        self._mended: list[str] = []
        self._sums: list[str] = []

    def collect(self) -> Imported:
        """Return the films of the choice with their credits and people.

        Raises
        ------
        FilmFileError
            If a file is missing, damaged or not of IMDb, or no film is left.
        """
        films = self._read_films(*self._read_ratings())
        if not len(films):
            raise FilmFileError("None of the titles in these files is a film that was asked for.")
        people, credits = self._name_people(self._read_credits(films))
        asked = "|".join(map(str, (VERSION, *astuple(self._choice), *self._sums)))
        return Imported(
            films=films,
            credits=credits,
            people=people,
            left_out={_describe(*why, count): count for why, count in (+self._left_out).items()},
            mended=self._mended,
            fingerprint=hashlib.sha256(asked.encode()).hexdigest(),
        )

    def _tables(self, shape: FileSchema, only: Numbers | None = None) -> Iterator[pa.Table]:
        reading = Reading()
        path = self._files[shape.name]
        check = partial(self._watch, shape, reading)
        yield from read_table(path, shape, only=only, reading=reading, check=check)
        check()
        self._mended += reading.mended
        self._sums.append(reading.sha256.hexdigest())

    def _read_ratings(self) -> tuple[Numbers, npt.NDArray[np.float64], Numbers]:
        """Return ids, ratings and votes, sorted by id."""
        table = _joined(self._tables(RATINGS), RATINGS).drop_null()
        ids = table["tconst"].to_numpy()
        _, first = np.unique(ids, return_index=True)
        ratings, votes = (table[name].to_numpy()[first] for name in ("averageRating", "numVotes"))
        return ids[first], ratings, votes

    def _read_films(
        self, rated: Numbers, ratings: npt.NDArray[np.float64], votes: Numbers
    ) -> FilmColumns:
        least = self._choice.min_votes
        only = rated[votes >= least] if least > 0 else None
        table = _joined(map(self._wanted, self._tables(BASICS, only)), BASICS)
        ids = table["tconst"].to_numpy()
        _, first = np.unique(ids, return_index=True)
        self._left_out["film", "listed twice"] += len(ids) - len(first)
        table, ids = table.take(pa.array(first)), ids[first]
        found, place = find_in(rated, ids)
        film_votes, film_ratings = np.zeros(len(ids), np.int64), np.zeros(len(ids))
        film_votes[found], film_ratings[found] = votes[place], ratings[place]
        order = np.lexsort((ids, -film_votes))
        table = table.take(pa.array(order)).combine_chunks()
        titles, minutes = table["primaryTitle"], table["runtimeMinutes"]
        odd = pc.or_(pc.less(minutes, 1), pc.greater(minutes, _MOST_MINUTES))
        genres = pc.replace_substring(table["genres"].cast(pa.string()), ",", "|")
        return FilmColumns(
            ids=ids[order],
            titles=titles,
            originals=pc.coalesce(table["originalTitle"], titles),
            genres=pc.fill_null(genres, ""),
            years=table["startYear"].to_numpy(),
            minutes=pc.if_else(odd, None, minutes),
            ratings=film_ratings[order],
            votes=film_votes[order],
        )

    def _wanted(self, table: pa.Table) -> pa.Table:
        table = table.filter(pc.is_in(table["titleType"], value_set=pa.array(self._choice.types)))
        year_range = f"with a year outside {_FIRST_YEAR} to {_LAST_YEAR}"
        for reason, is_valid in (
            ("with an isAdult field other than 0 and 1", _has_adult_flag),
            ("for adults only", _is_for_all),
            ("without a year", lambda rows: pc.is_valid(rows["startYear"])),
            (year_range, _has_plausible_year),
            ("without a title", lambda rows: _has_text(rows["primaryTitle"])),
        ):
            kept = table.filter(is_valid(table))
            self._left_out["film", reason] += len(table) - len(kept)
            table = kept
        return table

    def _read_credits(self, films: FilmColumns) -> CreditColumns:
        """Return crew and cast in the order of film, category and ordering, with person ids."""
        by_id = np.argsort(films.ids)
        only = films.ids[by_id]
        parts = [
            part
            for table in self._tables(CREW, only)
            for part in _crew_of(table, by_id[find_in(only, table["tconst"].to_numpy())[1]])
        ]
        for table in self._tables(PRINCIPALS, only):
            cast = table.filter(pc.is_in(table["category"], value_set=pa.array(_PLAYS)))
            film = by_id[find_in(only, cast["tconst"].to_numpy())[1]]
            # A cast member without an ordering is billed last.
            place = pc.fill_null(cast["ordering"], _LAST_PLACE)
            parts.append(_packed(film, Category.CAST, place, cast["nconst"]))
        return order_credits(*map(np.concatenate, zip(*parts, strict=True)))

    def _name_people(self, credits: CreditColumns) -> tuple[PeopleColumns, CreditColumns]:
        """Return people with a name, and their credits."""
        ids, first, person = np.unique(credits.person, return_index=True, return_inverse=True)
        table = _joined(self._tables(NAMES, ids), NAMES)
        table = table.filter(_has_text(table["primaryName"]))
        _, place = find_in(ids, table["nconst"].to_numpy())
        row = np.full(len(ids), -1, np.int64)
        row[place[::-1]] = np.arange(len(place))[::-1]  # the first of two wins
        named = row >= 0
        # In the order of their first credit.
        order = np.flatnonzero(named)[np.argsort(first[named])]
        names = table["primaryName"].combine_chunks().take(pa.array(row[order]))
        number = np.full(len(ids), -1, np.int64)
        number[order] = np.arange(len(order))
        kept = named[person]
        self._left_out["credit", "without a listed name"] += int((~kept).sum())
        return (
            # The catalogue separates names with this character.
            PeopleColumns(ids=ids[order], names=pc.replace_substring(names, "|", "/")),
            CreditColumns(
                film=credits.film[kept],
                category=credits.category[kept],
                person=number[person[kept]],
            ),
        )


def order_credits(key: Numbers, person: Numbers) -> CreditColumns:
    """Return credits in order, each person once per film and category, with ``MOST_CAST`` cast.

    Parameters
    ----------
    key : ndarray of shape (n_credits,), film, category and place as packed by ``_packed``
    person : ndarray of shape (n_credits,), ids
    """
    order = np.argsort(key, kind="stable")
    group, person = key[order] >> _PLACE_BITS, person[order]
    # A person may be listed as actor and as self: the higher place counts.
    again = np.lexsort((person, group))
    same = (np.diff(group[again], prepend=-1) == 0) & (np.diff(person[again], prepend=-1) == 0)
    once = np.ones(len(group), bool)
    once[again[same]] = False
    group, person = group[once], person[once]
    credits = CreditColumns(
        film=(group >> _CATEGORY_BITS).astype(np.int32),
        category=(group & (2**_CATEGORY_BITS - 1)).astype(np.int8),
        person=person,
    )
    kept = (credits.category != Category.CAST) | (credits.ordering() <= MOST_CAST)
    return CreditColumns(
        film=credits.film[kept], category=credits.category[kept], person=credits.person[kept]
    )


def _crew_of(table: pa.Table, film: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    for name, category in (("directors", Category.DIRECTOR), ("writers", Category.WRITER)):
        row, place, person = split_people(table[name])
        yield _packed(film[row], category, place, person)


def _packed(film: Numbers, category: Category, place: Any, person: Any) -> tuple[Numbers, Numbers]:
    """Return sort keys of film, category and place, and the person ids."""
    places = np.minimum(np.asarray(place, np.int64), _LAST_PLACE)
    key = (film << _CATEGORY_BITS | int(category)) << _PLACE_BITS | places
    return key, np.asarray(person, np.int64)


def _joined(tables: Iterable[pa.Table], shape: FileSchema) -> pa.Table:
    """Return concatenated tables; without tables, an empty one of the schema."""
    schema = pa.schema((name, TYPES[kind]) for name, kind in shape.columns.items())
    return pa.concat_tables([schema.empty_table(), *tables]).unify_dictionaries()


def _describe(noun: str, reason: str, count: int) -> str:
    """Return what was left out, in the singular or plural that fits the count."""
    return f"{noun if count == 1 else _PLURALS[noun]} {reason}"


def _has_adult_flag(table: pa.Table) -> Any:
    return pc.fill_null(pc.less_equal(table["isAdult"], 1), True)


def _is_for_all(table: pa.Table) -> Any:
    return pc.fill_null(pc.equal(table["isAdult"], 0), True)


def _has_plausible_year(table: pa.Table) -> Any:
    year = table["startYear"]
    return pc.and_(pc.greater_equal(year, _FIRST_YEAR), pc.less_equal(year, _LAST_YEAR))


def _has_text(column: Any) -> Any:
    return pc.fill_null(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0), False)
