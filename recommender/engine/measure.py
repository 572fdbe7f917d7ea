"""Numbers for every film, told as sums of parts that bound them for whole blocks of films.

Scores, nearness to a strand of the taste and likeness to a film are such sums for all films that
share nobody with the likes: of genre set, year, votes, rating and two inner products. An inner
product is at most the product of the lengths (Cauchy and Schwarz). Several are told at once: one
question about a thousand blocks takes little longer than one about a hundred.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.blocks import Blocks, Columns, YearSpans, lengths_of


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

    def most(
        self, least: FloatArray, most: FloatArray, some: IntArray | slice = slice(None)
    ) -> FloatArray:
        """Return the highest the ramp is between each two values, of some of them.

        It only turns down at its level, so it is highest there or at an end.
        """
        if self.slope >= self.pull:
            return self.at(most[some])
        if self.slope + self.beyond <= -self.pull:
            return self.at(least[some])
        least, most = least[some], most[some]
        level = np.minimum(np.maximum(least, np.float32(self.level)), most)
        if not self.beyond:
            return self.at(level)
        return np.maximum(np.maximum(self.at(least), self.at(most)), self.at(level))


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What a film that shares nobody and no series with the likes comes to, n times.

    Blocks and films are asked about in pairs of a measure's number and theirs, in order of
    measure.

    Attributes
    ----------
    by_set : ndarray of shape (n, n_sets), by genre set
    by_year : ndarray of shape (n, n_years), by year of the census' calendar
    circle : ndarray of shape (n, n_dimensions), the inner product with it is added; None for none
    space : ndarray of shape (n, n_dimensions), likewise
    votes, rating : by log10 of the votes and by weighted rating, of the first measure alone;
        None where they do not count
    circle_from_zero : whether the first takes only a positive inner product with ``circle``
    space_best : ndarray of shape (n_likes, n_dimensions), the largest inner product with any is
        added to the first; None for none
    """

    by_set: FloatArray
    by_year: FloatArray
    circle: FloatArray | None = None
    space: FloatArray | None = None
    votes: Ramp | None = None
    rating: Ramp | None = None
    circle_from_zero: bool = False
    space_best: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.by_set)

    def beside(self, others: Measures) -> Measures:
        """Return these and, after them, others of genre set, year, circle and space alone."""
        both: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(others, name)])
            for name in ("by_set", "by_year", "circle", "space")
        }
        return replace(self, **both)

    def bound_all(self, blocks: Blocks) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield, for each measure, what the films of all blocks come to at most.

        And the part that space and circle have in that; both but for ``space_best``. The latter is
        overwritten by the next ranking.
        """
        count, spans = len(blocks.genre_set), blocks.years.most(self.by_year)
        near = _scratch(len(self), count)
        towards = self._towards
        np.matmul(towards, blocks.standing[:, -towards.shape[1] :].T, out=near)
        # A measure at a time: what all of them take would not stay in the processor's cache.
        for number in range(len(self)):
            most = np.repeat(self.by_set[number, : len(blocks.per_set)], blocks.per_set)
            most += spans[number].take(blocks.years.span)
            most += near[number]
            if not number:
                self._add_levels(most, blocks, slice(None))
            yield most, near[number]

    def bound_best(self, blocks: Blocks, some: IntArray) -> FloatArray:
        """Return what ``space_best`` adds to the first measure of some blocks at most."""
        standing = blocks.standing[some]
        if self.space_best is None or not len(some):
            return np.zeros(len(some), np.float32)
        best: FloatArray = (self.space_best @ standing[:, :-2].T).max(axis=0)
        best += self.longest_best * standing[:, -2]
        return best

    def bound_near(
        self, blocks: Blocks, which: IntArray, some: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return what space, and what circle adds to pairs at most."""
        standing, towards, first = blocks.standing[some], self._towards, count_first(which)
        circle = self._circle_lengths[which] * standing[:, -1]
        near = _pick(standing[:, -towards.shape[1] : -1] @ towards[:, :-1].T, which)
        if self.space_best is not None and first:
            best = (self.space_best @ standing[:first, :-2].T).max(axis=0)
            near[:first] += best + self.longest_best * standing[:first, -2]
        return near, circle

    def of_sets(self, which: IntArray, sets: IntArray) -> FloatArray:
        """Return the part that the genre set makes of pairs with a set."""
        return _take(self.by_set, which, sets)

    def bound_kind(self, blocks: Blocks, which: IntArray, some: IntArray) -> FloatArray:
        """Return what years, votes and rating add to pairs at most."""
        most = _take(self._of_spans(blocks.years), which, blocks.years.span[some])
        first = count_first(which)
        self._add_levels(most[:first], blocks, some[:first])
        return most

    def of_kind(self, held: Columns, which: IntArray, places: IntArray) -> FloatArray:
        """Return what years, votes and rating add to pairs with films by place."""
        value = _take(self.by_year, which, held.year[places])
        first = count_first(which)
        if self.votes:
            value[:first] += self.votes.at(held.votes[places[:first]])
        if self.rating:
            value[:first] += self.rating.at(held.rating[places[:first]])
        return value

    def in_reach(self, which: IntArray, reach: FloatArray) -> FloatArray:
        """Return the most that ``circle`` adds to pairs with films whose circle is so long."""
        if self.circle is None:
            return np.zeros(len(reach), np.float32)
        most: FloatArray = self._circle_lengths[which] * reach
        return most

    def in_circle(self, which: IntArray, rows: IntArray, circle: FloatArray) -> FloatArray:
        """Return what ``circle`` adds to pairs with films by row of it."""
        if self.circle is None:
            return np.zeros(len(which), np.float32)
        made: FloatArray = _pick(circle[rows] @ self.circle.T, which)
        if self.circle_from_zero:
            first = count_first(which)
            made[:first] = np.maximum(made[:first], np.float32(0.0))
        return made

    def in_space(self, which: IntArray, rows: IntArray, space: FloatArray) -> FloatArray:
        """Return what the place in space adds to pairs with films by row of it."""
        if self.space is None:
            return np.zeros(len(which), np.float32)
        theirs = space[rows]
        near: FloatArray = _pick(theirs @ self.space.T, which)
        if self.space_best is not None and (first := count_first(which)):
            near[:first] += (self.space_best @ theirs[:first].T).max(axis=0)
        return near

    def of_all(self, films: Columns, space: FloatArray, circle: FloatArray) -> Told:
        """Return what every measure says of films with these columns and rows."""
        value: FloatArray = self.by_set.take(films.genre_set, axis=1)
        value += self.by_year.take(films.year, axis=1)
        if self.votes:
            value[0] += self.votes.at(films.votes)
        if self.rating:
            value[0] += self.rating.at(films.rating)
        near, made = np.zeros_like(value), np.zeros_like(value)
        if self.space is not None:
            near += self.space @ space.T
        if self.space_best is not None:
            near[0] += (self.space_best @ space.T).max(axis=0)
        if self.circle is not None:
            made += self.circle @ circle.T
            if self.circle_from_zero:
                made[0] = np.maximum(made[0], np.float32(0.0))
        return Told(value + near + made, near[0], made[0])

    @cached_property
    def longest_best(self) -> np.float32:
        """The most ``space_best`` adds for each step of a film's length."""
        best = self.space_best
        return np.float32(0.0) if best is None else np.float32(lengths_of(best).max())

    def _of_spans(self, years: YearSpans) -> FloatArray:
        if id(years) not in self._told:
            self._told[id(years)] = years.most(self.by_year)
        return self._told[id(years)]

    @cached_property
    def _told(self) -> dict[int, FloatArray]:
        return {}

    @cached_property
    def _circle_lengths(self) -> FloatArray:
        return np.zeros(len(self), np.float32) if self.circle is None else lengths_of(self.circle)

    @cached_property
    def _towards(self) -> FloatArray:
        """``space``, its length and that of ``circle``: the most that a block's standing adds."""
        reach = self._circle_lengths[:, None]
        if self.space is None:
            return np.hstack([np.zeros_like(reach), reach])
        return np.hstack([self.space, lengths_of(self.space)[:, None], reach])

    def _add_levels(self, most: FloatArray, blocks: Blocks, some: IntArray | slice) -> None:
        """Add what votes and rating add at most to the first measure of some blocks."""
        if self.votes:
            most += self.votes.most(blocks.least_votes, blocks.most_votes, some)
        if self.rating:
            most += self.rating.most(blocks.least_rating, blocks.best_rating, some)


@dataclass(frozen=True, slots=True)
class Told:
    """What measures say of some films.

    Attributes
    ----------
    values : ndarray of shape (n, n_films)
    near, made : ndarray of shape (n_films,), the parts of space and circle in the first
    """

    values: FloatArray
    near: FloatArray
    made: FloatArray


_local = threading.local()


def _scratch(rows: int, columns: int) -> FloatArray:
    """Return memory for so many numbers, each thread's own; to ask for it anew is half the time."""
    held: FloatArray | None = getattr(_local, "held", None)
    if held is None or held.size < rows * columns:
        held = _local.held = np.empty(rows * columns, np.float32)
    return held[: rows * columns].reshape(rows, columns)


def count_first(which: IntArray) -> int:
    """Return how many of the pairs are of the first measure."""
    return int(np.searchsorted(which, 1))


def _take(table: FloatArray, which: IntArray, column: IntArray) -> FloatArray:
    taken: FloatArray = table.ravel().take(which * table.shape[1] + column)
    return taken


def _pick(table: FloatArray, which: IntArray) -> FloatArray:
    """Return of each row of a table the column of its measure."""
    picked: FloatArray = table.ravel().take(np.arange(len(table)) * table.shape[1] + which)
    return picked
