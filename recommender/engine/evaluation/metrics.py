"""How good a list is: found targets, their places, and what the list is like."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.profile import Rows
from recommender.engine.terms import genre_set_similarity

LIST_METRICS = ("ndcg@10", "recall@20", "mrr", "hit@20", "tail recall@20")
NDCG, TAIL = 0, 4
"""Places of two of them."""
HEAD = 1000
"""Targets beyond this many most voted films are the long tail."""
SMALL_HEAD = 8
"""In a small catalogue, beyond one film of so many."""


def list_metrics(model: Model, shown: Rows, targets: Rows) -> tuple[float, ...]:
    """Return the measures `LIST_METRICS` of one list; nan for a tail that has no target."""
    tail = targets[long_tail(model)[targets]]
    return (
        ndcg(shown, targets, at=10),
        recall(shown, targets, at=20),
        reciprocal_rank(shown, targets, at=20),
        hit(shown, targets, at=20),
        recall(shown, tail, at=20) if len(tail) else np.nan,
    )


def mean_metrics(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the columns' means over the people who have a value; 0 when nobody has."""
    known = ~np.isnan(values)
    sums = np.where(known, values, 0.0).sum(axis=0)
    averages: npt.NDArray[np.float64] = sums / np.maximum(known.sum(axis=0), 1)
    return averages


def recall(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return the share of the targets among the first ``at`` shown, 0 to 1."""
    return float(np.isin(targets, shown[:at]).mean())


def hit(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return 1 when any target is among the first ``at`` shown, else 0."""
    return float(np.isin(targets, shown[:at]).any())


def ndcg(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return the normalised discounted cumulative gain with gains of 1, 0 to 1.

    Järvelin & Kekäläinen (2002). The ideal list has its targets first.
    """
    gains = np.isin(shown[:at], targets)
    discounts = 1.0 / np.log2(np.arange(at) + 2.0)
    ideal = discounts[: min(at, len(targets))].sum()
    return float((gains * discounts[: len(gains)]).sum() / ideal)


def reciprocal_rank(shown: Rows, targets: Rows, *, at: int) -> float:
    """Return 1 over the place of the first target among the first ``at``, 0 without one."""
    places = np.flatnonzero(np.isin(shown[:at], targets))
    return float(1.0 / (places[0] + 1)) if len(places) else 0.0


def long_tail(model: Model) -> np.ndarray:
    """Return which films are beyond the most voted, bool of shape (n_films,)."""
    tail = np.ones(model.n_films, np.bool_)
    head = min(HEAD, model.n_films // SMALL_HEAD)
    tail[np.argsort(-model.votes, kind="stable")[:head]] = False
    return tail


def genre_diversity(model: Model, shown: Rows) -> float:
    """Return 1 less the mean genre cosine of all pairs shown, 0 to 1."""
    alike = genre_set_similarity(model, shown)[model.genre_set[shown]]
    return _unlikeness(alike)


def people_diversity(model: Model, shown: Rows) -> float:
    """Return 1 less the mean people cosine of all pairs shown, 0 to 1."""
    forward = model.people.forward
    return _unlikeness((forward[shown] @ forward[shown].T).toarray())


def novelty(model: Model, shown: Rows) -> float:
    """Return the mean of -log2 of each film's share of all votes: higher is less known."""
    share = model.votes[shown] / max(float(model.votes.sum()), 1.0)
    return float(-np.log2(np.maximum(share, 1e-12)).mean())


def _unlikeness(alike: FloatArray) -> float:
    count = len(alike)
    if count < 2:
        return 0.0
    off_diagonal = (float(alike.sum()) - float(np.trace(alike))) / (count * (count - 1))
    return 1.0 - off_diagonal
