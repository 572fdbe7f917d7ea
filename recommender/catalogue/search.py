"""Search: a typed query to a ranked, paged list of films.

A film is found when every word of the query is in its titles, its people, its year, decade or
genres; the last word may be unfinished. What the words are in, and the votes, decide the order:
a film whose title is the query comes first; otherwise each kind of match counts as if it
multiplied the film's votes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from recommender.catalogue.asked import Asked, is_year
from recommender.catalogue.bitmaps import Bitmaps
from recommender.catalogue.filters import Filters, Sort, list_sorted
from recommender.catalogue.relevance import rank_best
from recommender.catalogue.spelling import list_corrections
from recommender.catalogue.vocabulary import load_vocabulary
from recommender.catalogue.words import chunks

MOST_CHARACTERS = 200
MOST_WORDS = 12
LONGEST_PAGE = 500
_BIG = 2**31


@dataclass(frozen=True, slots=True)
class Hits:
    """The films of one page by number, and how many there are on all pages."""

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
    """Return the films a query finds.

    A query without anything typed lists all films; one without a word (``!?``) finds none. When
    no film matches, a year in the query is left out; if that does not help, typing errors are
    corrected.

    Parameters
    ----------
    connection
        To the catalogue.
    query
        Anything at all; what goes beyond 200 characters or 12 words is not looked at.
    filters, sort
        Narrow and order what was found; a query is corrected before narrowing.
    limit, offset
        The page: at most ``limit`` films after the first ``offset``.
    """
    limit, offset = max(0, min(limit, LONGEST_PAGE)), max(0, min(offset, _BIG))
    bitmaps = Bitmaps(connection)
    typed = query[:MOST_CHARACTERS]
    if not typed.strip():
        films = filters.narrow(bitmaps, bitmaps.everything())
        page = list_sorted(connection, films, sort, limit=limit, offset=offset)
        return Hits(tuple(page), len(films))
    parts = chunks(typed)[:MOST_WORDS]
    asked = Asked(bitmaps, parts) if parts else None
    corrected = None
    if asked and not asked.films:
        asked = _without_year(bitmaps, asked) or _respelled(connection, bitmaps, asked)
        corrected = " ".join("".join(chunk) for chunk in asked.chunks) if asked else None
    if not asked:
        return Hits((), 0)
    films = filters.narrow(bitmaps, asked.films)
    if sort is not Sort.RELEVANCE:
        page = list_sorted(connection, films, sort, limit=limit, offset=offset)
    else:
        ranked = rank_best(connection, bitmaps, asked, films, limit=limit, offset=offset)
        page = [film for _, film in ranked]
    return Hits(tuple(page), len(films), corrected)


def _without_year(bitmaps: Bitmaps, asked: Asked) -> Asked | None:
    """Return the query without its year if it then finds a film: heat 1996 is heat."""
    kept = [chunk for chunk in asked.chunks if not is_year(chunk)]
    if not 0 < len(kept) < len(asked.chunks):
        return None
    without = Asked(bitmaps, kept)
    return without if without.films else None


def _respelled(connection: sqlite3.Connection, bitmaps: Bitmaps, asked: Asked) -> Asked | None:
    """Return the nearest way to write the query that finds a film, of several the best found."""
    best: tuple[float, Asked] | None = None
    nearest = None
    vocabulary = load_vocabulary(connection)
    for distance, way in list_corrections(vocabulary, ["".join(c) for c in asked.chunks]):
        if nearest is not None and distance > nearest:
            break
        respelled = Asked(bitmaps, chunks(way))
        if not respelled.films:
            continue
        for turned, _ in rank_best(connection, bitmaps, respelled, respelled.films, limit=1):
            if best is None or turned < best[0]:
                best, nearest = (turned, respelled), distance
    return best[1] if best else None
