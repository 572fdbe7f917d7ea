"""Which films a ranking has to look at: the same list as from all films, from a few hundred.

A film that shares nobody and no series with the likes can only score by its kind, its year, its
votes and rating and its place in two spaces: that is a `Measure`, by which whole blocks of films
are passed over. The films that do share are measured one by one. What is left over is ranked as
ever; nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.choice import Candidates, Dials
from recommender.engine.model import Model
from recommender.engine.rankers.measures import MeasuredScore, measure_score, measure_trend
from recommender.engine.rerank import pool_size
from recommender.engine.seeking import Gate, Search
from recommender.engine.strands import NEAREST, PEOPLE, join_likes, measure_strands
from recommender.engine.taste import Rows, Taste
from recommender.engine.touched import Known, Touched, rows_sharing
from recommender.engine.weights import Weights

WHOLE = 20_000
"""A catalogue of so many films is ranked whole: finding out which matter would take as long."""


def is_large(model: Model) -> bool:
    """Return whether finding out which films matter takes less time than weighing them all."""
    return model.n_films > WHOLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowed:
    """What is left to rank.

    Attributes
    ----------
    rows : ndarray, ascending
    touched : the films that share somebody with the likes, shown or not
    members : ndarray of shape (n_strands, n_likes), from `join_likes`; None without variety
    usual : term -> what it adds to a sample of the catalogue
    counts : ndarray of shape (n_sample,), how many films of the catalogue each stands for
    """

    rows: Rows
    touched: Touched
    members: FloatArray | None
    usual: Mapping[str, FloatArray]
    counts: FloatArray


def narrow(
    model: Model,
    taste: Taste,
    filters: Candidates,
    *,
    weights: Weights,
    dials: Dials,
    least: int,
) -> Narrowed:
    """Return the films that `gather_pool` could choose from among all that may be shown.

    Parameters
    ----------
    weights, dials
        What the score is made of; no weight is negative.
    least
        How many films the list wants.
    """
    start = _Start.of(model, taste, weights, dials)
    gate = Gate(model, filters, _table(model, taste.excluded))
    found: list[IntArray] = [taste.likes, taste.hidden, taste.less]
    members = None
    if dials.diversity > 0 and len(taste.likes):
        members = join_likes(model, taste.likes)
    if filters.only is not None:
        only = model.rows_of(filters.only)
        found.append(only[gate.passes(only)])
    else:
        found += _find(model, taste, gate, start, members=members, count=pool_size(least))
    return start.narrowed(model, np.unique(np.concatenate(found)).astype(np.int64), members)


def narrow_to(
    model: Model, taste: Taste, rows: Rows, *, weights: Weights, dials: Dials
) -> Narrowed:
    """Return these films alone, with what is needed to say how they score and why."""
    own = np.concatenate([rows, taste.likes, taste.hidden, taste.less])
    start = _Start.of(model, taste, weights, dials)
    return start.narrowed(model, np.unique(own).astype(np.int64), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Start:
    """The films that are weighed anyway, and the measure of the others."""

    touched: Touched
    among: BoolArray
    known: Known
    told: MeasuredScore

    @classmethod
    def of(cls, model: Model, taste: Taste, weights: Weights, dials: Dials) -> _Start:
        touched = Touched.of(model, taste.likes)
        among = _table(model, touched.films)
        known = Known.of(model, touched.films, among)
        if len(taste.likes):
            told = measure_score(model, taste, touched, known, weights=weights, dials=dials)
        else:
            told = measure_trend(model, taste, known, dials)
        return cls(touched=touched, among=among, known=known, told=told)

    def narrowed(self, model: Model, rows: Rows, members: FloatArray | None) -> Narrowed:
        """Return the films of these rows with what is usual in the catalogue."""
        known, reference = self.known, model.census.sample.reference
        sample = np.flatnonzero(~known.twice[: known.touched + reference])
        # The touched stand for themselves alone, the reference for all others.
        counts = np.ones(len(sample), np.float32)
        others = max(len(sample) - known.touched, 1)
        counts[known.touched :] = (model.n_films - known.touched) / others
        return Narrowed(
            rows=rows,
            touched=self.touched,
            members=members,
            usual={term: values[sample] for term, values in self.told.personal.items()},
            counts=counts,
        )


def _find(
    model: Model,
    taste: Taste,
    gate: Gate,
    start: _Start,
    *,
    members: FloatArray | None,
    count: int,
) -> list[IntArray]:
    """Return the films that may be among the ``count`` best, or serve a strand."""
    known, among = start.known, start.among
    shown = np.flatnonzero(gate.passes(known.rows) & ~known.twice)
    rows = known.rows[shown]
    others = Gate(model, gate.filters, gate.closed | among)
    others.closed[model.census.sample.rows] = True
    against = np.concatenate([taste.hidden, taste.less])
    if len(against):
        among[rows_sharing(model, against)] = True
    search = Search(
        model,
        start.told.measure,
        others,
        count=count,
        unsure=among if len(against) else None,
    )
    search.note(rows, start.told.known[shown])
    found = [search.run()]
    if members is None:
        return found
    people = np.sqrt(np.maximum(start.touched.cosines["people"], np.float32(0.0)))
    shared = np.float32(PEOPLE) * (members @ people)
    for strand, near in enumerate(measure_strands(model, taste.likes, members)):
        values = near.of_kind(model.census.held, known.places)
        values += near.in_space(known.space) + near.in_circle(known.circle)
        values[: known.touched] += shared[strand]
        search = Search(model, near, others, count=NEAREST)
        search.note(rows, values[shown])
        found.append(search.run())
    return found


def _table(model: Model, rows: IntArray) -> BoolArray:
    """Return which films are among some rows, shape (n_films,)."""
    among = np.zeros(model.n_films, np.bool_)
    among[rows] = True
    return among
