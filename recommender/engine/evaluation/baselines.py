"""What Marquee is measured beside: rankers that know other people's ratings and no films."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from recommender.engine.model import Model
from recommender.engine.profile import Rows

ScoreLikes = Callable[[Rows], npt.NDArray[np.float64]]
"""Likes -> a score for every film, shape (n_films,); -inf for a film never seen in training."""

EASE_REGULARISATION = 300.0
KNN_NEIGHBOURS = 50
KNN_SHRINKAGE = 20.0
FEWEST_LIKERS = 3
"""Films with fewer likers in training are left out, which helps these rankers."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """The films enough people like, and how many people like each pair of them."""

    rows: Rows
    together: npt.NDArray[np.float64]
    n_films: int

    @classmethod
    def of(cls, model: Model, liked: pd.DataFrame) -> _Counted:
        person, people = pd.factorize(liked["person"], sort=True)
        row = liked["row"].to_numpy()
        shape = (len(people), model.n_films)
        matrix = csr_array((np.ones(len(row)), (person, row)), shape=shape)
        rows = np.flatnonzero(np.bincount(row, minlength=model.n_films) >= FEWEST_LIKERS)
        kept = csr_array(matrix[:, rows])
        return cls(rows, (kept.T @ kept).toarray(), model.n_films)

    def spread(self, weights: npt.NDArray[np.float64]) -> ScoreLikes:
        """Return the ranker that adds up the likes' rows of an item x item matrix."""
        place = np.full(self.n_films, -1)
        place[self.rows] = np.arange(len(self.rows))

        def score(likes: Rows) -> npt.NDArray[np.float64]:
            known = place[likes]
            scores = np.full(self.n_films, -np.inf)
            scores[self.rows] = weights[known[known >= 0]].sum(axis=0)
            return scores

        return score


def fit_ease(model: Model, liked: pd.DataFrame) -> ScoreLikes:
    """Return EASE (Steck, 2019): the item x item regression in closed form."""
    counted = _Counted.of(model, liked)
    gram = counted.together.copy()
    gram[np.diag_indices(len(gram))] += EASE_REGULARISATION
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices(len(gram))] = 0.0
    return counted.spread(weights)


def fit_item_knn(model: Model, liked: pd.DataFrame) -> ScoreLikes:
    """Return item neighbours: shrunk cosine of who likes what, the 50 nearest of each film."""
    counted = _Counted.of(model, liked)
    likers = np.diag(counted.together)
    cosine = counted.together / (np.sqrt(np.outer(likers, likers)) + KNN_SHRINKAGE)
    cosine[np.diag_indices(len(cosine))] = 0.0
    if len(cosine) > KNN_NEIGHBOURS:
        edge = np.partition(cosine, -KNN_NEIGHBOURS, axis=1)[:, [-KNN_NEIGHBOURS]]
        cosine[cosine < edge] = 0.0
    return counted.spread(cosine)
