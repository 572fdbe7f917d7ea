"""Candidate selection: every film of a small catalogue, a few thousand of a large one.

Of a large catalogue the candidates are the films that share credits or a series with the likes,
their nearest neighbours in the embedding and among the taste clusters, and the best of a shortlist
of the best known and best rated films per genre and decade. They are then scored exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.rerank import pool_size
from recommender.engine.scoring import MarqueeRanker
from recommender.engine.submodel import SharedCredits, take_columns, take_profile_rows, take_rows
from recommender.engine.taste_clusters import NEAREST, affinity_without_credits, cluster_likes
from recommender.engine.term_functions import like_weights
from recommender.engine.terms import TERMS

MAX_FULL_SCAN = 20_000
"""Films of the largest catalogue that is scored whole."""
SHORTLISTED = 1_500
"""Films of the shortlist that become candidates, at least."""
NEIGHBOURS = 200
"""Nearest well-known films in the embedding that become candidates."""
NARROW_FILTER = 4_000
"""A filter that leaves at most this many films makes all of them candidates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateSet:
    """The films to score, as a model of their own.

    Attributes
    ----------
    model, profile : of the candidates, or of the whole catalogue
    allowed : ndarray of shape (n_candidates,), which of them may be recommended
    counts : films of the catalogue each candidate represents in means; None for the whole
    """

    model: Model
    profile: ProfileRows
    allowed: BoolArray
    counts: FloatArray | None = None

    @classmethod
    def whole(cls, model: Model, profile: ProfileRows, item_filter: ItemFilter) -> CandidateSet:
        """Return every film of the catalogue."""
        allowed = item_filter.mask(model)
        allowed[profile.excluded] = False
        return cls(model=model, profile=profile, allowed=allowed)


def select_candidates(
    model: Model,
    profile: ProfileRows,
    item_filter: ItemFilter,
    *,
    ranker: MarqueeRanker,
    dials: Dials,
    top_n: int,
) -> CandidateSet:
    """Return the films to score for a profile.

    Parameters
    ----------
    ranker, dials
        What the shortlist is pre-scored with.
    top_n
        Length of the list.
    """
    if model.n_films <= MAX_FULL_SCAN:
        return CandidateSet.whole(model, profile, item_filter)
    index, likes = model.retrieval, profile.likes
    shared = SharedCredits.of(model, likes)
    series = index.films_of_series(model.franchise[likes])
    related = np.union1d(shared.rows, series)
    found = [related, likes, profile.hidden, profile.less, index.reference]
    if item_filter.only is not None:
        found.append(model.rows_of(item_filter.only))
    else:
        found += _retrieve(model, profile, item_filter, ranker=ranker, dials=dials, top_n=top_n)
    rows = np.unique(np.concatenate(found)).astype(np.int64)
    allowed = item_filter.mask(model, rows)
    inner = take_profile_rows(profile, rows)
    allowed[inner.excluded] = False
    return CandidateSet(
        model=take_rows(model, rows, shared),
        profile=inner,
        allowed=allowed,
        counts=_count_represented(model, rows, related),
    )


def _retrieve(
    model: Model,
    profile: ProfileRows,
    item_filter: ItemFilter,
    *,
    ranker: MarqueeRanker,
    dials: Dials,
    top_n: int,
) -> list[IntArray]:
    """Return rows of films that share no credits with the likes."""
    shortlist, well_known = model.retrieval.shortlist, model.retrieval.well_known
    known = np.ones(len(well_known), np.bool_)
    if not item_filter.all_pass:
        passing = np.flatnonzero(item_filter.mask(model))
        if len(passing) <= NARROW_FILTER:
            return [passing]
        # A shortlist is thin where a filter is narrow: the best known of the rest join it.
        most_voted = np.argpartition(-model.log_votes[passing], NARROW_FILTER)[:NARROW_FILTER]
        held = shortlist[item_filter.mask(model, shortlist)]
        shortlist = np.union1d(held, passing[most_voted])
        known = item_filter.mask(model, well_known)
    shortlist = shortlist[~np.isin(shortlist, profile.excluded)]
    known &= ~np.isin(well_known, profile.excluded)
    count = max(SHORTLISTED, 2 * pool_size(top_n))
    found = [_best_of(model, profile, shortlist, ranker=ranker, dials=dials, count=count)]
    if len(profile.likes):
        found.append(_nearest_in_embedding(model, profile, known))
        if dials.diversity > 0:
            found.append(_nearest_to_clusters(model, profile, known))
    return found


def _best_of(
    model: Model,
    profile: ProfileRows,
    shortlist: IntArray,
    *,
    ranker: MarqueeRanker,
    dials: Dials,
    count: int,
) -> IntArray:
    """Return the films of the shortlist with the best sums of the terms that read columns only."""
    if len(shortlist) <= count:
        return shortlist
    own = (profile.likes, profile.hidden, profile.less)
    rows = np.concatenate([shortlist, *own])
    ends = len(shortlist) + np.cumsum([0, *map(len, own)])
    likes, hidden, less = (np.arange(ends[n], ends[n + 1]) for n in range(3))
    columns = replace(model, **take_columns(model, rows))
    inner = replace(profile, likes=likes, hidden=hidden, less=less)
    cheap = [name for name, term in TERMS.items() if term.reads_columns]
    scores = ranker.score(columns, inner, dials, among=cheap)
    best = np.argpartition(-scores.total[: len(shortlist)], count)[:count]
    chosen: IntArray = shortlist[best]
    return chosen


def _nearest_in_embedding(model: Model, profile: ProfileRows, known: BoolArray) -> IntArray:
    """Return the well-known films nearest to the likes on average in the embedding."""
    index = model.retrieval
    centre = like_weights(profile) @ model.embedding[profile.likes]
    near = (centre @ index.embedding).astype(np.float32)[None]
    return _nearest(index.well_known, near, known, NEIGHBOURS)


def _nearest_to_clusters(model: Model, profile: ProfileRows, known: BoolArray) -> IntArray:
    """Return the well-known films with the largest affinity to each taste cluster."""
    index = model.retrieval
    affinity = affinity_without_credits(
        model,
        profile.likes,
        cluster_likes(model, profile.likes),
        genre_set=model.genre_set[index.well_known],
        years=model.years[index.well_known],
        people_factors=index.people_factors,
        embedding=index.embedding,
    )
    return _nearest(index.well_known, affinity, known, NEAREST)


def _nearest(rows: IntArray, near: FloatArray, known: BoolArray, count: int) -> IntArray:
    """Return the rows of the largest values of each line, shape (n_lines, n_rows)."""
    near = np.where(known, near, np.float32(-np.inf))
    if near.shape[1] <= count:
        return rows
    chosen: IntArray = rows[np.unique(np.argpartition(-near, count, axis=1)[:, :count])]
    return chosen


def _count_represented(model: Model, rows: Rows, related: IntArray) -> FloatArray:
    """Return how many films of the catalogue each candidate stands for in means.

    Related films stand for themselves; the evenly spaced reference films for all others.
    """
    counts = np.zeros(len(rows), np.float32)
    spaced = np.searchsorted(rows, model.retrieval.reference)
    own = np.searchsorted(rows, related)
    counts[spaced] = 1.0
    counts[own] = 0.0
    counts *= (model.n_films - len(related)) / max(float(counts.sum()), 1.0)
    counts[own] = 1.0
    return counts
