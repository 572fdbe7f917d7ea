"""A number for every film, told as a sum of parts that bounds it for whole blocks of films.

A score and the likeness to a film are such sums for all films that share nobody with the likes: of
genre set, year, votes, rating and two inner products. An inner product is at most the product of
the lengths (Cauchy and Schwarz).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.blocks import (
    Blocks,
    Columns,
    LevelSpans,
    YearSpans,
    lengths_of,
    spans_of_years,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ramp:
    """``slope x + beyond max(x - knee, 0) - pull |x - level| - under max(floor - x, 0)``."""

    slope: float = 0.0
    beyond: float = 0.0
    knee: float = 0.0
    pull: float = 0.0
    level: float = 0.0
    under: float = 0.0
    floor: float = 0.0

    def at(self, values: FloatArray) -> FloatArray:
        """Return the ramp at these values."""
        height: FloatArray = np.float32(self.slope) * values
        if self.beyond:
            over = np.maximum(values - np.float32(self.knee), np.float32(0.0))
            height += np.float32(self.beyond) * over
        if self.pull:
            height -= np.float32(self.pull) * np.abs(values - np.float32(self.level))
        if self.under:
            short = np.maximum(np.float32(self.floor) - values, np.float32(0.0))
            height -= np.float32(self.under) * short
        return height

    def most(self, spans: LevelSpans) -> FloatArray:
        """Return the highest the ramp is within each span: at an end or where it bends."""
        least, most = spans.least, spans.most
        bends = [np.float32(bend) for bend in (self.knee, self.level, self.floor)]
        within = [np.minimum(np.maximum(least, bend), most) for bend in bends]
        highest: FloatArray = np.max([self.at(x) for x in (least, most, *within)], axis=0)
        return highest


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a film that shares nobody and no series with the likes comes to.

    Attributes
    ----------
    by_set : ndarray of shape (n_sets,), by genre set
    by_year : ndarray of shape (n_years,), by year of the census' calendar
    votes, rating : by log10 of the votes and by weighted rating; None where they do not count
    circle : ndarray of shape (n_dimensions,), the inner product with it is added where it is
        positive; None for none
    space : ndarray of shape (n_dimensions,), the inner product with it is added; None for none
    space_best : ndarray of shape (n_likes, n_dimensions), the largest inner product with any is
        added; None for none
    """

    by_set: FloatArray
    by_year: FloatArray
    votes: Ramp | None = None
    rating: Ramp | None = None
    circle: FloatArray | None = None
    space: FloatArray | None = None
    space_best: FloatArray | None = None

    def bound_all(self, blocks: Blocks) -> tuple[FloatArray, FloatArray]:
        """Return what the films of all blocks come to at most, but for ``space_best``.

        And the part that space and circle have in that.
        """
        near = self._bound_mean(blocks.standing)
        most = near + self.bound_kind(blocks)
        # One set after the other: to repeat takes a third of the time of looking each one up.
        most += np.repeat(self.by_set[: len(blocks.per_set)], blocks.per_set)
        return most, near

    def bound_best(self, blocks: Blocks, some: IntArray) -> FloatArray:
        """Return what ``space_best`` adds to some blocks at most."""
        return self._bound_best(blocks.standing.take(some, axis=0))

    def bound_near(self, blocks: Blocks, some: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return what space, and what circle adds to some blocks at most."""
        standing = blocks.standing.take(some, axis=0)
        circle = self._circle_length * standing[:, -1]
        return self._bound_mean(standing) - circle + self._bound_best(standing), circle

    def bound_kind(self, blocks: Blocks, some: IntArray | slice = slice(None)) -> FloatArray:
        """Return what years, votes and rating add to some blocks at most."""
        most = self._of_years(blocks.years).take(blocks.years.span[some])
        for ramp, levels in ((self.votes, blocks.votes), (self.rating, blocks.rating)):
            if ramp:
                most += self._of_levels(ramp, levels).take(levels.span[some])
        return most

    def of_kind(self, held: Columns, places: IntArray | slice = slice(None)) -> FloatArray:
        """Return what years, votes and rating add to films by place."""
        value: FloatArray = self.by_year.take(held.year[places])
        if self.votes:
            value += self.votes.at(held.votes[places])
        if self.rating:
            value += self.rating.at(held.rating[places])
        return value

    def in_reach(self, reach: FloatArray) -> FloatArray:
        """Return the most that ``circle`` adds to films whose circle is so long."""
        most: FloatArray = self._circle_length * reach
        return most

    def in_circle(self, circle: FloatArray) -> FloatArray:
        """Return what ``circle`` adds to films with these rows of it."""
        if self.circle is None:
            return np.zeros(len(circle), np.float32)
        made: FloatArray = np.maximum(circle @ self.circle, np.float32(0.0))
        return made

    def in_space(self, space: FloatArray) -> FloatArray:
        """Return what the place in space adds to films with these rows of it."""
        near = np.zeros(len(space), np.float32)
        if self.space is not None:
            near += space @ self.space
        if self.space_best is not None:
            near += (self.space_best @ space.T).max(axis=0)
        return near

    def of_all(self, films: Columns, space: FloatArray, circle: FloatArray) -> Told:
        """Return what the measure says of films with these columns and rows."""
        value = self.by_set.take(films.genre_set)
        value += self.of_kind(films)
        near, made = self.in_space(space), self.in_circle(circle)
        return Told(value + near + made, near, made)

    @cached_property
    def longest_best(self) -> np.float32:
        """The most ``space_best`` adds for each step of a film's length."""
        best = self.space_best
        return np.float32(0.0) if best is None else np.float32(lengths_of(best).max())

    def _of_years(self, years: YearSpans) -> FloatArray:
        """Return the most the years of each span add; asked for every time blocks are opened."""
        if id(years) not in self._told:
            self._told[id(years)] = years.most(self._year_spans)
        return self._told[id(years)]

    def _of_levels(self, ramp: Ramp, levels: LevelSpans) -> FloatArray:
        """Return the most a ramp is within each span, likewise."""
        if id(levels) not in self._told:
            self._told[id(levels)] = ramp.most(levels)
        return self._told[id(levels)]

    @cached_property
    def _told(self) -> dict[int, FloatArray]:
        return {}

    @cached_property
    def _year_spans(self) -> FloatArray:
        return spans_of_years(self.by_year)

    @cached_property
    def _circle_length(self) -> np.float32:
        return np.float32(0.0 if self.circle is None else np.linalg.norm(self.circle))

    @cached_property
    def _towards(self) -> FloatArray:
        """``space``, its length and that of ``circle``: the most that a block's standing adds."""
        space = np.empty(0, np.float32) if self.space is None else self.space
        lengths = [np.linalg.norm(space), self._circle_length]
        return np.concatenate([space, lengths], dtype=np.float32)

    def _bound_mean(self, standing: FloatArray) -> FloatArray:
        most: FloatArray = standing[:, -len(self._towards) :] @ self._towards
        return most

    def _bound_best(self, standing: FloatArray) -> FloatArray:
        if self.space_best is None or not len(standing):
            return np.zeros(len(standing), np.float32)
        best: FloatArray = (self.space_best @ standing[:, :-2].T).max(axis=0)
        best += self.longest_best * standing[:, -2]
        return best


@dataclass(frozen=True, slots=True)
class Told:
    """What a measure says of some films, arrays of shape (n_films,).

    Attributes
    ----------
    values : all of it
    near, made : the parts of space and circle
    """

    values: FloatArray
    near: FloatArray
    made: FloatArray
