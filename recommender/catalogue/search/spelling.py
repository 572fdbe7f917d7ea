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

_MOST_WORDS = 6  # in a query worth correcting
_MOST_CANDIDATES = 6  # for each of its words
_MOST_TRIES = 60
_MOST_LETTERS = 24
_MOST_COMBINED = 20_000
_MOST_KEPT = 2  # catalogues: the one in use, and the one that takes its place
_BITS = 39  # so each of a to z and 0 to 9 has a bit of its own


class Vocabulary:
    """Words with the fame of the best known film each leads to, by length and first letter.

    Parameters
    ----------
    words
        Pairs of word and fame; no word twice.
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
        """Return how well known the best known film is that the word leads to.

        Raises
        ------
        KeyError
            If it is no word of the catalogue.
        """
        return self._fame[word]

    def like(self, word: str, errors: int, starts: set[str] | None = None) -> list[str]:
        """Return the words that so many typing errors may have made of a word, and few others.

        They differ by no more letters in length, miss no more of its letters and have no more
        letters that it has not: each error adds one to each at most.

        Parameters
        ----------
        word
            As typed, of one letter or more.
        errors
            How many typing errors.
        starts
            First letters they may have; any when None.
        """
        lengths = range(len(word) - errors, len(word) + errors + 1)
        groups = [self._groups[length] for length in lengths if length in self._groups]
        letters = _letters_of([word])[0]
        return [other for group in groups for other in group.like(letters, errors, starts)]


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of one length in order of first letter.

    ``letters`` tells which letters are in each, and ``under`` where those with a first letter are.
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
        import numpy as np  # noqa: PLC0415 - a search that finds something does without

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
    """Return which letters are in each word, all of one length, as the bits of a number.

    Letters that share a bit only let a word through that is not near.
    """
    import numpy as np  # noqa: PLC0415 - a search that finds something does without

    drawn = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.uint64(1) << (drawn % np.uint32(_BITS)).astype(np.uint64)
    letters: _Letters = np.bitwise_or.reduce(bits.reshape(len(words), -1), axis=1)
    return letters


_kept: dict[tuple[str, ...], Vocabulary] = {}
_lock = threading.Lock()


def load_vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Return the words of the catalogue a connection is to, read once for each catalogue.

    Parameters
    ----------
    connection
        To the catalogue; what it was built from tells catalogues apart.
    """
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
