"""Search: turn a query into a ranked page of films.

Every word of the query must match a film's titles, people, year, decade or genres; the last word
may be a prefix. An exact title ranks first; other kinds of match multiply the film's votes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from recommender.catalogue.search.filters import Filters, Sort, list_sorted
from recommender.catalogue.search.postings import Postings
from recommender.catalogue.search.query import Query, is_year
from recommender.catalogue.search.relevance import rank_best
from recommender.catalogue.search.spelling import list_corrections, load_vocabulary
from recommender.catalogue.search.tokens import tokenize

MOST_CHARACTERS = 200
MOST_WORDS = 12
LONGEST_PAGE = 500
_BIG = 2**31


@dataclass(frozen=True, slots=True)
class Hits:
    """Film numbers of one page, and the total of all pages."""

    films: tuple[int, ...]
    total: int
    corrected_to: str | None = None


def find_hits(
    connection: sqlite3.Connection,
    query: str,
    *,
    filters: Filters,
    sort: Sort,
    limit: int,
    offset: int,
) -> Hits:
    """Return the films that match a query.

    An empty query lists all films; one without words (``!?``) matches none. If no film matches,
    the year is dropped, and then spelling is corrected.

    Parameters
    ----------
    connection
        To the catalogue.
    query
        Any text; the rest after 200 characters or 12 words is ignored.
    filters, sort
        Filters and order of the results; filters do not cause a correction.
    limit, offset
        The page: at most ``limit`` films after the first ``offset``.
    """
    limit, offset = max(0, min(limit, LONGEST_PAGE)), max(0, min(offset, _BIG))
    postings = Postings(connection)
    typed = query[:MOST_CHARACTERS]
    if not typed.strip():
        films = filters.narrow(postings, postings.everything())
        page = list_sorted(connection, films, sort, limit=limit, offset=offset)
        return Hits(tuple(page), len(films))
    parts = tokenize(typed)[:MOST_WORDS]
    asked = Query(postings, parts) if parts else None
    corrected = None
    if asked and not asked.films:
        asked = _without_year(postings, asked) or _respelled(connection, postings, asked)
        corrected = " ".join("".join(token) for token in asked.tokens) if asked else None
    if not asked:
        return Hits((), 0)
    films = filters.narrow(postings, asked.films)
    if sort is not Sort.RELEVANCE:
        page = list_sorted(connection, films, sort, limit=limit, offset=offset)
    else:
        ranked = rank_best(connection, postings, asked, films, limit=limit, offset=offset)
        page = [film for _, film in ranked]
    return Hits(tuple(page), len(films), corrected)


def _without_year(postings: Postings, asked: Query) -> Query | None:
    """Return the query without its year if it then matches: heat 1996 becomes heat."""
    kept = [token for token in asked.tokens if not is_year(token)]
    if not 0 < len(kept) < len(asked.tokens):
        return None
    without = Query(postings, kept)
    return without if without.films else None


def _respelled(connection: sqlite3.Connection, postings: Postings, asked: Query) -> Query | None:
    """Return the nearest correction that matches; the best film decides between several."""
    best: tuple[float, Query] | None = None
    nearest = None
    vocabulary = load_vocabulary(connection)
    for distance, way in list_corrections(vocabulary, ["".join(c) for c in asked.tokens]):
        if nearest is not None and distance > nearest:
            break
        respelled = Query(postings, tokenize(way))
        if not respelled.films:
            continue
        for turned, _ in rank_best(connection, postings, respelled, respelled.films, limit=1):
            if best is None or turned < best[0]:
                best, nearest = (turned, respelled), distance
    return best[1] if best else None
