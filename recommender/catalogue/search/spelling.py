"""Spelling correction: words of the catalogue near the words of a query that found nothing.

Distance is restricted Damerau-Levenshtein (optimal string alignment): an insertion, a deletion, a
substitution or a swap of two neighbouring letters counts one.
"""

from __future__ import annotations

import itertools
import math
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    _Letters = npt.NDArray[np.uint64]

_MOST_WORDS = 6  # in a query that is corrected
_MOST_CANDIDATES = 6  # for each of its words
_MOST_TRIES = 60
_MOST_LETTERS = 24
_MOST_COMBINED = 20_000
_MOST_KEPT = 2  # catalogues: the current one and its successor
_BITS = 39  # a to z and 0 to 9 have distinct bits


class Vocabulary:
    """Words of a catalogue with the fame of their best-known film, by length and first letter.

    Parameters
    ----------
    words
        Pairs of word and fame, without duplicates.
    """

    def __init__(self, words: Iterable[tuple[str, float]]) -> None:
        self._fame: Mapping[str, float] = dict(words)
        by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._fame, key=lambda word: (word[:1], -self._fame[word], word)):
            by_length[len(word)].append(word)
        self._groups = {length: _Words.of(some) for length, some in by_length.items()}

    def __contains__(self, word: str) -> bool:
        return word in self._fame

    def __len__(self) -> int:
        return len(self._fame)

    def popularity(self, word: str) -> float:
        """Return the fame of the best-known film of a word.

        Raises
        ------
        KeyError
            If the word is unknown.
        """
        return self._fame[word]

    def like(self, word: str, errors: int, starts: set[str] | None = None) -> list[str]:
        """Return all words within a number of edits, and a few others.

        An edit changes the length by at most one, removes at most one letter from the set of
        letters, and adds at most one. Words that differ more are skipped.

        Parameters
        ----------
        word
            Typed word, not empty.
        errors
            Maximum number of edits.
        starts
            Allowed first letters; None allows all.
        """
        lengths = range(len(word) - errors, len(word) + errors + 1)
        groups = [self._groups[length] for length in lengths if length in self._groups]
        letters = _letters_of([word])[0]
        return [other for group in groups for other in group.like(letters, errors, starts)]


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of one length sorted by first letter.

    ``letters`` are the letter sets of the words as bits, ``under`` their slices by first letter.
    """

    words: list[str]
    letters: _Letters
    under: dict[str, slice]

    @classmethod
    def of(cls, words: list[str]) -> _Words:
        under, start = {}, 0
        for first, some in itertools.groupby(words, key=lambda word: word[:1]):
            end = start + len(list(some))
            under[first] = slice(start, end)
            start = end
        return cls(words, _letters_of(words), under)

    def like(self, letters: np.uint64, errors: int, starts: set[str] | None) -> Iterator[str]:
        import numpy as np  # noqa: PLC0415 - only corrections need it

        if starts is None:
            parts = [slice(0, len(self.words))]
        else:
            parts = [self.under[start] for start in sorted(starts) if start in self.under]
        for part in parts:
            theirs = self.letters[part]
            near = np.bitwise_count(theirs & ~letters) <= errors
            near &= np.bitwise_count(letters & ~theirs) <= errors
            for field in np.flatnonzero(near).tolist():
                yield self.words[part.start + field]


def _letters_of(words: list[str]) -> _Letters:
    """Return the letter set of each word as bits; all words have the same length.

    Letters that share a bit let through some words that are not near.
    """
    import numpy as np  # noqa: PLC0415 - only corrections need it

    drawn = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.uint64(1) << (drawn % np.uint32(_BITS)).astype(np.uint64)
    letters: _Letters = np.bitwise_or.reduce(bits.reshape(len(words), -1), axis=1)
    return letters


_kept: dict[tuple[str, ...], Vocabulary] = {}
_lock = threading.Lock()


def load_vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Return the cached vocabulary of a catalogue, by its schema version and source."""
    key = tuple(
        value
        for (value,) in connection.execute(
            "SELECT value FROM meta WHERE key IN ('schema_version', 'source_sha256') ORDER BY key"
        )
    )
    with _lock:
        if key not in _kept:
            while len(_kept) >= _MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = Vocabulary(connection.execute("SELECT word, fame FROM words"))
        return _kept[key]


class Candidate(NamedTuple):
    """A word near a typed one, with the fame of its best-known film."""

    distance: int
    word: str
    popularity: float


def list_corrections(vocabulary: Vocabulary, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield corrected queries, nearest first, with their edit distance.

    Parameters
    ----------
    vocabulary
        Words of the catalogue.
    words
        Folded words of the query.
    """
    if not 0 < len(words) <= _MOST_WORDS:
        return
    ways = [*_respelled(vocabulary, words), *_respaced(vocabulary, words)]
    for distance, _, way in sorted(ways)[:_MOST_TRIES]:
        yield distance, way


def errors_allowed(word: str) -> int:
    """Return the maximum number of edits for a word of its length."""
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
    """Yield the query with one space added (starwars) or removed (di caprio)."""
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
    """Return words near a typed one, including itself if it is known."""
    allowed = errors_allowed(word)
    found = []
    if word.isdigit() or word in vocabulary:
        found.append(Candidate(0, word, math.inf))
    if not allowed or len(word) > _MOST_LETTERS:
        return found
    # The first letter is rarely wrong, and a search under it is 20 times faster.
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
