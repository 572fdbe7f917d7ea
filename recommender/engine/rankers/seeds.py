"""The recipe this project grew from, kept as a yardstick: gate by content, then re-score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.rankers.scores import Scores
from recommender.engine.weights import Calibration

CONTENT, RATING, RECENCY = 0.60, 0.25, 0.15
PEOPLE, GENRE = 0.75, 0.25
GATE = 500
RECENCY_YEARS = 20.0
"""A film this much older than the catalogue's newest counts 1/e as recent."""


@dataclass(frozen=True, slots=True)
class SeedRanker:
    """0.60 content, 0.25 weighted rating, 0.15 recency over the 500 films nearest in content.

    ``latest_only`` looks at the latest like alone; otherwise at the mean vector of all likes.
    """

    latest_only: bool
    reranked: bool = False

    def score(self, model: Model, taste: ProfileRows, dials: Dials) -> Scores:
        """Return the recipe's score; films outside the gate get -inf."""
        rows = taste.likes[:1] if self.latest_only else taste.likes
        people = np.zeros(model.n_films, np.float32)
        genre = np.zeros(model.n_films, np.float32)
        if len(rows):
            dots = model.people.similarity_to(rows).sum(axis=0)
            people = _cosine_to_mean(dots, model.people.forward[rows])
            liked = model.genre_sets[model.genre_set[rows]]
            by_set = _cosine_to_mean(model.genre_sets @ liked.sum(axis=0), liked)
            genre = by_set[model.genre_set]
        age = np.maximum(model.newest_year - model.years.astype(np.float32), 0.0)
        parts = {
            "people": np.float32(CONTENT * PEOPLE) * people,
            "genre": np.float32(CONTENT * GENRE) * genre,
            "rating": np.float32(RATING / 10.0) * model.weighted,
            "recency": np.float32(RECENCY) * np.exp(-age / np.float32(RECENCY_YEARS)),
        }
        scores = Scores.of(parts, Calibration(intercept=-3.0, slope=6.0))
        allowed = np.ones(model.n_films, np.bool_)
        allowed[taste.excluded] = False
        content = np.where(allowed, parts["people"] + parts["genre"], -1.0)
        if model.n_films > GATE:
            outside = np.argsort(-content, kind="stable")[GATE:]
            scores.total[outside] = -np.inf
        return scores


def _cosine_to_mean(dots: FloatArray, vectors: csr_array) -> FloatArray:
    """Return cosines with the sum of vectors, from every film's summed products with them."""
    length = float(np.linalg.norm(np.asarray(vectors.sum(axis=0))))
    cosines = np.asarray(dots, np.float32).ravel()
    return cosines / np.float32(length) if length > 0 else cosines
