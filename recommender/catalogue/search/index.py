"""Build the search index from the catalogue's own tables.

Builds, imports and upgrades all use this module, so each source gets the same index.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from recommender.catalogue.search.postings import LONGEST_PREFIX, Facet, Field
from recommender.catalogue.search.tokens import genre_words, name_words, title_words, year_words

Numbers = npt.NDArray[np.int64]
Progress = Callable[[float], None]
"""Called with the fraction done, 0 to 1."""

LEADING_CAST = 3
_FILMS = """
SELECT primaryTitle, originalTitle, startYear, runtimeMinutes, genres, averageRating, titleKey,
    bareKey, fame
FROM films ORDER BY film
"""
_RATED = "SELECT film FROM films ORDER BY weightedRating DESC, film"
# One number a credit: as tuples, ten million would take a gigabyte.
_CREDITS = f"""
SELECT (film << 33) | (person << 1) | (
    category = 'director' OR (category = 'cast' AND ordering <= {LEADING_CAST})
)
FROM credits
"""
_PERSON_BITS = _WORD_BITS = 32
_PIECE = 20_000
_BLOCK = 1_024  # films rated next to each other; only the blocks of a page are sorted
_NO_FILM = 2**62


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
    popularity: float


class _Numbers(dict[str, int]):
    """Numbers of words, given out as they are met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Words:
    """Texts encoded as arrays of token ids."""

    def __init__(self, numbers: _Numbers) -> None:
        self._number = numbers.__getitem__
        self._met, self._counts = array("i"), array("i")

    def add(self, texts: Sequence[Sequence[str]]) -> None:
        self._counts.extend(map(len, texts))
        self._met.extend(map(self._number, chain.from_iterable(texts)))

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


class SearchIndexWriter:
    """Builds the sets of one catalogue.

    Parameters
    ----------
    connection
        To a database with its films, people and credits written.
    report
        Called with the fraction done.
    credits : ndarray of shape (n_credits,)
        From ``pack_credits`` where they are at hand; read from the database when None.
    """

    def __init__(
        self, connection: sqlite3.Connection, report: Progress, credits: Numbers | None = None
    ) -> None:
        self._connection, self._report, self._credits = connection, report, credits
        self._numbers = _Numbers()
        self._titles, self._names = _Words(self._numbers), _Words(self._numbers)
        self._fame = array("d")

    def write(self) -> None:
        """Build all sets and write them."""
        self._read_films()
        self._read_people()
        best = np.full(len(self._numbers), _NO_FILM)
        words = sorted(self._numbers)
        rank = np.empty(len(words), np.int64)
        rank[[self._numbers[word] for word in words]] = np.arange(len(words))
        for number, (field, found, films) in enumerate(self._occurrences()):
            ranks, sets = _grouped(rank[found] << _WORD_BITS | films)
            self._write_words(field, dict(zip([words[n] for n in ranks], sets, strict=True)))
            firsts = np.fromiter((films[0] for films in sets), np.int64, len(sets))
            best[ranks] = np.minimum(best[ranks], firsts)
            self._report(0.6 + 0.13 * (number + 1))
        named = np.flatnonzero(best < _NO_FILM).tolist()
        rows = [(words[n], self._fame[best[n] - 1]) for n in named]
        self._connection.executemany("INSERT INTO words VALUES (?, ?)", rows)

    def _read_films(self) -> None:
        (count,) = self._connection.execute("SELECT count(*) FROM films").fetchone()
        keys, years, ratings, minutes, genres = (_lists() for _ in range(5))
        number = 0
        for rows in _pieces(self._connection.execute(_FILMS)):
            films = list(map(_Film._make, rows))
            self._titles.add([title_words((film.title, film.original)) for film in films])
            self._fame.extend([film.popularity for film in films])
            for number, film in enumerate(films, number + 1):  # noqa: B020 - goes on counting
                keys[film.key[:LONGEST_PREFIX]].append(number)
                if film.bare != film.key:
                    keys[film.bare[:LONGEST_PREFIX]].append(number)
                years[film.year].append(number)
                ratings[film.rating].append(number)
                minutes[film.minutes].append(number)
                genres[film.genres].append(number)
            self._report(0.35 * number / count)
        minutes.pop(None, None)
        by_genre = _united(
            (genre, films) for names, films in _sets(genres) for genre in _split(names)
        )
        self._write_facts(_united(_sets(years)), by_genre)
        for facet, lists in ((Facet.RATING, ratings), (Facet.RUNTIME, minutes)):
            self._insert("facets", facet.value, _sets(lists))
        rated = array("I", [film for (film,) in self._connection.execute(_RATED)])
        blocks = [BitMap(rated[start : start + _BLOCK]) for start in range(0, count, _BLOCK)]
        self._insert("facets", Facet.RATING_ORDER.value, enumerate(blocks))
        self._write_beginnings(Field.KEY, _united(_sets(keys)))

    def _write_facts(self, by_year: Mapping[Any, BitMap], by_genre: Mapping[Any, BitMap]) -> None:
        """Write the facets of years and genres, and their search tokens."""
        self._insert("facets", Facet.YEAR.value, by_year.items())
        self._insert("facets", Facet.GENRE.value, by_genre.items())
        years = ((word, films) for year, films in by_year.items() for word in year_words(year))
        genres = ((word, films) for name, films in by_genre.items() for word in genre_words(name))
        self._write_words(Field.FACTS, _united(chain(years, genres)))

    def _read_people(self) -> None:
        (count,) = self._connection.execute("SELECT count(*) FROM people").fetchone()
        names = self._connection.execute("SELECT name FROM people ORDER BY person")
        done = 0
        for rows in _pieces(names):
            self._names.add([name_words(name) for (name,) in rows])
            done += len(rows)
            self._report(0.35 + 0.25 * done / count)

    def _occurrences(self) -> Iterator[tuple[Field, Numbers, Numbers]]:
        """Yield for every place the words that stand in it, and in which film each does."""
        found, film = self._titles.of()
        yield Field.TITLE, found, film + 1
        packed = self._credits
        if packed is None:
            packed = np.fromiter((n for (n,) in self._connection.execute(_CREDITS)), np.int64)
        for field, leading in ((Field.LEADS, 1), (Field.OTHERS, 0)):
            credits = packed[(packed & 1) == leading] >> 1
            found, credit = self._names.of((credits & 2**_PERSON_BITS - 1) - 1)
            yield field, found, (credits >> _PERSON_BITS)[credit]

    def _write_words(self, field: Field, sets: Mapping[str, BitMap]) -> None:
        self._insert("postings", field, sorted(sets.items(), key=lambda pair: pair[0]))
        self._write_beginnings(field, sets)

    def _write_beginnings(self, field: Field, sets: Mapping[str, BitMap]) -> None:
        for length in range(LONGEST_PREFIX, 0, -1):
            sets = _united((start[:length], films) for start, films in sets.items())
            begun = [pair for pair in sorted(sets.items()) if len(pair[0]) == length]
            self._insert("beginnings", field, begun)

    def _insert(self, table: str, where: str | int, sets: Iterable[tuple[Any, BitMap]]) -> None:
        rows = ((where, value, films.serialize()) for value, films in sets)
        self._connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)


def pack_credits(film: Numbers, person: Numbers, leading: npt.NDArray[np.bool_]) -> Numbers:
    """Return credits packed into one number each, for ``SearchIndexWriter``.

    Parameters
    ----------
    film, person : ndarray of shape (n_credits,), numbers of the catalogue, from 1
    leading : ndarray of shape (n_credits,), whether the person directs or has top billing
    """
    return (film << _PERSON_BITS | person) << 1 | leading


def _grouped(keys: Numbers) -> tuple[list[int], list[BitMap]]:
    """Return the words of pairs of word and film, and the films of each."""
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) != 0]
    words = keys >> _WORD_BITS
    starts = np.flatnonzero(np.diff(words, prepend=-1))
    films = array("I", keys.astype(np.uint32).tobytes())  # the upper half is the word
    bounds = np.append(starts, len(keys)).tolist()
    sets = [BitMap(films[start:end]) for start, end in pairwise(bounds)]
    return words[starts].tolist(), sets


def _pieces(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_PIECE):
        yield rows


def _lists() -> defaultdict[Any, array[int]]:
    return defaultdict(lambda: array("I"))


def _sets(lists: Mapping[Any, array[int]]) -> Iterator[tuple[Any, BitMap]]:
    return ((value, BitMap(films)) for value, films in lists.items())


def _united(pairs: Iterable[tuple[Any, BitMap]]) -> dict[Any, BitMap]:
    """Return the films of all pairs that begin alike as one set."""
    groups: dict[Any, list[BitMap]] = defaultdict(list)
    for value, films in pairs:
        groups[value].append(films)
    return {
        value: sets[0] if len(sets) == 1 else BitMap.union(*sets) for value, sets in groups.items()
    }


def _split(genres: str) -> list[str]:
    return list(dict.fromkeys(filter(None, genres.split("|"))))
