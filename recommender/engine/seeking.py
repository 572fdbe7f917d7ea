"""The films that come to most by a measure, found without looking at every film.

Blocks are opened best first. As soon as enough films are known to reach an edge, a block that
cannot is never opened, and neither is anything of it weighed; nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.choice import Candidates
from recommender.engine.measure import Measure
from recommender.engine.model import Model

SLACK = 2e-3
"""float32 sums of one film differ by less than this, whichever way they are taken."""
_FIRST, _MORE = 24, 16
"""So many blocks are opened at first, and so many times as many in each round after."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Which films may be found.

    Attributes
    ----------
    closed : ndarray of shape (n_films,), films that may not
    """

    model: Model
    filters: Candidates
    closed: BoolArray

    def passes(self, rows: IntArray) -> BoolArray:
        """Return which of these films may be found."""
        open_: BoolArray = ~self.closed[rows]
        return open_ if self.filters.all_pass else open_ & self.filters.mask(self.model, rows)

    def blocks(self) -> BoolArray | None:
        """Return which blocks may hold such a film; None when all may."""
        filters, census = self.filters, self.model.census
        if filters.all_pass:
            return None
        open_: BoolArray = filters.sets(self.model)[census.outer.genre_set]
        years, calendar = census.outer.years, census.calendar
        if filters.year_from is not None:
            open_ &= calendar[years.last] >= filters.year_from
        if filters.year_to is not None:
            open_ &= calendar[years.first] <= filters.year_to
        return open_


class Search:
    """The search for the ``count`` films that come to most, and all that are as near as can be.

    Parameters
    ----------
    model, measure
        Of what, and by what.
    gate
        Which films may be found at all; those it closes are not looked at.
    count
        How many are wanted.
    unsure : ndarray of shape (n_films,), films that may come to less than they measure, so that
        they prove nothing; None when there is none
    edge
        What a film has to come to at least.
    """

    def __init__(
        self,
        model: Model,
        measure: Measure,
        gate: Gate,
        *,
        count: int,
        unsure: BoolArray | None = None,
        edge: float = -np.inf,
    ) -> None:
        self._model, self._measure, self._gate = model, measure, gate
        self._count, self._unsure = count, unsure
        self._best = np.empty(0, np.float32)
        self._edge = edge
        self._rows: list[IntArray] = []
        self._values: list[FloatArray] = []

    def note(self, rows: IntArray, values: FloatArray) -> None:
        """Take in films whose values are known, of those that may be found."""
        self._rows.append(rows)
        self._values.append(values)
        sure = values if self._unsure is None else values[~self._unsure[rows]]
        self._best = np.concatenate([self._best, sure])
        if len(self._best) >= self._count:
            cut = len(self._best) - self._count
            self._best = np.partition(self._best, cut)[cut:]
            self._edge = max(self._edge, float(self._best[0]) - SLACK)

    def run(self) -> IntArray:
        """Return the rows of all films that may be among the best, those noted among them."""
        census, measure = self._model.census, self._measure
        most = measure.bound(census.outer)
        if self._edge > -np.inf:
            blocks: IntArray = np.flatnonzero(most >= self._edge - self._widest_best())
        else:
            blocks = np.arange(len(most))
        open_ = self._gate.blocks()
        if open_ is not None:
            blocks = blocks[open_[blocks]]
        best = measure.bound_best(census.outer, blocks)
        most = most[blocks] + best
        left: IntArray = np.flatnonzero(most >= self._edge)
        batch = _FIRST
        while len(left):
            first, left = _split(left, most[left], batch)
            self._open(blocks[first], best[first])
            left = left[most[left] >= self._edge]
            batch *= _MORE
        rows, values = np.concatenate(self._rows), np.concatenate(self._values)
        found: IntArray = rows[values >= self._edge]
        return found

    def _widest_best(self) -> np.float32:
        """Return the most that being near to any one of ``space_best`` adds to a film."""
        best = self._measure.space_best
        if best is None:
            return np.float32(0.0)
        return np.float32(np.sqrt((best**2).sum(axis=1).max()) * self._model.census.widest)

    def _open(self, outer: IntArray, best: FloatArray) -> None:
        """Weigh what some outer blocks hold, of which ``best`` bounds the nearness to any one."""
        census, measure = self._model.census, self._measure
        inner, blocks = census.inside(outer), census.inner
        most = measure.bound(blocks, inner)
        sizes = census.children[outer + 1] - census.children[outer]
        kept = np.flatnonzero(most + np.repeat(best, sizes) >= self._edge)
        inner, most = inner[kept], most[kept] + measure.bound_best(blocks, inner[kept])
        kept = np.flatnonzero(most >= self._edge)
        inner, most = inner[kept], most[kept]
        if self._edge == -np.inf:
            first, rest = _split(np.arange(len(inner)), most, max(1, self._count // 2))
            self._look(inner[first])
            rest = rest[most[rest] >= self._edge]
            inner = inner[rest]
        self._look(inner)

    def _look(self, inner: IntArray) -> None:
        """Weigh the films of these inner blocks."""
        census, measure = self._model.census, self._measure
        held, near = census.held, measure.bound_in_space(census.inner, inner)
        places, sizes = census.inner.places(inner)
        value = measure.of_kind(held, places)
        most = value + measure.circle_length * held.reach[places] + np.repeat(near, sizes)
        rows = held.films[places]
        kept = np.flatnonzero((most >= self._edge) & self._gate.passes(rows))
        rows, value, most = rows[kept], value[kept], most[kept]
        if len(rows) > 2 * self._count:
            first, rest = _split(np.arange(len(rows)), most, 2 * self._count)
            self._weigh(rows[first], value[first])
            rest = rest[most[rest] >= self._edge]
            rows, value = rows[rest], value[rest]
        self._weigh(rows, value)

    def _weigh(self, rows: IntArray, value: FloatArray) -> None:
        if len(rows):
            model, measure = self._model, self._measure
            if measure.space is not None:
                value = value + measure.in_space(model.space[rows])
            if measure.circle is not None:
                value = value + measure.in_circle(model.circle[rows])
            self.note(rows, value)


def _split(items: IntArray, most: FloatArray, count: int) -> tuple[IntArray, IntArray]:
    """Return the ``count`` items that come to most, and the others."""
    if len(items) <= count:
        return items, items[:0]
    order = np.argpartition(most, len(items) - count)
    return items[order[-count:]], items[order[:-count]]
