"""The catalogue's words in memory, so that a word nothing is near to is told in milliseconds.

SQLite compares one word at a time and takes fifteen times as long to look at all of them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    _Letters = npt.NDArray[np.uint64]

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
        for first, some in groupby(words, key=lambda word: word[:1]):
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
