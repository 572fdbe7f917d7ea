"""Postings: sets of films by word, prefix and facet.

Films are numbered in order of votes, so the first of a set is the best known. Sets are Roaring
bitmaps: of half a million films they take 90 kB, and two of them are crossed in 50 microseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from enum import IntEnum, StrEnum

from pyroaring import BitMap

from recommender.catalogue.search.tokens import LAST_CHARACTER

LONGEST_PREFIX = 3
"""Prefixes up to this length have stored postings; longer ones are unions of words."""


class Field(IntEnum):
    """Field of a film that holds a word.

    ``LEADS`` are directors and top billing, ``FACTS`` year, decade and genres as words. ``KEY``
    holds prefixes only: of the whole title, with and without its article.
    """

    TITLE = 0
    LEADS = 1
    OTHERS = 2
    FACTS = 3
    KEY = 4


ANYWHERE = (Field.TITLE, Field.LEADS, Field.OTHERS, Field.FACTS)


class Facet(StrEnum):
    """Facet that films are filtered or sorted by.

    ``RATING_ORDER`` holds blocks of films in order of weighted rating, best first.
    """

    GENRE = "genre"
    YEAR = "year"
    RATING = "rating"
    RUNTIME = "runtime"
    RATING_ORDER = "rated"


class Postings:
    """Sets of films of one catalogue, each read once.

    Parameters
    ----------
    connection
        To the catalogue.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._words: dict[tuple[Field, str], BitMap] = {}
        self._prefixes: dict[tuple[Field, str], BitMap] = {}

    def everything(self) -> BitMap:
        """Return all films."""
        (last,) = self._connection.execute("SELECT max(film) FROM films").fetchone()
        return BitMap(range(1, (last or 0) + 1))

    def with_word(self, word: str, fields: Iterable[Field]) -> BitMap:
        """Return the films that have a word in one of these fields."""
        return BitMap.union(BitMap(), *[self._with_word(field, word) for field in fields])

    def with_prefix(self, start: str, fields: Iterable[Field]) -> BitMap:
        """Return the films that have a word with this prefix in one of these fields."""
        return BitMap.union(BitMap(), *[self._with_prefix(field, start) for field in fields])

    def with_key(self, key: str) -> BitMap:
        """Return the films whose title key has this prefix, with or without its article."""
        if len(key) <= LONGEST_PREFIX:
            return self._with_prefix(Field.KEY, key)
        between = {"key": key, "after": key + LAST_CHARACTER}
        return self.of_rows("titleKey >= :key AND titleKey < :after", between) | self.of_rows(
            "bareKey <> titleKey AND bareKey >= :key AND bareKey < :after", between
        )

    def of_rows(self, condition: str, values: dict[str, str]) -> BitMap:
        """Return the films that meet a condition in SQL."""
        sql = f"SELECT film FROM films WHERE {condition}"
        return BitMap([film for (film,) in self._connection.execute(sql, values)])

    def with_fact(self, kind: Facet, condition: str, values: Sequence[object]) -> BitMap:
        """Return the films whose facet's ``value`` meets a condition in SQL."""
        sql = f"SELECT films FROM facets WHERE kind = ? AND {condition}"
        return _union(self._connection.execute(sql, [kind.value, *values]))

    def _with_word(self, field: Field, word: str) -> BitMap:
        if (field, word) not in self._words:
            sql = "SELECT films FROM postings WHERE place = ? AND word = ?"
            self._words[field, word] = _union(self._connection.execute(sql, [field, word]))
        return self._words[field, word]

    def _with_prefix(self, field: Field, start: str) -> BitMap:
        if (field, start) not in self._prefixes:
            if len(start) <= LONGEST_PREFIX:
                sql = "SELECT films FROM beginnings WHERE place = ? AND start = ?"
                found = self._connection.execute(sql, [field, start])
            else:
                sql = "SELECT films FROM postings WHERE place = ? AND word >= ? AND word < ?"
                found = self._connection.execute(sql, [field, start, start + LAST_CHARACTER])
            self._prefixes[field, start] = _union(found)
        return self._prefixes[field, start]


def list_facets(
    connection: sqlite3.Connection, kind: Facet, *, falling: bool = False
) -> Iterable[tuple[object, BitMap]]:
    """Yield the values of a facet in order, each with its films."""
    order = "DESC" if falling else "ASC"
    sql = f"SELECT value, films FROM facets WHERE kind = ? ORDER BY value {order}"
    for value, films in connection.execute(sql, [kind.value]):
        yield value, BitMap.deserialize(films)


def _union(rows: Iterable[tuple[bytes]]) -> BitMap:
    sets = [BitMap.deserialize(films) for (films,) in rows]
    return sets[0] if len(sets) == 1 else BitMap.union(BitMap(), *sets)
