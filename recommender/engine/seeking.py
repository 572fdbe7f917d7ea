"""The films that come to most by a measure, found without looking at every film.

The best blocks are opened first. Their films tell the edge that enough films reach: a block that
cannot is never opened, and neither is anything of it weighed; nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.measure import Measure
from recommender.engine.model import Model
from recommender.engine.options import ItemFilter

SLACK = 2e-3
"""float32 sums of one film differ by less than this, whichever way they are taken."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Which films may be found.

    Attributes
    ----------
    closed : ndarray of shape (n_films,), films that may not
    """

    model: Model
    filters: ItemFilter
    closed: BoolArray

    @classmethod
    def of(cls, model: Model, filters: ItemFilter, closed: IntArray) -> Gate:
        """Return the gate that lets in what passes the filters, but for some rows."""
        table = np.zeros(model.n_films, np.bool_)
        table[closed] = True
        return cls(model, filters, table)

    def passes(self, rows: IntArray) -> BoolArray:
        """Return which of these films may be found."""
        open_: BoolArray = ~self.closed.take(rows)
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
    """The search for the films that come to most, and all that are as near as can be.

    Parameters
    ----------
    model, measure
        Of what, and by what.
    gate
        Which films may be found at all; those it closes are not looked at.
    count
        How many are wanted.
    unsure : ndarray of shape (n_films,), films that may come to less than the measure says, so
        that they prove nothing; None when there is none
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
        self._edge = np.float32(edge)
        self._found: list[tuple[IntArray, FloatArray]] = []

    def note(self, rows: IntArray, values: FloatArray) -> None:
        """Take in films that may be found and that the measure has weighed."""
        good = np.flatnonzero(values >= self._edge)
        rows, values = rows[good], values[good]
        self._found.append((rows, values))
        sure = values if self._unsure is None else values[~self._unsure[rows]]
        best = np.concatenate([self._best, sure])
        if len(best) >= self._count:
            best.partition(len(best) - self._count)
            best = best[len(best) - self._count :]
            self._edge = max(self._edge, best[0] - np.float32(SLACK))
        self._best = best

    def run(self) -> IntArray:
        """Return the rows of all films that may be among the best, those noted among them."""
        census, measure = self._model.census, self._measure
        outer, open_ = census.outer, self._gate.blocks()
        most, near = measure.bound_all(outer)
        reached = most >= self._edge - measure.longest_best * census.widest
        if open_ is not None:
            reached &= open_
        blocks = reached.nonzero()[0]
        best = measure.bound_best(outer, blocks)
        most, near = most[blocks] + best, near[blocks] + best
        # The best blocks, as many as films are wanted, tell how good a film has to be.
        order = np.arange(len(blocks))
        if len(blocks) > self._count:
            order = np.argpartition(-most, self._count)
        for chosen in (order[: self._count], order[self._count :]):
            now = chosen[most[chosen] >= self._edge]
            if len(now):
                self._open(blocks[now], near[now])
        good = [rows[values >= self._edge] for rows, values in self._found]
        return np.concatenate([np.empty(0, np.int64), *good])

    def _open(self, outer: IntArray, near: FloatArray) -> None:
        """Weigh what outer blocks hold; space and circles add ``near`` at most."""
        census, measure = self._model.census, self._measure
        sets = measure.by_set[census.outer.genre_set[outer]]
        # What bounds an outer block's space and circles bounds those of every inner one.
        inner, sizes = census.inside(outer)
        parent = np.repeat(np.arange(len(outer)), sizes)
        kind = measure.bound_kind(census.inner, inner)
        kept = (kind >= (self._edge - sets - near)[parent]).nonzero()[0]
        inner, kind, sets = inner[kept], kind[kept], sets[parent[kept]]
        near, circle = measure.bound_near(census.inner, inner)
        most = kind + sets + near + circle
        first = most >= self._edge
        if np.isneginf(self._edge) and len(inner) > (half := max(1, self._count // 2)):
            # Where nothing is known yet, the best blocks have to tell what is good.
            first = np.zeros(len(inner), np.bool_)
            first[np.argpartition(-most, half)[:half]] = True
        self._look(inner[first], sets[first], near[first])
        rest = ~first & (most >= self._edge)
        self._look(inner[rest], sets[rest], near[rest])

    def _look(self, inner: IntArray, sets: FloatArray, near: FloatArray) -> None:
        """Weigh what inner blocks hold, their genre sets' part and most of space's being known."""
        if not len(inner):
            return
        census, model, measure = self._model.census, self._model, self._measure
        places, sizes = census.inner.places(inner)
        value = measure.of_kind(census.held, places) + np.repeat(sets, sizes)
        near = np.repeat(near, sizes)
        most = value + near + measure.in_reach(census.reach[places])
        kept = (most >= self._edge).nonzero()[0]
        rows = census.held.films[places[kept]]
        passed = self._gate.passes(rows)
        kept, rows = kept[passed], rows[passed]
        value, near = value[kept], near[kept]
        value += measure.in_circle(model.people_factors.take(rows, axis=0))
        kept = (value + near >= self._edge).nonzero()[0]
        rows, value = rows[kept], value[kept]
        self.note(rows, value + measure.in_space(model.embedding.take(rows, axis=0)))
