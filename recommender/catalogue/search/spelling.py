"""Typing errors: words of the catalogue that a query's words may have meant.

Asked only when a query found nothing. Distance is Damerau-Levenshtein's in its restricted form
(optimal string alignment): an insertion, a deletion, a substitution or two neighbouring letters
swapped count one each.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommender.catalogue.search.vocabulary import Vocabulary

_MOST_WORDS = 6  # in a query worth correcting
_MOST_CANDIDATES = 6  # for each of its words
_MOST_TRIES = 60
_MOST_LETTERS = 24
_MOST_COMBINED = 20_000


class Candidate(NamedTuple):
    """A word of the catalogue near a typed one; ``fame`` of the best known film it leads to."""

    distance: int
    word: str
    popularity: float


def list_corrections(vocabulary: Vocabulary, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield other ways to write a query, nearest first, with how many typing errors apart.

    Parameters
    ----------
    vocabulary
        Of the catalogue.
    words
        The query's folded words.
    """
    if not 0 < len(words) <= _MOST_WORDS:
        return
    ways = [*_respelled(vocabulary, words), *_respaced(vocabulary, words)]
    for distance, _, way in sorted(ways)[:_MOST_TRIES]:
        yield distance, way


def errors_allowed(word: str) -> int:
    """Return how many typing errors a word of its length may hold."""
    if len(word) < 3 or word.isdigit():
        return 0
    return 1 if len(word) <= 5 else 2


def _respelled(vocabulary: Vocabulary, words: Sequence[str]) -> Iterator[tuple[int, float, str]]:
    choices = []
    for word in words:
        choices.append(_candidates(vocabulary, word))
        if not choices[-1]:
            return
    for way in itertools.islice(itertools.product(*choices), _MOST_COMBINED):
        distance = sum(candidate.distance for candidate in way)
        if distance:
            popularity = min(candidate.popularity for candidate in way)
            yield distance, -popularity, " ".join(candidate.word for candidate in way)


def _respaced(vocabulary: Vocabulary, words: Sequence[str]) -> Iterator[tuple[int, float, str]]:
    """Yield the query with one space put in (starwars) or taken out (di caprio)."""
    for field, word in enumerate(words):
        before, after = words[:field], words[field + 1 :]
        ways = [(word[:cut], word[cut:]) for cut in range(2, min(len(word), _MOST_LETTERS) - 1)]
        for way in ways:
            if all(part in vocabulary for part in way):
                popularity = min(vocabulary.popularity(part) for part in way)
                yield 1, -popularity, " ".join([*before, *way, *after])
        if after and word + after[0] in vocabulary:
            joined = word + after[0]
            yield 1, -vocabulary.popularity(joined), " ".join([*before, joined, *after[1:]])


def _candidates(vocabulary: Vocabulary, word: str) -> list[Candidate]:
    """Return the catalogue's words near a typed one, the word itself included if it is one."""
    allowed = errors_allowed(word)
    found = []
    if word.isdigit() or word in vocabulary:
        found.append(Candidate(0, word, math.inf))
    if not allowed or len(word) > _MOST_LETTERS:
        return found
    # Few people mistype the first letter, and looking under it only is 20 times faster.
    near = _near(vocabulary, word, allowed, vocabulary.like(word, allowed, {word[0], word[1]}))
    if not near and not found:
        near = _near(vocabulary, word, allowed, vocabulary.like(word, allowed))
    near.sort(key=lambda candidate: (candidate.distance, -candidate.popularity))
    return found + near[:_MOST_CANDIDATES]


def _near(
    vocabulary: Vocabulary, word: str, allowed: int, choices: Sequence[str]
) -> list[Candidate]:
    near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return [
        Candidate(int(far), other, vocabulary.popularity(other)) for other, far, _ in near if far
    ]
