"""Match titles to films, thousands at once, by the indexes of their keys.

The caller chooses a film by its year and the closeness it needs.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from recommender.catalogue.search.filters import storable
from recommender.catalogue.search.tokens import sort_key, sort_key_without_article, words

_TITLE_END = re.compile(r"\s*:\s|\s+[-–—(]\s*|\s+or\s+", re.IGNORECASE)  # noqa: RUF001
_SHORTEST_HEAD = 4  # letters of a title without its second part
_LONGEST = 300
# A key and the key of the same title up to its colon begin alike: both are found by an index.
# CROSS JOIN keeps SQLite from looking at the films first.
_MAY_BE_MEANT = """
WITH asked (key) AS (SELECT value FROM json_each(?)),
    head (key) AS (SELECT value FROM json_each(?))
SELECT tconst, startYear, primaryTitle, originalTitle FROM films
WHERE film IN (
    SELECT film FROM films WHERE titleKey IN asked
    UNION SELECT film FROM films WHERE bareKey <> titleKey AND bareKey IN asked
    UNION SELECT film FROM films WHERE originalKey <> titleKey AND originalKey IN asked
    UNION SELECT film FROM head CROSS JOIN films
        WHERE titleKey > head.key AND titleKey < head.key || char(1114111) AND {primary}
    UNION SELECT film FROM head CROSS JOIN films
        WHERE originalKey <> titleKey AND originalKey > head.key
            AND originalKey < head.key || char(1114111) AND {original}
)
ORDER BY film
""".format(
    **{
        name: f"({name}Title GLOB '*[-:(–—]*' OR {name}Title LIKE '% or %')"  # noqa: RUF001
        for name in ("primary", "original")
    }
)


class Closeness(IntEnum):
    """Closeness of two titles; smaller is closer.

    ``WORDS``: the same words. ``LETTERS``: the same letters in other words (``Spiderman``).
    ``NO_ARTICLE``: the same without an article. ``PART``: one is the other up to its colon.
    """

    WORDS = 0
    LETTERS = 1
    NO_ARTICLE = 2
    PART = 3


class TitleMatch(NamedTuple):
    """A candidate film for a title."""

    tconst: str
    year: int
    closeness: Closeness


def match_titles(
    connection: sqlite3.Connection, asked: Sequence[Sequence[str]]
) -> list[tuple[TitleMatch, ...]]:
    """Return the candidate films of each set of titles, closest first.

    Parameters
    ----------
    connection
        Connection to the catalogue.
    asked
        For each film, its titles in any language; any text is allowed.

    Returns
    -------
    list of tuple
        One tuple per entry of ``asked``; empty for titles without letters or digits.
    """
    titles = [[storable(title)[:_LONGEST] for title in of_one] for of_one in asked]
    by_form: dict[str, list[_Forms]] = defaultdict(list)
    for title in dict.fromkeys(title for of_one in titles for title in of_one):
        forms = _forms(title)
        for form in forms.searched():
            by_form[form].append(forms)
    found: dict[str, dict[str, TitleMatch]] = defaultdict(dict)
    for tconst, year, own_titles in _candidates(connection, by_form):
        for own in map(_forms, own_titles):
            for form in own.searched():
                for forms in by_form.get(form, ()):
                    closeness = _closeness(forms, own)
                    if closeness is not None:
                        _keep_closest(found[forms.title], TitleMatch(tconst, year, closeness))
    return [_merged(found[title] for title in of_one) for of_one in titles]


class _Forms(NamedTuple):
    """A title and its keys for comparison."""

    title: str
    words: list[str]
    key: str
    bare: str
    head: str

    def searched(self) -> set[str]:
        return {self.key, self.bare, self.head} - {""}


def _forms(title: str) -> _Forms:
    found = words(title)
    return _Forms(title, found, "".join(found), sort_key_without_article(title), _head(title))


def _candidates(
    connection: sqlite3.Connection, by_form: Mapping[str, Sequence[_Forms]]
) -> Iterable[tuple[str, int, tuple[str, ...]]]:
    """Yield films with a title among the forms: whole, without article, up to the colon."""
    whole = [form for form, asked in by_form.items() if any(form == one.key for one in asked)]
    heads = [form for form in whole if len(form) >= _SHORTEST_HEAD]
    rows = connection.execute(_MAY_BE_MEANT, [json.dumps(list(by_form)), json.dumps(heads)])
    for tconst, year, primary, original in rows:
        yield tconst, year, (primary, original) if original != primary else (primary,)


def _closeness(asked: _Forms, own: _Forms) -> Closeness | None:
    if asked.words == own.words:
        return Closeness.WORDS
    if asked.key == own.key:
        return Closeness.LETTERS
    if asked.bare == own.bare:
        return Closeness.NO_ARTICLE
    # Two films of a series share only the part before the colon.
    is_part = asked.key == own.head or asked.head == own.key
    return Closeness.PART if is_part else None


def _head(title: str) -> str:
    """Return the key of a title up to its colon, dash or bracket; empty without one."""
    parts = _TITLE_END.split(title, maxsplit=1)
    head = sort_key(parts[0]) if len(parts) > 1 else ""
    return head if len(head) >= _SHORTEST_HEAD else ""


def _keep_closest(best: dict[str, TitleMatch], match: TitleMatch) -> None:
    before = best.get(match.tconst)
    if before is None or match.closeness < before.closeness:
        best[match.tconst] = match


def _merged(found: Iterable[dict[str, TitleMatch]]) -> tuple[TitleMatch, ...]:
    best: dict[str, TitleMatch] = {}
    for matches in found:
        for match in matches.values():
            _keep_closest(best, match)
    return tuple(sorted(best.values(), key=lambda match: match.closeness))
