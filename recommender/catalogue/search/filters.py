"""Filters and sort orders for a set of films."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from pyroaring import BitMap

from recommender.catalogue.search.postings import Facet, Postings, list_facets


class Sort(StrEnum):
    """The orders a list of films can have."""

    RELEVANCE = "relevance"
    RATING = "rating"
    VOTES = "votes"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Filters on a list of films; None and () filter nothing.

    Attributes
    ----------
    genres
        IMDb genres, any of which (or with ``all_genres`` each of which) a film must have.
    year_from, year_to
        First and last year, both included.
    min_rating
        Lowest average rating, 0 to 10.
    min_runtime_min, max_runtime_min
        Shortest and longest runtime in minutes, both included; a film of unknown runtime
        passes neither.
    """

    genres: tuple[str, ...] = ()
    all_genres: bool = False
    year_from: int | None = None
    year_to: int | None = None
    min_rating: float | None = None
    min_runtime_min: int | None = None
    max_runtime_min: int | None = None

    def narrow(self, postings: Postings, films: BitMap) -> BitMap:
        """Return the films that pass."""
        between = (
            (Facet.YEAR, self.year_from, self.year_to),
            (Facet.RATING, self.min_rating, None),
            (Facet.RUNTIME, self.min_runtime_min, self.max_runtime_min),
        )
        for facet, least, most in between:
            conditions = [("value >= ?", least), ("value <= ?", most)]
            bounds = [(sql, limit) for sql, limit in conditions if limit is not None]
            if bounds:
                condition = " AND ".join(sql for sql, _ in bounds)
                values = [_bindable(limit) for _, limit in bounds]
                films = films & postings.with_fact(facet, condition, values)
        genres = [storable(genre) for genre in dict.fromkeys(self.genres)]
        having = [postings.with_fact(Facet.GENRE, "value = ?", [genre]) for genre in genres]
        if not having:
            return films
        if self.all_genres:
            return BitMap.intersection(films, *having)
        return films & BitMap.union(*having)


def _bindable(limit: float) -> float | None:
    """Return a limit SQLite can hold: a year in a URL may have a hundred digits, or be NaN."""
    if isinstance(limit, float) and math.isnan(limit):
        return None
    return max(-(2**62), min(limit, 2**62))


def storable(text: str) -> str:
    """Return text that SQLite accepts: a URL may carry half a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8")


def list_sorted(
    connection: sqlite3.Connection, films: BitMap, sort: Sort, *, limit: int, offset: int
) -> list[int]:
    """Return the films of a page in another order than that of relevance.

    Parameters
    ----------
    connection
        To the catalogue.
    films
        All that is listed.
    sort
        The order; equal films are in the order of their votes, and so is ``RELEVANCE``.
    limit, offset
        The page: at most ``limit`` films after the first ``offset``.
    """
    if sort is Sort.YEAR:
        parts = list_facets(connection, Facet.YEAR, falling=True)
    elif sort is Sort.RATING:
        parts = list_facets(connection, Facet.RATING_ORDER)
    else:
        return list(films[offset : offset + limit])
    page: list[int] = []
    for _, part in parts:
        there = films & part
        if offset >= len(there):
            offset -= len(there)
            continue
        ordered = _by_rating(connection, there) if sort is Sort.RATING else iter(there)
        page += islice(ordered, offset, offset + limit - len(page))
        offset = 0
        if len(page) == limit:
            break
    return page


def _by_rating(connection: sqlite3.Connection, films: BitMap) -> Iterator[int]:
    sql = """
        SELECT film FROM films WHERE film IN (SELECT value FROM json_each(?))
        ORDER BY weightedRating DESC, film
    """
    for (film,) in connection.execute(sql, [json.dumps(list(films))]):
        yield film
