"""What an import keeps of IMDb, in columns: 700,000 films fit into a few hundred megabytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]

MOST_CAST = 12
"""How many of a film's cast are kept, from the top of the bill."""


class Category(IntEnum):
    """A person's kind of work on a film, in the order the catalogue stores it."""

    CAST = 0
    DIRECTOR = 1
    WRITER = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Which of IMDb's titles become films of the catalogue.

    Attributes
    ----------
    types
        IMDb's title types.
    min_votes
        Films with fewer votes are left out; 0 keeps those without any.
    """

    types: tuple[str, ...] = ("movie", "tvMovie")
    min_votes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmColumns:
    """Films, most votes first.

    Attributes
    ----------
    ids : ndarray of shape (n_films,), tconst without its letters
    titles, originals, genres : Arrow texts; ``|`` between genres
    years : ndarray of shape (n_films,)
    minutes : Arrow whole numbers, None where not known
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
    """Credits in the order of films, category and place; of shape (n_credits,) each.

    Attributes
    ----------
    film
        Place of the film among the films, from 0.
    category
        As of ``Category``.
    person
        The person's id, or their place among the people once those are known.
    """

    film: Places
    category: npt.NDArray[np.int8]
    person: Numbers

    def ordering(self) -> Numbers:
        """Return each credit's place within its film and category, from 1."""
        group = self.film.astype(np.int64) * len(Category) + self.category
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        lengths = np.diff(starts, append=len(group))
        return np.arange(len(group)) - np.repeat(starts, lengths) + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleColumns:
    """People, those of the best known films first: their ids and their names (Arrow texts)."""

    ids: Numbers
    names: Any

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """Everything an import keeps, and what it left out.

    Attributes
    ----------
    left_out
        Count of what was left out, by noun and reason: ``{"films without a year": 2}``.
    mended
        Rows that were put right, each with file and line.
    fingerprint
        Tells these files and this choice from any others.
    """

    films: FilmColumns
    credits: CreditColumns
    people: PeopleColumns
    left_out: dict[str, int] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)
    fingerprint: str = ""
