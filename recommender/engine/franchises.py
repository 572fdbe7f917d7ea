"""Series of films, detected from titles and shared people.

``series.csv`` lists series whose titles differ (James Bond, the Marvel films).
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
"""Letters from which the last word of a title loses its plural s."""
_SUBTITLE = 2
"""Index from which `_title_parts` returns subtitles."""
MAX_FILMS_OF_A_PERSON = 40
"""Films under one stem above which a person is no sign of a series."""
BATCH_CREDITS = 2_000_000
"""Credits compared at once, to bound memory."""


@cache
def load_series(path: Path = SERIES_FILE) -> Mapping[str, str]:
    """Return the listed series by tconst."""
    with path.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["tconst"]: row["series"] for row in csv.DictReader(lines)})


def find_franchises(
    titles: Sequence[str],
    people: csr_array,
    known: Sequence[str | None] | None = None,
) -> IntArray:
    """Return a number for each film, equal for films of one series.

    Two films are of one series if one title begins with the other's stem (``Alien``, ``Aliens``,
    ``Alien: Covenant``) and they share a person. If the stem is one word and only the beginning of
    the other title (``Shrek``, ``Shrek the Third``), they must share three people.

    Parameters
    ----------
    titles : one per film
    people : csr_array of shape (n_films, n_people), one entry per person of a film
    known : listed series of each film, None for none

    Returns
    -------
    ndarray of shape (n_films,), int32, the lowest row of the film's series, or its own
    """
    listed = list(_known_pairs(known or ()))
    pairs = np.vstack([np.array(listed, np.int32).reshape(-1, 2), *_title_pairs(titles, people)])
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
    """Yield pairs of films of one series by title and people, shape (n_pairs, 2), in batches."""
    stem, row, whole, single_word = _groups(titles)
    # Drop people with one film.
    shared = np.bincount(people.indices, minlength=people.shape[1])[people.indices] > 1
    ends = np.concatenate([[0], np.cumsum(shared)])[people.indptr]
    people = csr_array((shared[shared], people.indices[shared], ends), shape=people.shape)
    credits_before = np.concatenate([[0], np.cumsum(np.diff(people.indptr)[row])])
    begins = np.append(np.flatnonzero(np.diff(stem, prepend=-1)), len(stem))
    # Cut between groups, wherever the running number of credits passes a multiple of the batch.
    cuts = np.unique(credits_before[begins] // BATCH_CREDITS, return_index=True)[1]
    bounds = np.append(begins[cuts], len(stem))
    for start, end in pairwise(bounds.tolist()):
        part = slice(start, end)
        one, other, count = _shared_people(stem[part], people[row[part]])
        both = whole[part][one] & whole[part][other]
        enough = np.where(single_word[stem[part][one]] & ~both, 3, 1)
        joined = count >= enough
        yield np.stack([row[part][one[joined]], row[part][other[joined]]], axis=1)


def _groups(titles: Sequence[str]) -> tuple[IntArray, IntArray, BoolArray, BoolArray]:
    """Return pairs of stem and film, ordered by stem, of stems with several films.

    Returns
    -------
    stem, row, is_own : ndarray of shape (n_pairs,), the last for a stem of the film's whole title
    single_word : ndarray of shape (n_stems,)
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
    """Return the stems a title begins with, by number, and whether each is its own stem."""
    stem, *rest = _title_parts(title)
    found = {number[" ".join(stem)]: True} if stem else {}
    for place, words in enumerate((stem, *rest)):
        # A subtitle must share two words: "Dark Phoenix" is no series of "Dark".
        for length in range(1 if place < _SUBTITLE else 2, len(words) + 1):
            beginning = number.get(" ".join(_singular(words[:length])))
            if beginning is not None:
                found.setdefault(beginning, False)
    return found


def _shared_people(stem: IntArray, people: csr_array) -> tuple[IntArray, IntArray, IntArray]:
    """Return pairs of positions within one stem that share people, and how many they share."""
    place = np.repeat(np.arange(len(stem)), np.diff(people.indptr))
    key = stem[place].astype(np.int64) * people.shape[1] + people.indices
    order = np.argsort(key, kind="stable")
    place, key = place[order], key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    lengths = np.diff(begins, append=len(key))
    fits = np.repeat((lengths > 1) & (lengths <= MAX_FILMS_OF_A_PERSON), lengths)
    place, key = place[fits], key[fits]
    pairs = [np.empty(0, np.int64)]
    for apart in range(1, MAX_FILMS_OF_A_PERSON):
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
    if text.isascii():  # skips slow Unicode folding for most titles
        return _without_articles(_WORD.findall(text.lower().replace("'", "")))
    # Alien³ becomes alien 3.
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
