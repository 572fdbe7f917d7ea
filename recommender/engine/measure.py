"""A number for every film, told as a sum of parts that bound it for whole blocks of films.

Scores, nearness to a strand of the taste and likeness to a film are such sums for all films that
share nobody with the likes: of genre set, year, votes, rating and two inner products. An inner
product is at most the product of the lengths (Cauchy and Schwarz).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.blocks import Blocks, Columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Ramp:
    """``slope * x + beyond * max(x - knee, 0) - pull * |x - level|``.

    ``beyond`` and ``pull`` are not negative.
    """

    slope: float = 0.0
    beyond: float = 0.0
    knee: float = 0.0
    pull: float = 0.0
    level: float = 0.0

    def at(self, values: FloatArray) -> FloatArray:
        """Return the ramp at these values."""
        height: FloatArray = np.float32(self.slope) * values
        if self.beyond:
            over = np.maximum(values - np.float32(self.knee), np.float32(0.0))
            height += np.float32(self.beyond) * over
        if self.pull:
            height -= np.float32(self.pull) * np.abs(values - np.float32(self.level))
        return height

    def most(self, least: FloatArray, most: FloatArray) -> FloatArray:
        """Return the highest the ramp is between each two values.

        It only turns down at its level, so it is highest there or at an end.
        """
        highest = np.maximum(self.at(least), self.at(most))
        if self.pull:
            level: FloatArray = np.clip(np.full_like(least, self.level), least, most)
            highest = np.maximum(highest, self.at(level))
        return highest


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What a film that shares nobody and no series with the likes comes to.

    Attributes
    ----------
    by_set : ndarray of shape (n_sets,), by genre set
    by_year : ndarray of shape (n_years,), by year of the census' calendar
    votes, rating : by log10 of the votes and by weighted rating; None where they do not count
    circle : ndarray of shape (n_dimensions,), the inner product with it is added; None for none
    circle_from_zero : whether only a positive inner product with ``circle`` is
    space : ndarray of shape (n_dimensions,), the inner product with it is added
    space_best : ndarray of shape (n, n_dimensions), the largest inner product with any is added
    """

    by_set: FloatArray
    by_year: FloatArray
    votes: Ramp | None = None
    rating: Ramp | None = None
    circle: FloatArray | None = None
    circle_from_zero: bool = False
    space: FloatArray | None = None
    space_best: FloatArray | None = None

    def bound(self, blocks: Blocks, some: IntArray | None = None) -> FloatArray:
        """Return what the films of blocks come to at most without ``space_best``.

        Of all blocks or of some; `bound_best` has the rest.
        """
        chosen = slice(None) if some is None else some
        most: FloatArray = self.by_set[blocks.genre_set[chosen]]
        most += blocks.years.most(self.by_year, some)
        if self.votes:
            most += self.votes.most(blocks.least_votes[chosen], blocks.most_votes[chosen])
        if self.rating:
            most += self.rating.most(blocks.least_rating[chosen], blocks.best_rating[chosen])
        if self.circle is not None:
            most += self.circle_length * blocks.farthest[chosen]
        return most + self._bound_mean(blocks, chosen)

    def bound_best(self, blocks: Blocks, some: IntArray) -> FloatArray:
        """Return what ``space_best`` adds at most to the films of some blocks."""
        if self.space_best is None:
            return np.zeros(len(some), np.float32)
        longest = np.float32(np.sqrt((self.space_best**2).sum(axis=1).max()))
        near = (blocks.centre[some] @ self.space_best.T).max(axis=1)
        bound: FloatArray = near + longest * blocks.around[some]
        return bound

    def bound_in_space(self, blocks: Blocks, some: IntArray) -> FloatArray:
        """Return what their place in space adds at most to the films of some blocks."""
        return self._bound_mean(blocks, some) + self.bound_best(blocks, some)

    def _bound_mean(self, blocks: Blocks, chosen: IntArray | slice) -> FloatArray:
        if self.space is None:
            return np.zeros(len(blocks.around[chosen]), np.float32)
        near: FloatArray = blocks.centre[chosen] @ self.space
        near += _length(self.space) * blocks.around[chosen]
        return near

    def of_kind(self, held: Columns, places: IntArray) -> FloatArray:
        """Return the part that genre set, year, votes and rating make, of films by place."""
        value: FloatArray = self.by_set[held.genre_set[places]]
        value += self.by_year[held.year[places]]
        if self.votes:
            value += self.votes.at(held.votes[places])
        if self.rating:
            value += self.rating.at(held.rating[places])
        return value

    def in_space(self, space: FloatArray) -> FloatArray:
        """Return the part that their place in space makes, of films with these rows of it."""
        value = np.zeros(len(space), np.float32)
        if self.space is not None:
            value += space @ self.space
        if self.space_best is not None:
            value += (space @ self.space_best.T).max(axis=1)
        return value

    def in_circle(self, circle: FloatArray) -> FloatArray:
        """Return the part that their circle makes, of films with these rows of it."""
        if self.circle is None:
            return np.zeros(len(circle), np.float32)
        near: FloatArray = circle @ self.circle
        return np.maximum(near, np.float32(0.0)) if self.circle_from_zero else near

    @property
    def circle_length(self) -> np.float32:
        """The most the inner product with ``circle`` is for each step of a film's reach."""
        return np.float32(0.0) if self.circle is None else _length(self.circle)


def _length(vector: FloatArray) -> np.float32:
    return np.float32(np.sqrt(vector @ vector))
