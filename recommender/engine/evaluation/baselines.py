"""Collaborative-filtering baselines: rankers fitted on user-film likes only.

EASE and item k-NN are implemented here. ALS and BPR come from the library ``implicit``, which
``requirements-research.txt`` installs; Marquee runs without it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, csr_matrix

from recommender.engine.model import Model
from recommender.engine.profile import Rows
from recommender.errors import MarqueeError

Matrix = npt.NDArray[np.float64]
ScoreLikes = Callable[[Rows], Matrix]
"""Score function: takes the liked rows and returns scores of shape (n_films,).

A film without training likes has the score -inf."""
FitBaseline = Callable[[Model, pd.DataFrame], ScoreLikes]
"""Fit function: takes model and training likes (columns ``person, row``), returns `ScoreLikes`."""

EASE_REGULARISATION = 300.0
KNN_NEIGHBOURS = 50
KNN_SHRINKAGE = 20.0
MIN_LIKERS = 3
"""EASE and item k-NN exclude films with fewer training likes, which improves their metrics."""
SEED = 0
ALS = {"factors": 64, "regularization": 0.05, "alpha": 2.0, "iterations": 15}
BPR = {"factors": 64, "regularization": 0.01, "learning_rate": 0.05, "iterations": 200}
"""Parameters of BPR, untuned like those of ALS: defaults of ``implicit``, sizes for small data."""


def fit_ease(model: Model, likes: pd.DataFrame) -> ScoreLikes:
    """Fit the EASE baseline, an item-item regression in closed form (Steck, 2019)."""
    rows, gram = _count_pairs(model, likes)
    gram[np.diag_indices(len(gram))] += EASE_REGULARISATION
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices(len(gram))] = 0.0
    return _sum_rows(model, rows, weights)


def fit_item_knn(model: Model, likes: pd.DataFrame) -> ScoreLikes:
    """Fit the item k-NN baseline: shrunk co-like cosines of each film's 50 nearest neighbours."""
    rows, pairs = _count_pairs(model, likes)
    likers = np.diag(pairs)
    cosine = pairs / (np.sqrt(np.outer(likers, likers)) + KNN_SHRINKAGE)
    cosine[np.diag_indices(len(cosine))] = 0.0
    if len(cosine) > KNN_NEIGHBOURS:
        threshold = np.partition(cosine, -KNN_NEIGHBOURS, axis=1)[:, [-KNN_NEIGHBOURS]]
        cosine[cosine < threshold] = 0.0
    return _sum_rows(model, rows, cosine)


def fit_als(model: Model, likes: pd.DataFrame) -> ScoreLikes:
    """Fit the ALS baseline for implicit feedback (Hu, Koren & Volinsky, 2008).

    The factors of a test user are computed from the profile (fold-in).
    """
    module = _import_implicit("implicit.als")
    fitted = module.AlternatingLeastSquares(**ALS, random_state=SEED, num_threads=1)
    matrix = _like_matrix(model, likes)
    fitted.fit(matrix, show_progress=False)

    def score(likes: Rows) -> Matrix:
        ones = np.ones(len(likes), np.float32)
        position = (np.zeros(len(likes), np.int64), likes)
        profile = csr_matrix((ones, position), shape=(1, model.n_films))
        person = fitted.recalculate_user(0, profile)
        return np.asarray(fitted.item_factors @ person, np.float64)

    return _mask_unliked(matrix, score)


def fit_bpr(model: Model, likes: pd.DataFrame) -> ScoreLikes:
    """Fit the BPR baseline, Bayesian personalised ranking (Rendle et al., 2009).

    BPR cannot fold in a new user, so the user factors are the mean of the profile's item factors.
    The last factor is the item bias and keeps weight 1.
    """
    module = _import_implicit("implicit.bpr")
    fitted = module.BayesianPersonalizedRanking(**BPR, random_state=SEED, num_threads=1)
    matrix = _like_matrix(model, likes)
    fitted.fit(matrix, show_progress=False)
    factors = np.asarray(fitted.item_factors, np.float64)

    def score(likes: Rows) -> Matrix:
        person = factors[likes].mean(axis=0)
        person[-1] = 1.0
        scores: Matrix = factors @ person
        return scores

    return _mask_unliked(matrix, score)


IMPLICIT_BASELINES: dict[str, FitBaseline] = {
    "implicit-als": fit_als,
    "implicit-bpr": fit_bpr,
}


def is_implicit_installed() -> bool:
    """Return whether the library ``implicit`` can be imported."""
    return find_spec("implicit") is not None


def _import_implicit(module: str) -> Any:
    """Import a module of ``implicit``; raise `MarqueeError` if the library is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MarqueeError(
            "implicit is not installed and this system needs it: "
            "pip install -r requirements-research.txt"
        ) from error


def _like_matrix(model: Model, likes: pd.DataFrame) -> csr_matrix:
    """Return the binary user-film matrix of likes, shape (n_users, n_films)."""
    person, people = pd.factorize(likes["person"], sort=True)
    ones = np.ones(len(likes), np.float32)
    return csr_matrix((ones, (person, likes["row"])), shape=(len(people), model.n_films))


def _count_pairs(model: Model, likes: pd.DataFrame) -> tuple[Rows, Matrix]:
    """Return the films with at least `MIN_LIKERS` likes, and their matrix of co-like counts."""
    matrix = _like_matrix(model, likes)
    likers = np.bincount(matrix.indices, minlength=model.n_films)
    rows = np.flatnonzero(likers >= MIN_LIKERS)
    kept = csr_array(matrix[:, rows], dtype=np.float64)
    return rows, (kept.T @ kept).toarray()


def _sum_rows(model: Model, rows: Rows, weights: Matrix) -> ScoreLikes:
    """Return a score function that sums the liked films' rows of an item-item matrix.

    Parameters
    ----------
    rows : films of the matrix, shape (n_kept,)
    weights : ndarray of shape (n_kept, n_kept)
    """
    position = np.full(model.n_films, -1)
    position[rows] = np.arange(len(rows))

    def score(likes: Rows) -> Matrix:
        known = position[likes]
        scores = np.full(model.n_films, -np.inf)
        scores[rows] = weights[known[known >= 0]].sum(axis=0)
        return scores

    return score


def _mask_unliked(matrix: csr_matrix, score: ScoreLikes) -> ScoreLikes:
    """Set the scores of films without training likes to -inf."""
    unliked = np.bincount(matrix.indices, minlength=matrix.shape[1]) == 0

    def masked(likes: Rows) -> Matrix:
        return np.where(unliked, -np.inf, score(likes))

    return masked
