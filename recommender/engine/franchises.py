"""Which films belong to one series, told from their titles and the people they share.

Series whose titles do not show it (James Bond, the Marvel films) are listed in ``series.csv``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

import numpy as np

from recommender.engine.arrays import IntArray

SERIES_FILE = Path(__file__).with_name("series.csv")

_ARTICLES = frozenset({"the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "il"})
_NUMBERING = frozenset(
    [
        *("part", "chapter", "episode", "vol", "volume"),
        *("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        *("eleven", "twelve", "thirteen", "first", "second", "third", "last", "next"),
    ]
)
_BREAK = re.compile(r"[:\u2013\u2014]|\s-\s| and the ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PLURAL = 5
"""From so many letters on, a last word is also read without its s."""
_SUBTITLE = 2
"""From this place on, what `_title_parts` returns is a subtitle."""
_CROWD = 40
"""A person with more films than this under one stem says nothing of a series."""


@cache
def load_series(path: Path = SERIES_FILE) -> Mapping[str, str]:
    """Return the series of the films whose titles do not show it, by tconst."""
    with path.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["tconst"]: row["series"] for row in csv.DictReader(lines)})


def find_franchises(
    titles: Sequence[str],
    people: Sequence[Sequence[int]],
    known: Sequence[str | None] | None = None,
) -> IntArray:
    """Return a number per film, equal for films of one series, its own row when it has none.

    Two films are of one series when one title begins with the other's stem (``Alien``, ``Aliens``,
    ``Alien: Covenant``) and they share a person. A stem of one word that is only the beginning
    of the other title (``Shrek``, ``Shrek the Third``) asks for three shared people.

    Parameters
    ----------
    titles : titles, one a film
    people : the people of each film, as numbers
    known : the series each film is known to be of, None where it is not known

    Returns
    -------
    ndarray of shape (n_films,), int32, the lowest row of the film's series
    """
    parts = [_title_parts(title) for title in titles]
    stems = {words[0] for words in parts if words[0]}
    groups: dict[tuple[str, ...], dict[int, bool]] = defaultdict(dict)
    for row, (stem, *rest) in enumerate(parts):
        if stem:
            groups[stem][row] = True
        for place, words in enumerate((stem, *rest)):
            # One word of a subtitle ("Dark Phoenix") names no series.
            for length in range(1 if place < _SUBTITLE else 2, len(words) + 1):
                beginning = _singular(words[:length])
                if beginning in stems and beginning != stem:
                    groups[beginning].setdefault(row, False)
    joined = _Groups(len(titles))
    for stem, members in groups.items():
        if len(members) > 1:
            _join_series(joined, members, people, single_word=len(stem) == 1)
    first: dict[str, int] = {}
    for row, series in enumerate(known or ()):
        if series is not None:
            joined.join(first.setdefault(series, row), row)
    return joined.lowest()


def _join_series(
    joined: _Groups, members: dict[int, bool], people: Sequence[Sequence[int]], *, single_word: bool
) -> None:
    films_of: dict[int, list[int]] = defaultdict(list)
    for row in members:
        for person in set(people[row]):
            films_of[person].append(row)
    shared: Counter[tuple[int, int]] = Counter()
    for rows in films_of.values():
        if 1 < len(rows) <= _CROWD:
            shared.update(combinations(sorted(rows), 2))
    for (one, other), count in shared.items():
        whole = members[one] and members[other]
        if count >= (3 if single_word and not whole else 1):
            joined.join(one, other)


def _title_parts(title: str) -> list[tuple[str, ...]]:
    """Return the stem, the whole title and the subtitle, each as words."""
    pieces = _BREAK.split(title, maxsplit=1)
    stem = _singular(_without_numbering(_words(pieces[0])))
    return [stem, _words(title), *(_words(piece) for piece in pieces[1:])]


def _words(text: str) -> tuple[str, ...]:
    # Alien³ is alien 3, not alien3.
    spread = "".join(
        f" {sign}" if unicodedata.digit(sign, -1) >= 0 and not sign.isdecimal() else sign
        for sign in text
    )
    folded = unicodedata.normalize("NFKD", spread.casefold().replace("'", ""))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = _WORD.findall(plain)
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return tuple(words)


def _singular(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words or len(words[-1]) < _SHORTEST_PLURAL or words[-1].endswith("ss"):
        return words
    return (*words[:-1], words[-1].removesuffix("s"))


def _without_numbering(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and (words[-1] in _NUMBERING or words[-1].isdecimal()):
        words = words[:-1]
    return words


class _Groups:
    """Union-find whose groups are named by their lowest row."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def _root(self, row: int) -> int:
        while self._parent[row] != row:
            self._parent[row] = self._parent[self._parent[row]]
            row = self._parent[row]
        return row

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self._root(one), self._root(other)))
        self._parent[high] = low

    def lowest(self) -> IntArray:
        return np.array([self._root(row) for row in range(len(self._parent))], np.int32)
