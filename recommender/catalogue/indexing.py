"""The sets of films that search looks up, built from a catalogue's own tables.

Whatever the films were read from, and also when only the sets are new to a catalogue that was
imported long ago, they are built here and from the same rows.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from recommender.catalogue.bitmaps import LONGEST_BEGINNING, Facet, Place
from recommender.catalogue.words import fact_words, name_words, title_words

Numbers = npt.NDArray[np.int64]
Progress = Callable[[float], None]
"""Told the part done, 0 to 1."""

LEADING_CAST = 3
_FILMS = """
SELECT primaryTitle, originalTitle, startYear, runtimeMinutes, genres, averageRating, titleKey,
    bareKey, fame
FROM films ORDER BY film
"""
# One number a credit: as tuples, ten million would take a gigabyte.
_CREDITS = f"""
SELECT (film << 33) | (person << 1) | (
    category = 'director' OR (category = 'cast' AND ordering <= {LEADING_CAST})
)
FROM credits
"""
_TO_PERSON, _PERSON_BITS = 1, 32
_WORD_BITS = 32
_TELL_EVERY = 20_000
_BLOCK = 1_024  # films rated next to each other; the last few of a page are sorted anew


class _Film(NamedTuple):
    """A film as ``_FILMS`` gives it."""

    title: str
    original: str
    year: int
    minutes: int | None
    genres: str
    rating: float
    key: str
    bare: str
    fame: float


class _Words:
    """Words as numbers, in the order they were met, with as many as there are in each text."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        self._met, self._counts = array("i"), array("i")

    def add(self, words: Iterable[str]) -> None:
        numbers, before = self._numbers, len(self._met)
        self._met.extend([numbers.setdefault(word, len(numbers)) for word in words])
        self._counts.append(len(self._met) - before)

    def of(self, texts: Numbers | None = None) -> tuple[Numbers, Numbers]:
        """Return the words of some texts and where in ``texts`` each of them belongs."""
        met = np.frombuffer(self._met, np.int32).astype(np.int64)
        counts = np.frombuffer(self._counts, np.int32).astype(np.int64)
        if texts is None:
            return met, np.repeat(np.arange(len(counts)), counts)
        starts = np.cumsum(counts) - counts
        chosen = counts[texts]
        begin = np.repeat(starts[texts] - (np.cumsum(chosen) - chosen), chosen)
        return met[begin + np.arange(len(begin))], np.repeat(np.arange(len(texts)), chosen)


class Indexing:
    """Builds the sets of one catalogue.

    Parameters
    ----------
    connection
        To a database with its films, people and credits written.
    report
        Told how far it is.
    """

    def __init__(self, connection: sqlite3.Connection, report: Progress) -> None:
        self._connection, self._report = connection, report
        self._numbers: dict[str, int] = {}
        self._titles, self._facts = _Words(self._numbers), _Words(self._numbers)
        self._names = _Words(self._numbers)
        self._keys: dict[str, array[int]] = defaultdict(_numbers)
        self._facets: dict[tuple[Facet, Any], array[int]] = defaultdict(_numbers)
        self._fame = array("d")

    def write(self) -> None:
        """Build all sets and write them."""
        self._read_films()
        self._read_people()
        self._write_facets()
        best = np.full(len(self._numbers), np.iinfo(np.int64).max)
        words = sorted(self._numbers)
        rank = np.empty(len(words), np.int64)
        rank[[self._numbers[word] for word in words]] = np.arange(len(words))
        for number, (place, found, films) in enumerate(self._occurrences()):
            firsts = self._write_place(place, words, rank[found] << _WORD_BITS | films)
            if place is not Place.FACTS:
                best[firsts[0]] = np.minimum(best[firsts[0]], firsts[1])
            self._report(0.6 + 0.1 * (number + 1))
        named = np.flatnonzero(best <= len(self._fame)).tolist()
        self._insert("words", ((words[n], self._fame[best[n] - 1]) for n in named))

    def _read_films(self) -> None:
        (count,) = self._connection.execute("SELECT count(*) FROM films").fetchone()
        rows = map(_Film._make, self._connection.execute(_FILMS))
        facts: dict[tuple[int, str], list[str]] = {}
        for number, film in enumerate(rows, 1):
            genres = list(dict.fromkeys(filter(None, film.genres.split("|"))))
            self._titles.add(title_words((film.title, film.original)))
            known = facts.get((film.year, film.genres))
            if known is None:
                known = facts[film.year, film.genres] = fact_words(film.year, genres)
            self._facts.add(known)
            self._fame.append(film.fame)
            for start in {key[:n] for key in (film.key, film.bare) for n in (1, 2, 3)}:
                self._keys[start].append(number)
            self._facets[Facet.YEAR, film.year].append(number)
            self._facets[Facet.RATING, film.rating].append(number)
            if film.minutes is not None:
                self._facets[Facet.RUNTIME, film.minutes].append(number)
            for genre in genres:
                self._facets[Facet.GENRE, genre].append(number)
            if number % _TELL_EVERY == 0:
                self._report(0.3 * number / count)

    def _read_people(self) -> None:
        (count,) = self._connection.execute("SELECT count(*) FROM people").fetchone()
        names = self._connection.execute("SELECT name FROM people ORDER BY person")
        for number, (name,) in enumerate(names, 1):
            self._names.add(name_words(name))
            if number % _TELL_EVERY == 0:
                self._report(0.3 + 0.2 * number / count)

    def _occurrences(self) -> Iterator[tuple[Place, Numbers, Numbers]]:
        """Yield for every place the words that stand in it, and in which film each does."""
        for place, words in ((Place.TITLE, self._titles), (Place.FACTS, self._facts)):
            found, film = words.of()
            yield place, found, film + 1
        packed = np.fromiter((n for (n,) in self._connection.execute(_CREDITS)), np.int64)
        for place, leading in ((Place.LEADS, 1), (Place.OTHERS, 0)):
            credits = packed[(packed & 1) == leading]
            person = (credits >> _TO_PERSON & 2**_PERSON_BITS - 1) - 1
            found, credit = self._names.of(person)
            yield place, found, (credits >> _TO_PERSON + _PERSON_BITS)[credit]

    def _write_place(
        self, place: Place, words: Sequence[str], keys: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Write a place's words; return their ranks and the best known film of each."""
        keys = np.unique(keys)
        ranks, films = keys >> _WORD_BITS, (keys & 2**_WORD_BITS - 1)
        starts = np.flatnonzero(np.diff(ranks, prepend=-1))
        ends = np.append(starts, len(keys))[1:].tolist()
        all_films = array("I", films.astype(np.uint32).tobytes())
        ranked = ranks[starts]
        sets = [
            (words[rank], BitMap(all_films[start:end]))
            for rank, start, end in zip(ranked.tolist(), starts.tolist(), ends, strict=True)
        ]
        self._insert("postings", ((place, word, films.serialize()) for word, films in sets))
        for length in range(1, LONGEST_BEGINNING + 1):
            begun = groupby(
                ((word[:length], films) for word, films in sets if len(word) >= length),
                key=lambda pair: pair[0],
            )
            self._insert("beginnings", ((place, start, _union(group)) for start, group in begun))
        return ranked, films[starts]

    def _write_facets(self) -> None:
        self._insert(
            "facets",
            (
                (kind.value, value, BitMap(films).serialize())
                for (kind, value), films in self._facets.items()
            ),
        )
        rated = array("I", (film for (film,) in self._connection.execute(
            "SELECT film FROM films ORDER BY weightedRating DESC, film"
        )))  # fmt: skip
        blocks = range(0, len(rated), _BLOCK)
        self._insert(
            "facets",
            (
                (Facet.RATED.value, number, BitMap(rated[start : start + _BLOCK]).serialize())
                for number, start in enumerate(blocks)
            ),
        )
        self._insert(
            "beginnings",
            (
                (Place.KEY, start, BitMap(films).serialize())
                for start, films in sorted(self._keys.items())
            ),
        )

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        marks = {"words": "?, ?"}.get(table, "?, ?, ?")
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _numbers() -> array[int]:
    return array("I")


def _union(group: Iterable[tuple[str, BitMap]]) -> bytes:
    return bytes(BitMap.union(BitMap(), *[films for _, films in group]).serialize())
