"""From scores to a list: varied, few of one series, every taste given its turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.taste import Rows, Taste
from recommender.engine.terms import kinship

MOST_OF_A_SERIES = 2
CAPPED_LIST = 20
"""At most two films of a series among this many; the next twenty may hold two more."""
POOL = 240
"""Variety is sought among this many of the best; what lies below was not meant for the person."""
LIKENESS = 1.0
"""What a film loses at full diversity for being just like one already placed, in spreads."""
TURNS = 0.4
"""What a film loses at full diversity for each turn its likes have had, in spreads."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows in the order shown, and which of them variety moved up."""

    rows: Rows
    moved_up: frozenset[int]


def rank_by_score(total: FloatArray, allowed: npt.NDArray[np.bool_], count: int) -> Rows:
    """Return the rows of the ``count`` best allowed films, best first, ties by row."""
    scores = np.where(allowed, total, -np.inf)
    count = min(count, int(np.isfinite(scores).sum()))
    if not count:
        return np.empty(0, np.int64)
    edge = np.partition(scores, -count)[-count]
    best = np.flatnonzero(scores >= edge)
    best = best[np.argsort(-scores[best], kind="stable")]
    return best[:count].astype(np.int64)


def rerank(
    model: Model,
    taste: Taste,
    pool: Rows,
    scores: FloatArray,
    *,
    top_n: int,
    diversity: float,
) -> Ordered:
    """Return the pool's films in the order shown.

    Maximal marginal relevance (Carbonell & Goldstein, 1998): each place goes to the film whose
    score, less its likeness to the films already placed, is highest. The likeness counts people,
    genre and, so that several tastes survive, how often a film's nearest like was served before.

    Parameters
    ----------
    pool
        Rows, best score first.
    scores
        Of the pool's films, shape (n_pool,).
    top_n
        How many are wanted.
    diversity
        0 (order of score, series capped) to 1.
    """
    count = min(top_n, len(pool))
    if not count:
        return Ordered(pool, frozenset())
    spread = max(float(np.std(scores)), 1e-6)
    relevance = (scores - scores[0]) / spread
    alike = kinship(model, pool, pool)
    leaning = _leaning(model, taste, pool)
    penalty = np.zeros(len(pool))
    nearest = np.zeros(len(pool))
    served = np.zeros(leaning.shape[1])
    open_ = np.ones(len(pool), np.bool_)
    placed: list[int] = []
    for place in range(count):
        value = np.where(open_, relevance - penalty, -np.inf)
        value = _cap_series(model, pool, value, placed, place)
        best = int(np.argmax(value))
        placed.append(best)
        open_[best] = False
        nearest = np.maximum(nearest, alike[best])
        served += leaning[best]
        penalty = diversity * (LIKENESS * nearest + TURNS * (leaning @ served))
    order = np.array(placed, np.int64)
    moved = frozenset(int(pool[item]) for place, item in enumerate(placed) if item > place + 2)
    return Ordered(pool[order], moved)


def _leaning(model: Model, taste: Taste, pool: Rows) -> npt.NDArray[np.float32]:
    """Return which likes speak for each film of the pool, shares of shape (n_pool, n_likes)."""
    if not len(taste.likes):
        sets = model.genre_sets[model.genre_set[pool]].toarray()
        genres: npt.NDArray[np.float32] = sets / np.maximum(sets.sum(1, keepdims=True), 1e-6)
        return genres
    likeness = kinship(model, taste.likes, pool) ** 4
    total = np.maximum(likeness.sum(1, keepdims=True), 1e-6)
    shares: npt.NDArray[np.float32] = likeness / total
    return shares


def _cap_series(
    model: Model,
    pool: Rows,
    value: npt.NDArray[np.float64],
    placed: list[int],
    place: int,
) -> npt.NDArray[np.float64]:
    """Return the values without films of a series that has had its places in this twenty."""
    start = place - place % CAPPED_LIST
    series = model.franchise[pool]
    shown, counts = np.unique(series[placed[start:]], return_counts=True)
    full = np.isin(series, shown[counts >= MOST_OF_A_SERIES])
    capped = np.where(full, -np.inf, value)
    return capped if np.isfinite(capped).any() else value
