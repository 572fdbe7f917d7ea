"""Baselines from well-kept libraries: for development, named as missing where they are.

``requirements-research.txt`` installs them. None of them is needed to run Marquee.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, csr_matrix

from recommender.engine.evaluation.baselines import ScoreLikes
from recommender.engine.model import Model
from recommender.engine.profile import Rows
from recommender.errors import MarqueeError

SEED = 0
ALS = {"factors": 64, "regularization": 0.05, "alpha": 2.0, "iterations": 15}
BPR = {"factors": 64, "regularization": 0.01, "learning_rate": 0.05, "iterations": 200}
KNN = {"K": 50}
"""Each library's own defaults, but for sizes usual on data this small; nothing was searched."""


def is_installed(package: str) -> bool:
    """Return whether a research package can be imported."""
    return find_spec(package) is not None


def load(module: str) -> Any:
    """Return a module of a research package.

    Raises
    ------
    MarqueeError
        If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MarqueeError(
            f"{module.partition('.')[0]} is not installed, which this way of recommending needs: "
            "pip install -r requirements-research.txt"
        ) from error


def fit_als(model: Model, liked: pd.DataFrame) -> ScoreLikes:
    """Return implicit's alternating least squares (Hu, Koren & Volinsky, 2008).

    People who are asked were not there: their factors are worked out from their likes.
    """
    module = load("implicit.als")
    fitted = module.AlternatingLeastSquares(**ALS, random_state=SEED, num_threads=1)
    matrix = _matrix(model, liked)
    fitted.fit(matrix, show_progress=False)

    def score(likes: Rows) -> npt.NDArray[np.float64]:
        person = fitted.recalculate_user(0, _row(model, likes))
        return np.asarray(fitted.item_factors @ person, np.float64)

    return _seen_only(matrix, score)


def fit_bpr(model: Model, liked: pd.DataFrame) -> ScoreLikes:
    """Return implicit's Bayesian personalised ranking (Rendle et al., 2009).

    It knows no way to place a person it has not seen; the mean of the likes' factors stands in,
    with the films' own weight, which it keeps in the last factor, whole.
    """
    module = load("implicit.bpr")
    fitted = module.BayesianPersonalizedRanking(**BPR, random_state=SEED, num_threads=1)
    matrix = _matrix(model, liked)
    fitted.fit(matrix, show_progress=False)
    factors = np.asarray(fitted.item_factors, np.float64)

    def score(likes: Rows) -> npt.NDArray[np.float64]:
        person = factors[likes].mean(axis=0)
        person[-1] = 1.0
        scores: npt.NDArray[np.float64] = factors @ person
        return scores

    return _seen_only(matrix, score)


def fit_cosine(model: Model, liked: pd.DataFrame) -> ScoreLikes:
    """Return implicit's item neighbours by cosine, which knows no shrinkage."""
    fitted = load("implicit.nearest_neighbours").CosineRecommender(**KNN, num_threads=1)
    matrix = _matrix(model, liked)
    with warnings.catch_warnings():
        # The library warns of a conversion that is its own.
        warnings.filterwarnings("ignore", message="Method expects CSR input")
        fitted.fit(matrix, show_progress=False)
    neighbours = csr_array(fitted.similarity)

    def score(likes: Rows) -> npt.NDArray[np.float64]:
        return np.asarray(neighbours[likes].sum(axis=0), np.float64).ravel()

    return _seen_only(matrix, score)


LIBRARIES: dict[str, Callable[[Model, pd.DataFrame], ScoreLikes]] = {
    "implicit-als": fit_als,
    "implicit-bpr": fit_bpr,
    "implicit-cosine": fit_cosine,
}


def _seen_only(matrix: csr_matrix, score: ScoreLikes) -> ScoreLikes:
    """Return the scores with -inf for films nobody liked in training, as of every baseline."""
    unseen = np.bincount(matrix.indices, minlength=matrix.shape[1]) == 0

    def scored(likes: Rows) -> npt.NDArray[np.float64]:
        return np.where(unseen, -np.inf, score(likes))

    return scored


def _matrix(model: Model, liked: pd.DataFrame) -> csr_matrix:
    person, people = pd.factorize(liked["person"], sort=True)
    ones = np.ones(len(liked), np.float32)
    return csr_matrix((ones, (person, liked["row"])), shape=(len(people), model.n_films))


def _row(model: Model, likes: Rows) -> csr_matrix:
    ones = np.ones(len(likes), np.float32)
    return csr_matrix((ones, (np.zeros(len(likes), np.int64), likes)), shape=(1, model.n_films))
