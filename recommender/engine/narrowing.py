"""Which films a ranking has to look at: the same list as from all films, from a few hundred.

A film that shares nobody and no series with the likes can only score by its kind, its year, its
votes and rating and its place in two spaces: that is a measure, by which whole blocks of films
are passed over. The films that do share are measured one by one. What is left over is ranked as
ever; nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.measure import Measure
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.rankers.measures import measure_score, measure_trend
from recommender.engine.rerank import pool_size
from recommender.engine.seeking import SLACK, Gate, Search
from recommender.engine.taste_clusters import (
    NEAREST,
    PEOPLE,
    affinity_without_credits,
    cluster_likes,
)
from recommender.engine.touched import Touched, columns_of, rows_sharing
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
    members : ndarray of shape (n_strands, n_likes), from `cluster_likes`; None without variety
    usual : term -> mean and standard deviation over the catalogue of what it adds
    """

    rows: Rows
    touched: Touched
    members: FloatArray | None
    usual: Mapping[str, tuple[float, float]]


def narrow(
    model: Model,
    taste: ProfileRows,
    filters: ItemFilter,
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
    gate = Gate.of(model, filters, taste.excluded)
    found: list[IntArray] = [taste.likes, taste.hidden, taste.less]
    if filters.only is not None:
        only = model.rows_of(filters.only)
        found.append(only[gate.passes(only)])
        return start.narrowed(found, members=None)
    members = None
    if dials.diversity > 0 and len(taste.likes):
        members = cluster_likes(model, taste.likes, start.touched.at(taste.likes)["people"])
        found.append(_find_near(model, gate, start.touched, members))
    found.append(_find(model, taste, gate, start, count=pool_size(least)))
    return start.narrowed(found, members)


def narrow_to(
    model: Model, taste: ProfileRows, rows: Rows, *, weights: Weights, dials: Dials
) -> Narrowed:
    """Return these films alone, with what is needed to say how they score and why."""
    start = _Start.of(model, taste, weights, dials)
    return start.narrowed([rows, taste.likes, taste.hidden, taste.less], members=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Start:
    """The films that are weighed anyway, and the measure of the others.

    Attributes
    ----------
    touched_values : ndarray of shape (n_touched,)
    sample_values : ndarray of shape (n_sample,), as if none of them were touched
    """

    touched: Touched
    measure: Measure
    touched_values: FloatArray
    sample_values: FloatArray
    usual: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, model: Model, taste: ProfileRows, weights: Weights, dials: Dials) -> _Start:
        touched, sample = Touched.of(model, taste.likes), model.census.sample
        if len(taste.likes):
            score = measure_score(model, taste, weights=weights, dials=dials)
        else:
            score = measure_trend(model, taste, dials)
        of_sample = score.measure.of_all(sample.films, sample.space, sample.circle)
        films = columns_of(model, touched.films)
        space, circle = (
            table.take(touched.films, axis=0) for table in (model.embedding, model.people_factors)
        )
        values = score.measure.of_all(films, space, circle).values
        shared = score.shared(model, taste, touched)
        if shared:
            values += np.sum(list(shared.values()), axis=0)
        if score.against is not None:
            values -= score.against[films.genre_set]
        return cls(
            touched=touched,
            measure=score.measure,
            touched_values=values,
            sample_values=of_sample.values,
            usual=score.usual(model.census, shared, of_sample),
        )

    def narrowed(self, found: Sequence[IntArray], members: FloatArray | None) -> Narrowed:
        """Return the films found with what is usual in the catalogue."""
        rows = np.unique(np.concatenate(found)).astype(np.int64)
        return Narrowed(rows=rows, touched=self.touched, members=members, usual=self.usual)


def _find(model: Model, taste: ProfileRows, gate: Gate, start: _Start, *, count: int) -> IntArray:
    """Return the films that may be among the ``count`` best."""
    touched, sample = start.touched.films, model.census.sample.films.films
    shown = np.flatnonzero(gate.passes(touched))
    gate.closed[touched] = True
    also = np.flatnonzero(gate.passes(sample))
    gate.closed[sample] = True
    against, unsure = np.concatenate([taste.hidden, taste.less]), None
    if len(against):
        unsure = np.zeros(model.n_films, np.bool_)
        unsure[touched] = True
        unsure[rows_sharing(model, against)] = True
    search = Search(model, start.measure, gate, count=count, unsure=unsure)
    search.note(touched[shown], start.touched_values[shown])
    search.note(sample[also], start.sample_values[also])
    return search.run()


def _find_near(model: Model, gate: Gate, touched: Touched, members: FloatArray) -> IntArray:
    """Return the films that are known well enough and may be nearest to a strand."""
    sample = model.census.sample
    films = sample.films
    serving = gate.passes(films.films) & (films.votes >= model.known_from)
    count = min(NEAREST, int(serving.sum()))
    if not count:
        return np.empty(0, np.int64)
    near = affinity_without_credits(
        model,
        touched.likes,
        members,
        sets=films.genre_set,
        years=films.year + model.census.calendar[0],
        circle=sample.circle,
        space=sample.space,
    )
    place = np.minimum(np.searchsorted(films.films, touched.films), len(films.films) - 1)
    both = np.flatnonzero(films.films[place] == touched.films)
    people = np.sqrt(np.maximum(touched.cosines["people"][:, both], np.float32(0.0)))
    near[:, place[both]] += np.float32(PEOPLE) * (members @ people)
    near[:, ~serving] = -np.inf
    edges = np.partition(near, -count, axis=1)[:, -count, None] - np.float32(SLACK)
    return films.films[(near >= edges).any(axis=0)]
