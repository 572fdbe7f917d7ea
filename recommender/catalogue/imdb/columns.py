"""Columns of an import, compact enough for 700,000 films in a few hundred megabytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]

MOST_CAST = 12
"""Number of cast members kept per film, in billing order."""


class Category(IntEnum):
    """A person's kind of work on a film, in the order the catalogue stores it."""

    CAST = 0
    DIRECTOR = 1
    WRITER = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Selection of IMDb's titles.

    Attributes
    ----------
    types
        IMDb's title types.
    min_votes
        Minimum number of votes; 0 also keeps films without votes.
    """

    types: tuple[str, ...] = ("movie", "tvMovie")
    min_votes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmColumns:
    """Films, most votes first.

    Attributes
    ----------
    ids : ndarray of shape (n_films,), tconst without ``tt``
    titles, originals, genres : Arrow strings; ``|`` separates genres
    years : ndarray of shape (n_films,)
    minutes : Arrow integers, None when unknown
    ratings : ndarray of shape (n_films,), 0 to 10; 0 without votes
    votes : ndarray of shape (n_films,)
    """

    ids: Numbers
    titles: Any
    originals: Any
    genres: Any
    years: Numbers
    minutes: Any
    ratings: npt.NDArray[np.float64]
    votes: Numbers

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class CreditColumns:
    """Credits in the order of film, category and ordering; arrays of shape (n_credits,).

    Attributes
    ----------
    film
        Row of the film, from 0.
    category
        Value of ``Category``.
    person
        The person's id, or the row of ``PeopleColumns`` once names are known.
    """

    film: Places
    category: npt.NDArray[np.int8]
    person: Numbers

    def ordering(self) -> Numbers:
        """Return each credit's position within its film and category, from 1."""
        group = self.film.astype(np.int64) * len(Category) + self.category
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        lengths = np.diff(starts, append=len(group))
        return np.arange(len(group)) - np.repeat(starts, lengths) + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleColumns:
    """People in the order of their first credit: ids and names (Arrow strings)."""

    ids: Numbers
    names: Any

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """Content of an import, and what it left out.

    Attributes
    ----------
    left_out
        Count of what was left out, by noun and reason: ``{"films without a year": 2}``.
    mended
        Repaired rows, each with file and line.
    fingerprint
        SHA-256 of the files and the choice.
    """

    films: FilmColumns
    credits: CreditColumns
    people: PeopleColumns
    left_out: dict[str, int] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)
    fingerprint: str = ""
