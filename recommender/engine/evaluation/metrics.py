"""Metrics of ranked lists: accuracy, diversity, novelty, and bootstrap intervals of their means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.profile import Rows
from recommender.engine.term_functions import genre_set_similarity

Values = npt.NDArray[np.float64]

LIST_METRICS = ("ndcg@10", "recall@20", "mrr", "hit@20", "tail recall@20")
NDCG, TAIL = 0, 4
"""Columns of NDCG@10 and tail recall in a row of `LIST_METRICS`."""
HEAD_FILMS = 1000
"""Number of films with the most votes (the head); all other films are the long tail."""
HEAD_DIVISOR = 8
"""The head holds at most 1/8 of a small catalogue's films."""
RESAMPLES = 1000


def list_metrics(model: Model, shown: Rows, targets: Rows) -> tuple[float, ...]:
    """Return `LIST_METRICS` of one ranked list; tail recall is nan without tail targets."""
    tail = targets[long_tail(model)[targets]]
    return (
        ndcg(shown, targets, at=10),
        recall(shown, targets, at=20),
        reciprocal_rank(shown, targets, at=20),
        hit(shown, targets, at=20),
        recall(shown, tail, at=20) if len(tail) else np.nan,
    )


def mean_metrics(values: Values) -> Values:
    """Return the mean of each metric over all cases, ignoring nan; 0 if all values are nan.

    Parameters
    ----------
    values : ndarray of shape (n_cases, n_metrics)

    Returns
    -------
    ndarray of shape (n_metrics,)
    """
    known = ~np.isnan(values)
    sums = np.where(known, values, 0.0).sum(axis=0)
    averages: Values = sums / np.maximum(known.sum(axis=0), 1)
    return averages


def bootstrap_interval(values: Values, seed: int) -> tuple[Values, Values]:
    """Return the 95% bootstrap percentile interval of each metric's mean, resampling cases.

    Parameters
    ----------
    values : ndarray of shape (n_cases, n_metrics), nan where a case has no value

    Returns
    -------
    low, high : ndarrays of shape (n_metrics,)
    """
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, len(values), (RESAMPLES, len(values)))
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    counts = np.stack([np.bincount(sample, minlength=len(values)) for sample in samples])
    means = (counts @ filled) / np.maximum(counts @ known, 1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high


def recall(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return recall: the share of targets in the first ``at`` recommendations, 0 to 1."""
    return float(np.isin(targets, shown[:at]).mean())


def hit(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return the hit rate of one list: 1 if a target is in the first ``at`` films, else 0."""
    return float(np.isin(targets, shown[:at]).any())


def ndcg(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return the normalised discounted cumulative gain with binary gains, 0 to 1.

    Source: Järvelin & Kekäläinen (2002).
    """
    gains = np.isin(shown[:at], targets)
    discounts = 1.0 / np.log2(np.arange(at) + 2.0)
    ideal = discounts[: min(at, len(targets))].sum()
    return float((gains * discounts[: len(gains)]).sum() / ideal)


def reciprocal_rank(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return 1 / rank of the first target; 0 if no target is in the first ``at`` films."""
    ranks = np.flatnonzero(np.isin(shown[:at], targets)) + 1
    return float(1.0 / ranks[0]) if len(ranks) else 0.0


def long_tail(model: Model) -> npt.NDArray[np.bool_]:
    """Return a mask of the films in the long tail of popularity, shape (n_films,)."""
    tail = np.ones(model.n_films, np.bool_)
    head = min(HEAD_FILMS, model.n_films // HEAD_DIVISOR)
    tail[np.argsort(-model.votes, kind="stable")[:head]] = False
    return tail


def genre_diversity(model: Model, shown: Rows) -> float:
    """Return 1 minus the mean genre cosine of all pairs of listed films, 0 to 1."""
    return _diversity(genre_set_similarity(model, shown)[model.genre_set[shown]])


def people_diversity(model: Model, shown: Rows) -> float:
    """Return 1 minus the mean cast-and-crew cosine of all pairs of listed films, 0 to 1."""
    people = model.people.forward[shown]
    return _diversity((people @ people.T).toarray())


def novelty(model: Model, shown: Rows) -> float:
    """Return the mean of -log2(film's share of all votes); higher means less-known films."""
    share = model.votes[shown] / max(float(model.votes.sum()), 1.0)
    return float(-np.log2(np.maximum(share, 1e-12)).mean())


def _diversity(similarity: FloatArray) -> float:
    count = len(similarity)
    if count < 2:
        return 0.0
    mean = (float(similarity.sum()) - float(np.trace(similarity))) / (count * (count - 1))
    return 1.0 - mean
