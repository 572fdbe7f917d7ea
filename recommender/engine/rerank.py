"""Re-ranking: variety (MMR), a cap on films of one series, a quota for each taste cluster."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.taste_clusters import TasteClusters
from recommender.engine.term_functions import PairSimilarity

MOST_OF_A_SERIES = 2
CAPPED_LIST = 20
"""At most two films of a series among this many; the next twenty may hold two more."""
POOL = 160
"""Least number of best films re-ranking chooses from, beside those of the taste clusters."""
VARIETY = 2.4
"""Penalty at full diversity for a film equal to one placed; it grows with the dial squared."""
QUOTA_THRESHOLD = 0.75
"""Quota a taste cluster must accumulate before it gets the next place."""
AFFINITY = 2.0
"""Bonus per unit of affinity to the cluster that gets the next place."""


@dataclass(frozen=True, slots=True)
class RerankedList:
    """Rows in the order shown, and those placed above their rank by score."""

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


def rerank(model: Model, pool: CandidatePool, *, top_n: int, diversity: float) -> RerankedList:
    """Return the pool's films in the order shown.

    Each place goes to the highest score less a penalty for similarity to films placed before
    (maximal marginal relevance, Carbonell & Goldstein, 1998), unless a taste cluster has reached
    its quota: then to the best film of that cluster. A cluster accumulates ``diversity`` times its
    share of the likes at each place (after PM-2, Dang & Croft, 2012, and Steck, 2018).

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
    variety = np.float32(VARIETY * diversity**2)
    alike = PairSimilarity(model, pool.rows) if diversity else None
    quota = _ClusterQuota(pool, diversity)
    value = pool.scores.copy()
    nearest = np.zeros(len(pool.rows), np.float32)
    cap = _FranchiseCap(model.franchise[pool.rows])
    placed: list[int] = []
    for _ in range(count):
        quota.accumulate()
        open_ = value + cap.closed
        best = quota.next(open_)
        if open_[best] == -np.inf:  # a series' surplus, when nothing else is left
            best = quota.next(value + cap.gone)
        placed.append(best)
        cap.take(best)
        quota.take(best)
        if alike:
            np.maximum(nearest, alike.row(best), out=nearest)
            value = pool.scores - variety * nearest
    moved = frozenset(int(pool.rows[item]) for item in placed if item >= count)
    return RerankedList(pool.rows[np.array(placed, np.int64)], moved)


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidatePool:
    """The films re-ranking chooses from, best score first.

    Attributes
    ----------
    rows, scores : of shape (n_pool,)
    shares : ndarray of shape (n_clusters,), each taste cluster's share of the likes
    cluster : ndarray of shape (n_pool,), the taste cluster each film serves, -1 for none
    affinity : ndarray of shape (n_clusters, n_pool)
    """

    rows: Rows
    scores: FloatArray
    shares: FloatArray
    cluster: IntArray
    affinity: FloatArray


def pool_size(top_n: int) -> int:
    """Return how many of the best films a list of ``top_n`` is chosen from."""
    return max(POOL, 4 * top_n)


def gather_pool(
    model: Model,
    profile: ProfileRows,
    scores: FloatArray,
    allowed: BoolArray,
    *,
    top_n: int,
    with_clusters: bool = True,
    members: FloatArray | None = None,
) -> CandidatePool:
    """Return the candidates of re-ranking: the best films and the nearest to each taste cluster.

    Parameters
    ----------
    with_clusters
        False leaves the taste clusters out, as for a list without variety.
    members
        From `cluster_likes`, where the likes are clustered already.
    """
    allowed = allowed & np.isfinite(scores)
    best = rank_by_score(scores, allowed, pool_size(top_n))
    if not with_clusters or not len(profile.likes):
        return CandidatePool(
            rows=best,
            scores=scores[best],
            shares=np.empty(0, np.float32),
            cluster=np.full(len(best), -1),
            affinity=np.empty((0, len(best)), np.float32),
        )
    clusters = TasteClusters.of(model, profile, members)
    # A little known film serves a cluster only if it is among the best anyway.
    served = allowed & (model.log_votes >= model.known_from)
    served[best] = True
    cluster = clusters.nearest_cluster(served)
    chosen = cluster >= 0
    chosen[best] = True
    rows = np.flatnonzero(chosen)
    rows = rows[np.lexsort((rows, -scores[rows]))]
    return CandidatePool(
        rows=rows,
        scores=scores[rows],
        shares=clusters.shares,
        cluster=cluster[rows],
        affinity=clusters.affinity[:, rows],
    )


class _ClusterQuota:
    """Quotas of the taste clusters: which film takes the next place."""

    def __init__(self, pool: CandidatePool, diversity: float) -> None:
        self._cluster = pool.cluster.tolist()
        self._members = [np.flatnonzero(pool.cluster == n) for n in range(len(pool.shares))]
        self._bonus = [
            np.float32(AFFINITY) * near[members]
            for near, members in zip(pool.affinity, self._members, strict=True)
        ]
        self._step = diversity * pool.shares
        self._quota = np.zeros(len(pool.shares), np.float32)

    def accumulate(self) -> None:
        """Add each taste cluster's share of one list position to its quota."""
        self._quota += self._step

    def next(self, value: FloatArray) -> int:
        """Return the next film: of the cluster with the largest quota, of all when none is due.

        Parameters
        ----------
        value : ndarray of shape (n_pool,), -inf for films that may not come next
        """
        quota = self._quota.tolist()
        if quota and max(quota) >= QUOTA_THRESHOLD:
            for cluster in sorted(range(len(quota)), key=lambda cluster: -quota[cluster]):
                members = self._members[cluster]
                if quota[cluster] < QUOTA_THRESHOLD:
                    break
                if not len(members):
                    continue
                here = value[members] + self._bonus[cluster]
                best = int(here.argmax())
                if here[best] > -np.inf:
                    return int(members[best])
        return int(value.argmax())

    def take(self, item: int) -> None:
        """Take the film's place from the quota of its cluster."""
        cluster = self._cluster[item]
        if cluster >= 0:
            self._quota[cluster] -= 1.0


class _FranchiseCap:
    """Cap on films of one series: which films of the pool may come next.

    Attributes
    ----------
    closed, gone : ndarray of shape (n_pool,), -inf for films that may not come next, and for
        films placed already; 0 for others
    """

    def __init__(self, series: IntArray) -> None:
        self.closed, self.gone = (np.zeros(len(series), np.float32) for _ in range(2))
        self._series, self._numbers = series, series.tolist()
        self._shown: Counter[int] = Counter()
        self._placed = 0

    def take(self, item: int) -> None:
        """Mark a film as placed."""
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
