"""Typing errors: words of the catalogue that a query's words may have meant.

Asked only when a query found nothing. Distance is Damerau-Levenshtein's in its restricted form
(optimal string alignment): an insertion, a deletion, a substitution or two neighbouring letters
swapped count one each.
"""

from __future__ import annotations

import itertools
import math
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommender.catalogue.words import LAST_CHARACTER

_MOST_WORDS = 6  # in a query worth correcting
_MOST_CANDIDATES = 6  # for each of its words
_MOST_TRIES = 60
_MOST_LETTERS = 24
_MOST_COMBINED = 20_000
_MOST_NEAR = 200


class Candidate(NamedTuple):
    """A word of the catalogue near a typed one; ``fame`` of the best known film it leads to."""

    distance: int
    word: str
    fame: float


def list_corrections(
    connection: sqlite3.Connection, words: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """Yield other ways to write a query, nearest first, with how many typing errors apart.

    Parameters
    ----------
    connection
        To the catalogue.
    words
        The query's folded words.
    """
    if not 0 < len(words) <= _MOST_WORDS:
        return
    ways = [*_respelled(connection, words), *_respaced(connection, words)]
    for distance, _, way in sorted(ways)[:_MOST_TRIES]:
        yield distance, way


def errors_allowed(word: str) -> int:
    """Return how many typing errors a word of its length may hold."""
    if len(word) < 3 or word.isdigit():
        return 0
    return 1 if len(word) <= 5 else 2


def _respelled(
    connection: sqlite3.Connection, words: Sequence[str]
) -> Iterator[tuple[int, float, str]]:
    choices = []
    for word in words:
        choices.append(_candidates(connection, word))
        if not choices[-1]:
            return
    for way in itertools.islice(itertools.product(*choices), _MOST_COMBINED):
        distance = sum(candidate.distance for candidate in way)
        if distance:
            fame = min(candidate.fame for candidate in way)
            yield distance, -fame, " ".join(candidate.word for candidate in way)


def _respaced(
    connection: sqlite3.Connection, words: Sequence[str]
) -> Iterator[tuple[int, float, str]]:
    """Yield the query with one space put in (starwars) or taken out (di caprio)."""
    for place, word in enumerate(words):
        before, after = words[:place], words[place + 1 :]
        ways = [(word[:cut], word[cut:]) for cut in range(2, min(len(word), _MOST_LETTERS) - 1)]
        for way in ways:
            if all(_fame(connection, part) is not None for part in way):
                yield (
                    1,
                    -min(_fame(connection, part) or 0.0 for part in way),
                    " ".join([*before, *way, *after]),
                )
        if after:
            fame = _fame(connection, word + after[0])
            if fame is not None:
                yield 1, -fame, " ".join([*before, word + after[0], *after[1:]])


def _fame(connection: sqlite3.Connection, word: str) -> float | None:
    found = connection.execute("SELECT fame FROM words WHERE word = ?", [word]).fetchone()
    return found[0] if found else None


def _candidates(connection: sqlite3.Connection, word: str) -> list[Candidate]:
    """Return the catalogue's words near a typed one, the word itself included if it is one."""
    allowed = errors_allowed(word)
    found = []
    if word.isdigit() or _fame(connection, word) is not None:
        found.append(Candidate(0, word, math.inf))
    if not allowed or len(word) > _MOST_LETTERS:
        return found
    # Few people mistype the first letter, and looking under it only is 20 times faster.
    near = _near(connection, word, allowed, starts={word[0], word[1]})
    if not near and not found:
        near = _near(connection, word, allowed, starts={""})
    near.sort(key=lambda candidate: (candidate.distance, -candidate.fame))
    return found + near[:_MOST_CANDIDATES]


def _near(
    connection: sqlite3.Connection, word: str, allowed: int, *, starts: set[str]
) -> list[Candidate]:
    fame_of: dict[str, float] = {}
    for start in starts:
        fame_of |= connection.execute(
            "SELECT word, fame FROM words WHERE word >= ? AND word < ?"
            " AND length(word) BETWEEN ? AND ?",
            [start, start + LAST_CHARACTER, len(word) - allowed, len(word) + allowed],
        ).fetchall()
    near = process.extract(
        word, list(fame_of), scorer=OSA.distance, score_cutoff=allowed, limit=_MOST_NEAR
    )
    return [Candidate(int(far), other, fame_of[other]) for other, far, _ in near if far]
