"""The films that come to most by some measures, found without looking at every film.

Blocks are opened best first. As soon as enough films are known to reach an edge, a block that
cannot is never opened, and neither is anything of it weighed; nothing is approximated. All
measures are searched in step, so that each step is one question about all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.choice import Candidates
from recommender.engine.measure import Measures, count_first
from recommender.engine.model import Model

SLACK = 2e-3
"""float32 sums of one film differ by less than this, whichever way they are taken."""
_FIRST, _MORE = 24, 8
"""So many blocks are opened at first, and so many times as many in each round after; the films of a
round are weighed likewise."""


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

    @classmethod
    def of(cls, model: Model, filters: Candidates, closed: IntArray) -> Gate:
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
    model, measures
        Of what, and by what.
    gate
        Which films may be found at all; those it closes are not looked at.
    counts
        How many are wanted by each measure.
    unsure : ndarray of shape (n_films,), films that may come to less than the first measure says,
        so that they prove nothing; None when there is none
    edge
        What a film has to come to at least.
    """

    def __init__(
        self,
        model: Model,
        measures: Measures,
        gate: Gate,
        *,
        counts: Sequence[int],
        unsure: BoolArray | None = None,
        edge: float = -np.inf,
    ) -> None:
        self._model, self._measures, self._gate = model, measures, gate
        self._counts, self._unsure = counts, unsure
        self._best = [np.empty(0, np.float32) for _ in counts]
        self._edges = np.full(len(counts), edge, np.float32)
        self._found: list[tuple[IntArray, IntArray, FloatArray]] = []

    def note(self, rows: IntArray, values: FloatArray) -> None:
        """Take in films that may be found and that all measures have weighed.

        Parameters
        ----------
        values : ndarray of shape (n_measures, n_rows)
        """
        which = np.repeat(np.arange(len(values)), len(rows))
        self._note(which, np.tile(rows, len(values)), values.ravel())

    def run(self) -> IntArray:
        """Return the rows of all films that may be among the best, those noted among them."""
        census, measures = self._model.census, self._measures
        outer, open_ = census.outer, self._gate.blocks()
        floor = self._edges.copy()
        floor[0] -= measures.longest_best * census.widest
        found = []
        for number, (bound, part) in enumerate(measures.bound_all(outer)):
            reached = bound >= floor[number]
            if open_ is not None:
                reached &= open_
            here = reached.nonzero()[0]
            found.append((np.full(len(here), number), here, bound[here], part[here]))
        which, blocks, most, near = map(np.concatenate, zip(*found, strict=True))
        if measures.longest_best:
            first = slice(count_first(which))
            best = measures.bound_best(outer, blocks[first])
            most[first] += best
            near[first] += best
        left = np.flatnonzero(most >= self._edges[which])
        batch = _FIRST
        while len(left):
            chosen = _best_of_each(which[left], most[left], [batch] * len(self._counts))
            now, left = left[chosen], left[~chosen]
            self._open(which[now], blocks[now], near[now])
            left = left[most[left] >= self._edges[which[left]]]
            batch *= _MORE
        good = [rows[values >= self._edges[of]] for of, rows, values in self._found]
        return np.concatenate([np.empty(0, np.int64), *good])

    def _open(self, which: IntArray, outer: IntArray, near: FloatArray) -> None:
        """Weigh what outer blocks hold; space and circles add ``near`` at most."""
        census, measures = self._model.census, self._measures
        blocks, sets = census.inner, measures.of_sets(which, census.outer.genre_set[outer])
        # What bounds an outer block's space and circles bounds those of every inner one.
        sizes = census.children[outer + 1] - census.children[outer]
        inner, parent = census.inside(outer), np.repeat(np.arange(len(outer)), sizes)
        kind = measures.bound_kind(blocks, which[parent], inner)
        lacking = self._edges[which] - sets - near
        kept = np.flatnonzero(kind >= lacking[parent])
        parent, inner, kind = parent[kept], inner[kept], kind[kept]
        which, sets = which[parent], sets[parent]
        near, circle = measures.bound_near(blocks, which, inner)
        most = kind + sets + near + circle
        # Where nothing is known yet, the best blocks have to tell what is good.
        unknown = np.isneginf(self._edges)
        first = most >= self._edges[which]
        if unknown.any():
            halves = [max(1, count // 2) for count in self._counts]
            first &= _best_of_each(which, most, halves) | ~unknown[which]
        self._look(which[first], inner[first], sets[first], near[first])
        if unknown.any():
            rest = ~first & (most >= self._edges[which])
            self._look(which[rest], inner[rest], sets[rest], near[rest])

    def _look(self, which: IntArray, inner: IntArray, sets: FloatArray, near: FloatArray) -> None:
        """Weigh what inner blocks hold, their genre sets' part and most of space's being known."""
        census, measures = self._model.census, self._measures
        places, sizes = census.inner.places(inner)
        parent = np.repeat(np.arange(len(inner)), sizes)
        pairs = which[parent]
        value = measures.of_kind(census.held, pairs, places) + sets[parent]
        most = value + near[parent]
        most += measures.in_reach(pairs, census.reach[places])
        kept = np.flatnonzero(most >= self._edges[pairs])
        rows = census.held.films[places[kept]]
        passed = self._gate.passes(rows)
        kept, rows = kept[passed], rows[passed]
        pairs, value, near, most = pairs[kept], value[kept], near[parent[kept]], most[kept]
        batch = 2
        while len(pairs):
            chosen = _best_of_each(pairs, most, [batch * count for count in self._counts])
            self._weigh(pairs[chosen], rows[chosen], value[chosen], near[chosen])
            left = np.flatnonzero(~chosen & (most >= self._edges[pairs]))
            pairs, rows, value = pairs[left], rows[left], value[left]
            near, most = near[left], most[left]
            batch *= _MORE

    def _weigh(self, which: IntArray, rows: IntArray, value: FloatArray, near: FloatArray) -> None:
        """Weigh films, whose ``value`` lacks circle and space; the latter is ``near`` at most."""
        if not len(rows):
            return
        model, measures = self._model, self._measures
        value = value + measures.in_circle(which, rows, model.circle)
        kept = np.flatnonzero(value + near >= self._edges[which])
        which, rows = which[kept], rows[kept]
        self._note(which, rows, value[kept] + measures.in_space(which, rows, model.space))

    def _note(self, which: IntArray, rows: IntArray, values: FloatArray) -> None:
        good = np.flatnonzero(values >= self._edges[which])
        which, rows, values = which[good], rows[good], values[good]
        self._found.append((which, rows, values))
        ends = np.searchsorted(which, np.arange(len(self._counts) + 1))
        for number, count in enumerate(self._counts):
            here = slice(ends[number], ends[number + 1])
            sure = values[here]
            if not number and self._unsure is not None:
                sure = sure[~self._unsure[rows[here]]]
            if not len(sure):
                continue
            best = np.concatenate([self._best[number], sure])
            if len(best) >= count:
                best.partition(len(best) - count)
                best = best[len(best) - count :]
                self._edges[number] = max(self._edges[number], best[0] - np.float32(SLACK))
            self._best[number] = best


def _best_of_each(which: IntArray, most: FloatArray, counts: Sequence[int]) -> BoolArray:
    """Return which pairs are among the ``counts`` that come to most by their measure."""
    chosen = np.ones(len(which), np.bool_)
    ends = np.searchsorted(which, np.arange(len(counts) + 1))
    for number, count in enumerate(counts):
        here = most[ends[number] : ends[number + 1]]
        if len(here) > count:
            chosen[ends[number] : ends[number + 1]] = False
            best = np.argpartition(here, len(here) - count)[len(here) - count :]
            chosen[ends[number] + best] = True
    return chosen
