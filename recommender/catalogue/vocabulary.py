"""The catalogue's words in memory, so that a word nothing is near to is told in milliseconds.

SQLite compares one word at a time and takes fifteen times as long to look at all of them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping

_MOST_KEPT = 2  # catalogues: the one in use, and the one that takes its place


class Vocabulary:
    """Words with the fame of the best known film each leads to, by first letter and length.

    Parameters
    ----------
    words
        Pairs of word and fame; no word twice.
    """

    def __init__(self, words: Iterable[tuple[str, float]]) -> None:
        self._fame: Mapping[str, float] = dict(words)
        self._groups: dict[tuple[str, int], list[str]] = defaultdict(list)
        # The best known first: where only so many near words are wanted, these are.
        for word in sorted(self._fame, key=lambda word: (-self._fame[word], word)):
            self._groups[word[:1], len(word)].append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._fame

    def __len__(self) -> int:
        return len(self._fame)

    def fame(self, word: str) -> float:
        """Return how well known the best known film is that the word leads to.

        Raises
        ------
        KeyError
            If it is no word of the catalogue.
        """
        return self._fame[word]

    def like(self, word: str, errors: int, starts: set[str] | None = None) -> list[str]:
        """Return the words that differ in length by no more than so many letters.

        Parameters
        ----------
        word
            As typed.
        errors
            How many letters longer or shorter they may be.
        starts
            First letters they may have; any when None.
        """
        lengths = range(len(word) - errors, len(word) + errors + 1)
        if starts is not None:
            keys = [(start, length) for start in sorted(starts) for length in lengths]
        else:
            keys = [key for key in self._groups if key[1] in lengths]
        return [other for key in keys for other in self._groups.get(key, ())]


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
