"""Queries to offer in an empty search field, drawn from what the catalogue knows best."""

from __future__ import annotations

import sqlite3
from collections import Counter
from itertools import chain, zip_longest

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


def list_suggestions(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Return up to ``limit`` queries: people, titles, and decades with a genre in turn."""
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
