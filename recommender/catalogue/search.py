"""Search: a typed query to a ranked, paged list of films.

A film is found when every word of the query is in its titles, its people, its year, decade or
genres; the last word may be unfinished. What the words are in, and the votes, decide the order:
a film whose title is the query comes first; otherwise each kind of match counts as if it
multiplied the film's votes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.catalogue.best_first import ALL_FILMS, FOUND, RELEVANCE, list_best
from recommender.catalogue.filters import ORDERS, Filters, Sort
from recommender.catalogue.spelling import list_corrections
from recommender.catalogue.vocabulary import load_vocabulary
from recommender.catalogue.words import LAST_CHARACTER, bare_key, chunks, key

MOST_CHARACTERS = 200
MOST_WORDS = 12
LONGEST_PAGE = 500
_SHORT = 2  # letters of a word that begins too many names to tell films apart
_BIG = 2**62

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The films of one page by number, and how many there are on all pages."""

    films: tuple[int, ...]
    total: int
    corrected_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A query as SQL is told it: FTS5 expressions, and the title it may be."""

    chunks: tuple[Parts, ...]
    anywhere: str
    whole_title: str
    in_title: str
    in_leads: str

    def arguments(self) -> dict[str, object]:
        title = _title_of(self.chunks)
        return {
            "anywhere": self.anywhere,
            "whole_title": self.whole_title,
            "in_title": self.in_title,
            "in_leads": self.in_leads,
            "key": key(title),
            "bare": bare_key(title),
            "after": key(title) + LAST_CHARACTER,
        }


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
    conditions, values = filters.conditions()
    page = {"limit": max(0, min(limit, LONGEST_PAGE)), "offset": max(0, min(offset, _BIG))}
    typed = query[:MOST_CHARACTERS]
    if not typed.strip():
        order = ORDERS.get(sort, "f.film")
        return Hits(*_page(connection, conditions, order, values | page))
    parts = chunks(typed)[:MOST_WORDS]
    asked = _asked(connection, parts) if parts else None
    corrected = None
    if asked and not _matches(connection, asked.anywhere):
        asked = _without_year(connection, asked) or _respelled(connection, asked)
        corrected = " ".join("".join(chunk) for chunk in asked.chunks) if asked else None
    if not asked:
        return Hits((), 0)
    arguments = values | page | ALL_FILMS | asked.arguments()
    if sort in ORDERS:
        found = _page(connection, [FOUND, *conditions], ORDERS[sort], arguments)
        return Hits(*found, corrected)
    total = _count(connection, conditions, arguments)
    films = list_best(connection, conditions, arguments, total=total, **page) if total else ()
    return Hits(films, total, corrected)


def _count(
    connection: sqlite3.Connection, conditions: Sequence[str], arguments: Mapping[str, object]
) -> int:
    """Return how many films are found; without conditions the index alone can tell."""
    sql = "SELECT count(*) FROM search WHERE search MATCH :anywhere"
    if conditions:
        sql = f"SELECT count(*) FROM films f WHERE {' AND '.join([FOUND, *conditions])}"
    total: tuple[int] = connection.execute(sql, arguments).fetchone()
    return total[0]


def _page(
    connection: sqlite3.Connection,
    conditions: Sequence[str],
    order: str,
    arguments: Mapping[str, object],
) -> tuple[tuple[int, ...], int]:
    """Return the films of the page, and how many there are on all pages."""
    source = "FROM films f"
    if conditions:
        source += f" WHERE {' AND '.join(conditions)}"
    (total,) = connection.execute(f"SELECT count(*) {source}", arguments).fetchone()
    rows = connection.execute(
        f"SELECT f.film {source} ORDER BY {order} LIMIT :limit OFFSET :offset", arguments
    ).fetchall()
    return tuple(film for (film,) in rows), total


def _title_of(parts: Sequence[Parts]) -> str:
    """Return the query as a title: without its year, unless it is nothing but one."""
    kept = [chunk for chunk in parts if not _is_year(chunk)] or parts
    return " ".join(" ".join(chunk) for chunk in kept)


def _is_year(chunk: Parts) -> bool:
    word = chunk[0]
    return len(chunk) == 1 and len(word) == 4 and word.isdigit() and "1870" <= word <= "2100"


def _matches(connection: sqlite3.Connection, expression: str) -> bool:
    sql = "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1"
    return connection.execute(sql, [expression]).fetchone() is not None


def _asked(connection: sqlite3.Connection, parts: Sequence[Parts]) -> _Asked:
    """Return the query in the language of FTS5; every word is letters and digits, and quoted."""
    *finished, last = parts
    before = [_whole(chunk) for chunk in finished]
    whole = " AND ".join([*before, _whole(last)])
    begun = " AND ".join([*before, _begun(last)])
    anywhere = begun
    if _names_are_whole(connection, before, last):
        anywhere = " AND ".join([*before, f"({{title}} : {_begun(last)} OR {_whole(last)})"])
    return _Asked(
        chunks=tuple(parts),
        anywhere=anywhere,
        whole_title=f"{{title facts}} : ({whole})",
        in_title=f"{{title facts}} : ({begun})",
        in_leads=f"{{title leads facts}} : ({anywhere})",
    )


def _names_are_whole(connection: sqlite3.Connection, before: Sequence[str], last: Parts) -> bool:
    """Return whether the last word is not the beginning of a name.

    ``nolan`` is somebody's name as it stands, ``nola`` may become one. Nearly every film has a
    person whose name begins with a given letter or two, so alone these only begin titles.
    """
    if len("".join(last)) <= _SHORT:
        return not before
    named = " AND ".join([*before, f"{{leads others}} : {_whole(last)}"])
    return last[-1].isdigit() or _matches(connection, named)


def _whole(chunk: Parts) -> str:
    """Return a finished word, ``spider-man`` as one or as two."""
    joined = f'"{"".join(chunk)}"'
    if len(chunk) == 1:
        return joined
    apart = " AND ".join(f'"{part}"' for part in chunk)
    return f"({joined} OR ({apart}))"


def _begun(chunk: Parts) -> str:
    """Return an unfinished word; genres and decades have to be whole, years may be begun."""
    joined = "".join(chunk)
    columns = "title leads others facts" if joined.isdigit() else "title leads others"
    ways = [_whole(chunk), f'({{{columns}}} : "{joined}" *)']
    if len(chunk) > 1:
        apart = " AND ".join(f'"{part}"' for part in chunk[:-1])
        ways.append(f'({{{columns}}} : ({apart} AND "{chunk[-1]}" *))')
    return f"({' OR '.join(ways)})"


def _without_year(connection: sqlite3.Connection, asked: _Asked) -> _Asked | None:
    """Return the query without its year if it then finds a film: heat 1996 is heat."""
    kept = [chunk for chunk in asked.chunks if not _is_year(chunk)]
    if not 0 < len(kept) < len(asked.chunks):
        return None
    without = _asked(connection, kept)
    return without if _matches(connection, without.anywhere) else None


def _respelled(connection: sqlite3.Connection, asked: _Asked) -> _Asked | None:
    """Return the nearest way to write the query that finds a film, of several the best found."""
    best: tuple[float, _Asked] | None = None
    nearest = None
    vocabulary = load_vocabulary(connection)
    for distance, way in list_corrections(vocabulary, ["".join(c) for c in asked.chunks]):
        if nearest is not None and distance > nearest:
            break
        respelled = _asked(connection, chunks(way))
        score = _best_score(connection, respelled)
        if score is not None and (best is None or score > best[0]):
            best, nearest = (score, respelled), distance
    return best[1] if best else None


def _best_score(connection: sqlite3.Connection, asked: _Asked) -> float | None:
    """Return the relevance of the best film a query finds, None when it finds none."""
    arguments = ALL_FILMS | asked.arguments()
    total = _count(connection, (), arguments)
    if not total:
        return None
    best = list_best(connection, (), arguments, total=total, limit=1, offset=0)
    sql = f"SELECT {RELEVANCE} FROM films f WHERE f.film = :low"
    alone = {"low": best[0], "high": best[0]}
    found: tuple[float] = connection.execute(sql, asked.arguments() | alone).fetchone()
    return found[0]
