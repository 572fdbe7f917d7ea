"""The best of a great many films found, without weighing all of them.

A film's number is its place by votes, and what a match adds to its fame has a limit. So films are
looked at in order of fame, and once the next one could not even reach the last place of the page,
no later one can. Only a film whose title is the very query may come from far behind; those are
looked up by title.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

WHOLE_TITLE = 20.0
"""Added for a title that is the query: more than any fame."""
FIRST_BAND = 4_096
"""So many of the best known films are looked at first, eight times as many next, and so on."""
_WIDER = 8
FEW = 2_000
"""So many films found are weighed at once: each band costs look-ups of its own."""
_END = 2**62

# Added to ln(votes): 20 is more than any votes, 2.2 is as if the film had nine times its votes.
RELEVANCE = f"""
f.fame
+ CASE
    WHEN f.titleKey = :key THEN {WHOLE_TITLE}
    WHEN f.bareKey = :key OR f.bareKey = :bare OR f.originalKey = :key THEN 3.4
    WHEN f.titleKey >= :key AND f.titleKey < :after THEN 2.2
    WHEN f.bareKey >= :key AND f.bareKey < :after THEN 2.2
    ELSE 0.0
  END
+ CASE
    WHEN f.film IN (
        SELECT rowid FROM search WHERE search MATCH :whole_title AND rowid BETWEEN :low AND :high
    ) THEN 2.2
    WHEN f.film IN (
        SELECT rowid FROM search WHERE search MATCH :in_title AND rowid BETWEEN :low AND :high
    ) THEN 1.2
    WHEN f.film IN (
        SELECT rowid FROM search WHERE search MATCH :in_leads AND rowid BETWEEN :low AND :high
    ) THEN 0.7
    ELSE 0.0
  END
"""
MOST_ADDED = 3.4 + 2.2
"""The most that is added to the fame of a film whose title is not the query."""
ALL_FILMS = {"low": 1, "high": _END}
"""Values for RELEVANCE to be told of any film."""

FOUND = """
f.film IN (
    SELECT rowid FROM search WHERE search MATCH :anywhere AND rowid BETWEEN :low AND :high
)
"""


def list_best(
    connection: sqlite3.Connection,
    conditions: Sequence[str],
    arguments: Mapping[str, object],
    *,
    total: int,
    limit: int,
    offset: int,
) -> tuple[int, ...]:
    """Return the films of a page in order of relevance, equally relevant ones by number.

    Parameters
    ----------
    connection
        To the catalogue.
    conditions
        SQL on table ``f`` that the films have to meet beside being found.
    arguments
        What ``RELEVANCE``, ``FOUND`` and the conditions name.
    total
        How many films are found.
    limit, offset
        The page: at most ``limit`` films after the first ``offset``.
    """
    wanted = offset + limit
    if not limit:
        return ()
    where = " AND ".join([FOUND, *conditions])
    sql = f"""
        SELECT f.film, {RELEVANCE} AS relevance FROM films f WHERE {where}
        ORDER BY relevance DESC, f.film LIMIT :wanted
    """
    few = total <= FEW
    best = {} if few else _titled(connection, conditions, arguments)
    low, high = 1, _END if few else FIRST_BAND
    while True:
        band = {"low": low, "high": high, "wanted": wanted}
        best |= dict(connection.execute(sql, {**arguments, **band}).fetchall())
        order = sorted(best, key=lambda film: (-best[film], film))[:wanted]
        if high == _END:
            break
        low, high = high + 1, high * _WIDER
        next_fame = _fame_from(connection, low)
        if next_fame is None:
            break
        if len(order) == wanted and best[order[-1]] >= next_fame + MOST_ADDED:
            break
    return tuple(order[offset:])


def _titled(
    connection: sqlite3.Connection, conditions: Sequence[str], arguments: Mapping[str, object]
) -> dict[int, float]:
    """Return the films found whose title is the query, with their relevance."""
    where = " AND ".join(["f.titleKey = :key", *conditions])
    sql = f"SELECT f.film, f.fame FROM films f WHERE {where}"
    fame = dict(connection.execute(sql, arguments).fetchall())
    if not fame:
        return {}
    # Nearly always its title and facts hold the very words: told without prefixes, so at once.
    sql = "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?"
    between = (min(fame), max(fame))
    whole = {film for (film,) in connection.execute(sql, (arguments["whole_title"], *between))}
    titled = {film: fame[film] + WHOLE_TITLE + 2.2 for film in fame.keys() & whole}
    sql = f"SELECT f.film, {RELEVANCE} FROM films f WHERE {FOUND}"
    for film in fame.keys() - whole:
        alone = {**arguments, "low": film, "high": film}
        titled |= dict(connection.execute(sql, alone).fetchall())
    return titled


def _fame_from(connection: sqlite3.Connection, film: int) -> float | None:
    """Return the most that is known of any film from a number on, None when there is none."""
    sql = "SELECT fame FROM films WHERE film >= ? ORDER BY film LIMIT 1"
    row: tuple[float] | None = connection.execute(sql, [film]).fetchone()
    return row[0] if row else None
