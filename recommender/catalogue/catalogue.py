"""The catalogue's public interface: one read-only class, safe for threads."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from recommender import metrics
from recommender.catalogue.database import Connections
from recommender.catalogue.sanitize import strip_invisible
from recommender.catalogue.schema import CONTENT_VERSION
from recommender.catalogue.search.filters import Filters, Sort, storable
from recommender.catalogue.search.postings import Facet, list_facets
from recommender.catalogue.search.search import find_hits
from recommender.catalogue.search.title_matches import TitleMatch, match_titles
from recommender.catalogue.tables import CatalogueTables, read_tables
from recommender.entities import Film

_FILM = """
SELECT f.tconst, f.primaryTitle, f.originalTitle, f.startYear, f.runtimeMinutes, f.genres,
    f.averageRating, f.numVotes, f.directors, f.writers, f."cast"
FROM films f
"""
_DIRECTORS = """
SELECT p.name FROM credits c JOIN people p USING (person)
WHERE c.category = 'director' AND c.film <= 500
GROUP BY c.person HAVING count(*) >= 2
ORDER BY count(*) DESC, min(c.film) LIMIT ?
"""
_STARS = """
SELECT p.name FROM credits c JOIN people p USING (person)
WHERE c.category = 'cast' AND c.ordering <= 3 AND c.film <= 500
GROUP BY c.person HAVING count(*) >= 2
ORDER BY count(*) DESC, min(c.film) LIMIT ?
"""
_DECADES = "SELECT startYear, genres FROM films WHERE film <= 500"
_TITLES = "SELECT primaryTitle FROM films ORDER BY film LIMIT ?"


class Credit(NamedTuple):
    """A person's part in a film; ``category`` is director, writer or cast, ``ordering`` from 1."""

    person_id: str
    name: str
    category: str
    ordering: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """One page of films.

    Attributes
    ----------
    films
        The page, in order.
    total
        Number of films on all pages.
    offset
        Number of films before this page.
    corrected_to
        The corrected query, when the query as typed found nothing.
    """

    films: tuple[Film, ...]
    total: int
    offset: int = 0
    corrected_to: str | None = None

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return self.offset + len(self.films) < self.total


class Catalogue:
    """The films of one catalogue file.

    Parameters
    ----------
    path
        A database that ``build_catalogue`` wrote. After a swap, the next call reads the new
        file.

    Examples
    --------
    >>> with Catalogue(ensure_catalogue(load_settings())) as catalogue:
    ...     catalogue.search("godfathr").films[0].label
    'The Godfather (1972)'
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(path)
        self._finalizer = weakref.finalize(self, self._connections.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; later calls raise CatalogueError."""
        self._finalizer()

    def find_film(self, tconst: str) -> Film | None:
        """Return a film by its id, or None."""
        return next(iter(self.list_films([tconst])), None)

    def list_films(self, tconsts: Sequence[str]) -> list[Film]:
        """Return films by id in the given order, without unknown ids."""
        wanted = json.dumps([storable(tconst) for tconst in tconsts])
        with self._connections.lend() as connection:
            rows = connection.execute(
                f"{_FILM} WHERE f.tconst IN (SELECT value FROM json_each(?))", [wanted]
            ).fetchall()
        films = {row[0]: _film(row) for row in rows}
        return [films[tconst] for tconst in tconsts if tconst in films]

    def count_films(self) -> int:
        """Return the number of films."""
        return int(self.meta()["films"])

    def list_genres(self) -> list[str]:
        """Return all genres in alphabetical order."""
        return list(self.count_genres())

    def count_genres(self) -> dict[str, int]:
        """Return the number of films per genre, in alphabetical order."""
        with self._connections.lend() as connection:
            facets = list_facets(connection, Facet.GENRE)
            return {str(genre): len(films) for genre, films in facets}

    def count_runtimes(self) -> dict[int, int]:
        """Return the number of films per known runtime in minutes."""
        with self._connections.lend() as connection:
            facets = list_facets(connection, Facet.RUNTIME)
            return {int(str(minutes)): len(films) for minutes, films in facets}

    def year_range(self) -> tuple[int, int]:
        """Return the first and the last year of all films."""
        with self._connections.lend() as connection:
            first, last = connection.execute(
                "SELECT min(value), max(value) FROM facets WHERE kind = ?", [Facet.YEAR.value]
            ).fetchone()
        return first, last

    def list_popular(
        self, *, since_year: int | None = None, limit: int = 40, offset: int = 0
    ) -> list[Film]:
        """Return the films with most votes, optionally since a year."""
        page = self.search("", filters=Filters(year_from=since_year), limit=limit, offset=offset)
        return list(page.films)

    def film_credits(self, tconst: str) -> list[Credit]:
        """Return a film's credits: directors, then writers, then cast in billing order."""
        with self._connections.lend() as connection:
            rows = connection.execute(
                """
                SELECT p.person_id, p.name, c.category, c.ordering
                FROM films f JOIN credits c USING (film) JOIN people p USING (person)
                WHERE f.tconst = ?
                ORDER BY c.category = 'cast', c.category, c.ordering
                """,
                [storable(tconst)],
            ).fetchall()
        return [Credit(*row) for row in rows]

    def search(
        self,
        query: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        sort: Sort = Sort.RELEVANCE,
        limit: int = 40,
        offset: int = 0,
    ) -> SearchPage:
        """Return the films that match a query, best first; all films for an empty query.

        Parameters
        ----------
        query
            Words of titles, people, years, decades and genres; the last may be incomplete.
            No text raises an error.
        filters, sort
            Filters and order of the results.
        limit, offset
            The page: at most ``limit`` (up to 500) films after the first ``offset``.
        """
        with metrics.timed("search"), self._connections.lend() as connection:
            hits = find_hits(
                connection, query, filters=filters, sort=sort, limit=limit, offset=offset
            )
            films = _read_numbered(connection, hits.films)
        return SearchPage(
            films=tuple(films[number] for number in hits.films),
            total=hits.total,
            offset=max(0, offset),
            corrected_to=hits.corrected_to,
        )

    def match_titles(self, asked: Sequence[Sequence[str]]) -> list[tuple[TitleMatch, ...]]:
        """Return the films that each set of titles may mean, closest first.

        Films of every year are returned; the caller compares years. Spelling is not corrected.

        Parameters
        ----------
        asked
            For each film, its titles in any language.
        """
        with self._connections.lend() as connection:
            return match_titles(connection, asked)

    def suggest(self, limit: int = 6) -> list[str]:
        """Return example queries for an empty search field."""
        with self._connections.lend() as connection:
            return _list_suggestions(connection, limit)

    def read_tables(self) -> CatalogueTables:
        """Return the whole catalogue as data frames, for the engine."""
        with self._connections.lend() as connection:
            return read_tables(connection)

    @property
    def fingerprint(self) -> str:
        """Identifier of the content; a fitted model stores it."""
        meta = self.meta()
        return f"{CONTENT_VERSION}-{meta['source_sha256'][:32]}"

    def meta(self) -> dict[str, str]:
        """Return the entries of the ``meta`` table.

        Returns
        -------
        dict
            ``source`` (file name), ``source_path``, ``source_sha256``, ``origin`` (bundled or
            file), ``built_at`` (UTC, ISO 8601), ``films`` and ``people`` (counts),
            ``schema_version``.
        """
        with self._connections.lend() as connection:
            return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def _read_numbered(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Film]:
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(
        f"{_FILM.replace('SELECT', 'SELECT f.film,', 1)} WHERE f.film IN ({marks})", numbers
    ).fetchall()
    return {number: _film(row) for number, *row in rows}


def _film(row: Sequence[object]) -> Film:
    tconst, primary, original, year, runtime, genres, rating, votes, *people = row
    directors, writers, cast = map(_names, people)
    return Film(
        tconst=tconst,  # type: ignore[arg-type]
        primary_title=strip_invisible(str(primary)) or str(tconst),
        original_title=strip_invisible(str(original)),
        start_year=year,  # type: ignore[arg-type]
        runtime_min=runtime,  # type: ignore[arg-type]
        genres=_names(genres),
        average_rating=rating,  # type: ignore[arg-type]
        num_votes=votes,  # type: ignore[arg-type]
        directors=directors,
        writers=writers,
        cast=cast,
    )


def _names(joined: object) -> tuple[str, ...]:
    return tuple(strip_invisible(str(joined)).split("|")) if joined else ()


def _list_suggestions(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Return up to ``limit`` queries, mixing people, titles, and decades with a genre."""
    each = max(0, min(limit, 100))
    kinds = [
        [text for (text,) in connection.execute(sql, [each]).fetchall()]
        for sql in (_DIRECTORS, _TITLES, _STARS)
    ]
    decades = Counter(
        f"{year // 10 * 10}s {genre.lower()}"
        for year, genres in connection.execute(_DECADES)
        for genre in filter(None, genres.split("|"))
    )
    kinds.append(sorted(decades, key=lambda text: (-decades[text], text))[:each])
    mixed = chain.from_iterable(zip_longest(*kinds))
    return list(dict.fromkeys(text for text in mixed if text))[:each]
