"""From scores to a list: varied, few of one series, every taste given its turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.taste import Rows, Taste
from recommender.engine.terms import genre_set_similarity, kinship, people_and_genres

MOST_OF_A_SERIES = 2
CAPPED_LIST = 20
"""At most two films of a series among this many; the next twenty may hold two more."""
POOL = 160
"""Variety is sought among this many of the best; what lies below was not meant for the person."""
POOL_OF_A_LIKE = 8
"""And among so many of each like's own kind, and as many of its makers' films."""
SAME_KIND = 0.9
"""Cosine of genres from which two films are of one kind."""
LIKENESS = 1.2
"""What a film loses at full diversity for being just like one already placed."""
TURNS = 26.0
"""What a film gains at full diversity for being just like a like nothing placed serves yet.

It grows with the fourth power of the dial: 1.6 in the middle, where a match must not be
lost, and enough at the end to give every taste its share of the places.
"""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows in the order shown, and which of them variety moved up."""

    rows: Rows
    moved_up: frozenset[int]


def rank_by_score(total: FloatArray, allowed: BoolArray, count: int) -> Rows:
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

    Each place goes to the film with the highest score after two corrections: less its likeness
    to the films placed before it (maximal marginal relevance, Carbonell & Goldstein, 1998), and
    more for serving a like that few placed films serve (after xQuAD, Santos et al., 2010), so
    that several tastes survive beside a strong one.

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
    variety, fairness = np.float32(LIKENESS * diversity), np.float32(TURNS * diversity**4)
    alike = kinship(model, pool, pool)
    serves = np.ascontiguousarray(_service(model, taste.likes, pool).T)
    nearest = np.zeros(len(pool), np.float32)
    served = np.zeros((len(serves), 1), np.float32)
    places = _SeriesPlaces(model.franchise[pool])
    placed: list[int] = []
    for _ in range(count):
        turn = (serves / (1.0 + served)).max(axis=0)
        value = scores + fairness * turn - variety * nearest
        best = int(np.argmax(np.where(places.open(), value, -np.inf)))
        placed.append(best)
        places.take(best)
        nearest = np.maximum(nearest, alike[best])
        served[:, 0] += serves[:, best]
    moved = frozenset(int(pool[item]) for item in placed if item >= count)
    return Ordered(pool[np.array(placed, np.int64)], moved)


def gather_pool(
    model: Model, taste: Taste, scores: FloatArray, allowed: BoolArray, *, least: int
) -> Rows:
    """Return the films variety may choose from, best score first.

    The best of all, and the best that each like speaks for: a taste the scores find hard to
    serve must be in the pool to get its turn.
    """
    best = [rank_by_score(scores, allowed, max(POOL, 4 * least))]
    kinds = np.unique(model.genre_set[taste.likes], return_index=True)[1]
    near = genre_set_similarity(model, taste.likes[kinds]) >= SAME_KIND
    same = [np.flatnonzero(kind[model.genre_set]) for kind in near.T]
    like, film, _ = model.people.films_sharing(taste.likes)
    makers = np.split(film, np.searchsorted(like, np.arange(1, len(taste.likes))))
    best += [_best_of(scores, rows[allowed[rows]], POOL_OF_A_LIKE) for rows in (*same, *makers)]
    pool = np.unique(np.concatenate(best))
    pool = pool[np.isfinite(scores[pool])]
    return pool[np.lexsort((pool, -scores[pool]))]


def _best_of(scores: FloatArray, rows: Rows, count: int) -> Rows:
    """Return the best ``count`` of these rows and their equals, in no order."""
    if len(rows) <= count:
        return rows
    theirs = scores[rows]
    # Ties at the edge all come along, so that no order of rows chooses among them.
    best: Rows = rows[theirs >= np.partition(theirs, -count)[-count]]
    return best


def _service(model: Model, likes: Rows, pool: Rows) -> FloatArray:
    """Return how well each film serves each like, shape (n_pool, n_likes), 0 to 1.

    A shared maker serves, and so does the very same kind of film; a film that shares one genre
    of three hardly does.
    """
    if not len(likes):
        return np.zeros((len(pool), 1), np.float32)
    people, genres = people_and_genres(model, likes, pool)
    served: FloatArray = np.float32(0.5) * (np.sqrt(people) + genres**3)
    return served


class _SeriesPlaces:
    """Which films of the pool may come next: not placed yet, nor one too many of a series."""

    def __init__(self, series: IntArray) -> None:
        self._series = series
        self._left = np.ones(len(series), np.bool_)
        self._full = np.zeros(len(series), np.bool_)
        self._shown: Counter[int] = Counter()
        self._placed = 0

    def open(self) -> BoolArray:
        """Return which may come next; a series' surplus only when nothing else is left."""
        within: BoolArray = self._left & ~self._full
        return within if within.any() else self._left

    def take(self, item: int) -> None:
        """Give a film its place."""
        self._left[item] = False
        self._placed += 1
        if self._placed % CAPPED_LIST == 0:
            self._shown.clear()
            self._full[:] = False
            return
        number = int(self._series[item])
        self._shown[number] += 1
        if self._shown[number] >= MOST_OF_A_SERIES:
            self._full |= self._series == number
