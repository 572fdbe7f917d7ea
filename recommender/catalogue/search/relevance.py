"""Relevance ranking: ln(votes) plus a bonus for the kind of match.

All films of one kind of match get the same bonus. Within a kind they are therefore ranked by votes,
which is the order of their numbers. A page is a merge of these lists.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from itertools import islice

from pyroaring import BitMap

from recommender.catalogue.search.postings import Postings
from recommender.catalogue.search.query import Query

Ranked = tuple[float, int]
"""Negated relevance and film number; sorts best first."""


def rank_best(
    connection: sqlite3.Connection,
    postings: Postings,
    query: Query,
    films: BitMap,
    *,
    limit: int,
    offset: int = 0,
) -> list[Ranked]:
    """Return the films of a page by relevance, then by number.

    Parameters
    ----------
    connection, postings
        Database and postings of the catalogue.
    query
        Parsed query.
    films
        Its matches, filtered or not.
    limit, offset
        The page: at most ``limit`` films after the first ``offset``.
    """
    kinds = [
        _ranked(connection, both, whole, words)
        for whole, of_whole in _by_title(postings, query, films)
        for words, of_words in _by_words(query, films)
        if (both := of_whole & of_words)
    ]
    return list(islice(heapq.merge(*kinds), offset, offset + limit))


def _ranked(
    connection: sqlite3.Connection, films: BitMap, whole: float, words: float
) -> Iterator[Ranked]:
    sql = "SELECT fame FROM films WHERE film = ?"
    for film in films:
        (popularity,) = connection.execute(sql, [film]).fetchone()
        yield -(popularity + whole + words), film


def _by_title(postings: Postings, query: Query, films: BitMap) -> Iterator[tuple[float, BitMap]]:
    """Yield the bonus per kind of match of the whole title, with its films.

    A bonus is added to ln(votes): 20 outranks any votes, 2.2 equals nine times the votes.
    """
    values = {"key": query.key, "bare": query.bare}
    same = postings.of_rows("titleKey = :key", values)
    near = postings.of_rows("titleKey = :bare AND bareKey = :bare", values)
    near |= postings.of_rows("bareKey <> titleKey AND bareKey IN (:key, :bare)", values)
    near |= postings.of_rows("originalKey <> titleKey AND originalKey = :key", values)
    yield from _in_turn(films, [(20.0, same), (3.4, near), (2.2, postings.with_key(query.key))])


def _by_words(query: Query, films: BitMap) -> Iterator[tuple[float, BitMap]]:
    """Yield the bonus per field that matches the words, with its films."""
    kinds = [
        (2.2, query.whole_in_title),
        (1.2, query.in_title),
        (0.7, query.matches_in_top_billing),
    ]
    yield from _in_turn(films, kinds)


def _in_turn(films: BitMap, kinds: list[tuple[float, BitMap]]) -> Iterator[tuple[float, BitMap]]:
    """Yield each bonus with the films of no earlier kind; the rest gets 0."""
    left = films
    for adds, of_kind in kinds:
        yield adds, left & of_kind
        left = left - of_kind
    yield 0.0, left
