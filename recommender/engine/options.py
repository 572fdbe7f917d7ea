"""Options of a recommendation: dials and the item filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, IntArray
from recommender.engine.model import Model


@dataclass(frozen=True, kw_only=True, slots=True)
class Dials:
    """Three dials, each from 0 to 1, neutral in the middle.

    Attributes
    ----------
    hidden_gems
        0 prefers widely known films, 1 little known ones.
    diversity
        0 stays with the best matches, 1 spreads over every taste of the profile.
    newness
        0 prefers old films, 1 new ones.
    """

    hidden_gems: float = 0.5
    diversity: float = 0.5
    newness: float = 0.5

    def __post_init__(self) -> None:
        for name in ("hidden_gems", "diversity", "newness"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; a dial runs from 0 to 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFilter:
    """Filter of the films that may be recommended; everything passes by default.

    Attributes
    ----------
    genres
        A film needs one of these; any film when empty.
    year_from, year_to
        First and last year, both included; None for no limit.
    only
        The films to choose among (tconst), where the model knows them; None for all.
    """

    genres: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    only: tuple[str, ...] | None = None

    @property
    def all_pass(self) -> bool:
        """Whether every film passes."""
        return self == ItemFilter()

    def mask(self, model: Model, rows: IntArray | None = None) -> BoolArray:
        """Return which films pass, shape (n_films,), or (n_rows,) of those at some rows."""
        at = slice(None) if rows is None else rows
        years = model.years[at]
        passed: BoolArray = np.ones(len(years), np.bool_)
        if self.genres:
            sets: IntArray = model.genre_set[at]
            passed &= np.take(self._sets(model), sets)
        if self.year_from is not None:
            passed &= np.asarray(years >= self.year_from)
        if self.year_to is not None:
            passed &= np.asarray(years <= self.year_to)
        if self.only is not None:
            chosen = np.zeros(model.n_films, np.bool_)
            chosen[model.rows_of(self.only)] = True
            passed &= np.asarray(chosen[at])
        return passed

    def _sets(self, model: Model) -> BoolArray:
        """Return which genre sets hold one of the genres, shape (n_sets,)."""
        chosen = np.array([name in self.genres for name in model.genre_names])
        return np.asarray((model.genre_vectors[:, chosen] > 0).any(axis=1))
