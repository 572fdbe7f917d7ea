"""From scores to a list: varied, few of one series, every strand of the taste given its share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.taste_clusters import TasteClusters, cluster_likes
from recommender.engine.terms import Kinship

MOST_OF_A_SERIES = 2
CAPPED_LIST = 20
"""At most two films of a series among this many; the next twenty may hold two more."""
POOL = 160
"""Variety is sought among this many of the best, and the films that serve a strand."""
LIKENESS = 2.4
"""What a film loses at full diversity for being just like one already placed.

It grows with the square of the dial: in the middle a match must not be lost.
"""
DUE = 0.75
"""A strand is given the next place once so much of a place is owed to it."""
NEARNESS = 2.0
"""What a film gains for each step of nearness to a strand whose turn it is."""


@dataclass(frozen=True, slots=True)
class RerankedList:
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


def rerank(model: Model, pool: Pool, *, top_n: int, diversity: float) -> RerankedList:
    """Return the pool's films in the order shown.

    Each place goes to the highest score less the likeness to the films placed before it (maximal
    marginal relevance, Carbonell & Goldstein, 1998), unless a strand of the taste is owed a place:
    then to the best film that serves it. A strand is owed ``diversity`` times its share of the
    places so far (proportional, after Dang & Croft's PM-2, 2012, and Steck's calibration, 2018).

    Parameters
    ----------
    pool
        From `gather_pool`.
    top_n
        How many are wanted.
    diversity
        0 (order of score, series capped) to 1 (places in proportion to the likes).
    """
    count = min(top_n, len(pool.rows))
    variety = np.float32(LIKENESS * diversity**2)
    alike = Kinship(model, pool.rows) if diversity else None
    turns = _Turns(pool, diversity)
    value = pool.scores.copy()
    nearest = np.zeros(len(pool.rows), np.float32)
    places = _SeriesPlaces(model.franchise[pool.rows])
    placed: list[int] = []
    for _ in range(count):
        turns.go_on()
        open_ = value + places.closed
        best = turns.next(open_)
        if open_[best] == -np.inf:  # a series' surplus, when nothing else is left
            best = turns.next(value + places.gone)
        placed.append(best)
        places.take(best)
        turns.take(best)
        if alike:
            np.maximum(nearest, alike.row(best), out=nearest)
            value = pool.scores - variety * nearest
    moved = frozenset(int(pool.rows[item]) for item in placed if item >= count)
    return RerankedList(pool.rows[np.array(placed, np.int64)], moved)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """The films a list is chosen from, best score first.

    Attributes
    ----------
    rows, scores : of shape (n_pool,)
    shares : ndarray of shape (n_strands,), each strand's part of the taste
    serves : ndarray of shape (n_pool,), which strand each film serves, -1 for none
    nearness : ndarray of shape (n_strands, n_pool)
    """

    rows: Rows
    scores: FloatArray
    shares: FloatArray
    serves: IntArray
    nearness: FloatArray


def pool_size(least: int) -> int:
    """Return how many of the best by score a list of so many films is chosen from."""
    return max(POOL, 4 * least)


def gather_pool(
    model: Model,
    taste: ProfileRows,
    scores: FloatArray,
    allowed: BoolArray,
    *,
    least: int,
    in_strands: bool = True,
    members: FloatArray | None = None,
) -> Pool:
    """Return the films variety may choose from.

    The best of all, and those nearest to each strand: a strand the scores find hard to serve
    must be in the pool to get its turn.

    Parameters
    ----------
    least
        How many films the list wants.
    in_strands
        Whether strands are told apart at all; at no diversity nobody asks for them.
    members
        From `cluster_likes`, where the likes are joined already.
    """
    allowed = allowed & np.isfinite(scores)
    best = rank_by_score(scores, allowed, pool_size(least))
    if not in_strands or not len(taste.likes):
        nowhere = np.full(len(best), -1)
        nothing = np.empty((0, len(best)), np.float32)
        return Pool(
            rows=best,
            scores=scores[best],
            shares=np.empty(0, np.float32),
            serves=nowhere,
            nearness=nothing,
        )
    joined = cluster_likes(model, taste.likes) if members is None else members
    strands = TasteClusters.among(model, taste, joined)
    # Another is too little known, unless it is among the best anyway.
    served = allowed & (model.log_votes >= model.known_from)
    served[best] = True
    serves = strands.serving(served)
    chosen = serves >= 0
    chosen[best] = True
    rows = np.flatnonzero(chosen)
    rows = rows[np.lexsort((rows, -scores[rows]))]
    return Pool(
        rows=rows,
        scores=scores[rows],
        shares=strands.shares,
        serves=serves[rows],
        nearness=strands.nearness[:, rows],
    )


class _Turns:
    """Whose turn it is: which film takes the next place."""

    def __init__(self, pool: Pool, diversity: float) -> None:
        self._serves = pool.serves.tolist()
        self._serving = [np.flatnonzero(pool.serves == n) for n in range(len(pool.shares))]
        self._bonus = [
            np.float32(NEARNESS) * near[serving]
            for near, serving in zip(pool.nearness, self._serving, strict=True)
        ]
        self._pace = diversity * pool.shares
        self._owed = np.zeros(len(pool.shares), np.float32)

    def go_on(self) -> None:
        """Owe every strand its part of one more place."""
        self._owed += self._pace

    def next(self, value: FloatArray) -> int:
        """Return the film that comes next: of the strand owed most, of all when nothing is owed.

        Parameters
        ----------
        value : ndarray of shape (n_pool,), -inf for films that may not come next
        """
        owed = self._owed.tolist()
        if owed and max(owed) >= DUE:
            for strand in sorted(range(len(owed)), key=lambda strand: -owed[strand]):
                serving = self._serving[strand]
                if owed[strand] < DUE:
                    break
                if not len(serving):
                    continue
                here = value[serving] + self._bonus[strand]
                best = int(here.argmax())
                if here[best] > -np.inf:
                    return int(serving[best])
        return int(value.argmax())

    def take(self, item: int) -> None:
        """Note the place a film took as given to the strand it serves."""
        strand = self._serves[item]
        if strand >= 0:
            self._owed[strand] -= 1.0


class _SeriesPlaces:
    """Which films of the pool may come next: not placed yet, nor one too many of a series.

    Attributes
    ----------
    closed, gone : ndarray of shape (n_pool,), -inf for films that may not come next, and for those
        that are placed already; 0 for others
    """

    def __init__(self, series: IntArray) -> None:
        self.closed, self.gone = (np.zeros(len(series), np.float32) for _ in range(2))
        self._series, self._numbers = series, series.tolist()
        self._shown: Counter[int] = Counter()
        self._placed = 0

    def take(self, item: int) -> None:
        """Give a film its place."""
        self.gone[item] = self.closed[item] = -np.inf
        self._placed += 1
        if self._placed % CAPPED_LIST == 0:
            self._shown.clear()
            self.closed[:] = self.gone
            return
        number = self._numbers[item]
        self._shown[number] += 1
        if self._shown[number] >= MOST_OF_A_SERIES:
            self.closed[self._series == number] = -np.inf
