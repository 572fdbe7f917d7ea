"""Which films belong to one series, told from their titles and the people they share.

Series whose titles do not show it (James Bond, the Marvel films) are listed in ``series.csv``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from recommender.engine.arrays import BoolArray, IntArray

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
_AT_ONCE = 2_000_000
"""Credits looked at together: enough for numpy to be quick, little enough to fit."""


@cache
def load_series(path: Path = SERIES_FILE) -> Mapping[str, str]:
    """Return the series of the films whose titles do not show it, by tconst."""
    with path.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["tconst"]: row["series"] for row in csv.DictReader(lines)})


def find_franchises(
    titles: Sequence[str],
    people: csr_array,
    known: Sequence[str | None] | None = None,
) -> IntArray:
    """Return a number per film, equal for films of one series, its own row when it has none.

    Two films are of one series when one title begins with the other's stem (``Alien``, ``Aliens``,
    ``Alien: Covenant``) and they share a person. A stem of one word that is only the beginning
    of the other title (``Shrek``, ``Shrek the Third``) asks for three shared people.

    Parameters
    ----------
    titles : titles, one a film
    people : csr_array of shape (n_films, n_people), an entry for everybody in a film
    known : the series each film is known to be of, None where it is not known

    Returns
    -------
    ndarray of shape (n_films,), int32, the lowest row of the film's series
    """
    told = list(_known_pairs(known or ()))
    pairs = np.vstack([np.array(told, np.int32).reshape(-1, 2), *_title_pairs(titles, people)])
    links = coo_array((np.ones(len(pairs), bool), tuple(pairs.T)), shape=(len(titles),) * 2)
    _, series = connected_components(links, directed=False)
    _, lowest = np.unique(series, return_index=True)
    rows: IntArray = lowest[series].astype(np.int32)
    return rows


def _known_pairs(known: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for row, series in enumerate(known):
        if series is not None:
            yield first.setdefault(series, row), row


def _title_pairs(titles: Sequence[str], people: csr_array) -> Iterator[IntArray]:
    """Yield films that titles and people join, as rows of two; some thousand groups at a time."""
    stem, row, whole, single_word = _groups(titles)
    # Somebody with one film joins it to no other.
    shared = np.bincount(people.indices, minlength=people.shape[1])[people.indices] > 1
    ends = np.concatenate([[0], np.cumsum(shared)])[people.indptr]
    people = csr_array((shared[shared], people.indices[shared], ends), shape=people.shape)
    credits_before = np.concatenate([[0], np.cumsum(np.diff(people.indptr)[row])])
    begins = np.append(np.flatnonzero(np.diff(stem, prepend=-1)), len(stem))
    # Cut between groups, where the credits so far pass the next multiple of what fits.
    cuts = np.unique(credits_before[begins] // _AT_ONCE, return_index=True)[1]
    bounds = np.append(begins[cuts], len(stem))
    for start, end in pairwise(bounds.tolist()):
        part = slice(start, end)
        one, other, count = _shared_people(stem[part], people[row[part]])
        both = whole[part][one] & whole[part][other]
        enough = np.where(single_word[stem[part][one]] & ~both, 3, 1)
        joined = count >= enough
        yield np.stack([row[part][one[joined]], row[part][other[joined]]], axis=1)


def _groups(titles: Sequence[str]) -> tuple[IntArray, IntArray, BoolArray, BoolArray]:
    """Return which films belong to which stem, by stem and film, those of several films alone.

    Also whether the stem is the film's own, and of each stem whether it is one word.
    """
    number: dict[str, int] = {}
    for title in titles:
        if words := _title_parts(title)[0]:
            number.setdefault(" ".join(words), len(number))
    stems, rows, own = array("i"), array("i"), array("b")
    for row, title in enumerate(titles):
        for stem, is_own in _stems_of(title, number).items():
            stems.append(stem)
            rows.append(row)
            own.append(is_own)
    of_stem = np.array(stems, np.int32)
    order = np.argsort(of_stem, kind="stable")
    order = order[np.bincount(of_stem, minlength=1)[of_stem[order]] > 1]
    return (
        of_stem[order],
        np.array(rows, np.int32)[order],
        np.array(own, bool)[order],
        np.array([" " not in stem for stem in number], bool),
    )


def _stems_of(title: str, number: Mapping[str, int]) -> dict[int, bool]:
    """Return the stems a title begins with, by number, and whether it is the title's own."""
    stem, *rest = _title_parts(title)
    found = {number[" ".join(stem)]: True} if stem else {}
    for place, words in enumerate((stem, *rest)):
        # One word of a subtitle ("Dark Phoenix") names no series.
        for length in range(1 if place < _SUBTITLE else 2, len(words) + 1):
            beginning = number.get(" ".join(_singular(words[:length])))
            if beginning is not None:
                found.setdefault(beginning, False)
    return found


def _shared_people(stem: IntArray, people: csr_array) -> tuple[IntArray, IntArray, IntArray]:
    """Return pairs of places within one stem that share people, and how many."""
    place = np.repeat(np.arange(len(stem)), np.diff(people.indptr))
    key = stem[place].astype(np.int64) * people.shape[1] + people.indices
    order = np.argsort(key, kind="stable")
    place, key = place[order], key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    lengths = np.diff(begins, append=len(key))
    fits = np.repeat((lengths > 1) & (lengths <= _CROWD), lengths)
    place, key = place[fits], key[fits]
    pairs = [np.empty(0, np.int64)]
    for apart in range(1, _CROWD):
        same = np.flatnonzero(key[apart:] == key[:-apart])
        if not len(same):
            break
        pairs.append(place[same] * len(stem) + place[same + apart])
    both, count = np.unique(np.concatenate(pairs), return_counts=True)
    return both // max(len(stem), 1), both % max(len(stem), 1), count


def _title_parts(title: str) -> list[tuple[str, ...]]:
    """Return the stem, the whole title and the subtitle, each as words."""
    pieces = _BREAK.split(title, maxsplit=1)
    head = _words(pieces[0])
    stem = _singular(_without_numbering(head))
    whole = head if len(pieces) == 1 else _words(title)
    return [stem, whole, *(_words(piece) for piece in pieces[1:])]


def _words(text: str) -> tuple[str, ...]:
    if text.isascii():  # most are, and have nothing of what follows
        return _without_articles(_WORD.findall(text.lower().replace("'", "")))
    # Alien³ is alien 3, not alien3.
    spread = "".join(
        f" {sign}" if unicodedata.digit(sign, -1) >= 0 and not sign.isdecimal() else sign
        for sign in text
    )
    folded = unicodedata.normalize("NFKD", spread.casefold().replace("'", ""))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _without_articles(_WORD.findall(plain))


def _without_articles(words: list[str]) -> tuple[str, ...]:
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
