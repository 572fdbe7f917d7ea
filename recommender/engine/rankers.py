"""Rankers by name: Marquee's own and the baselines it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.scoring import MarqueeRanker, Ranker, Scores
from recommender.engine.weights import Calibration

CONTENT, RATING, RECENCY = 0.60, 0.25, 0.15
PEOPLE, GENRE = 0.75, 0.25
GATE = 500
RECENCY_YEARS = 20.0
"""Age in years at which a film is 1/e as recent as the newest of the catalogue."""


class PopularityRanker:
    """Baseline: most votes first."""

    reranked = False

    def score(self, model: Model, profile: ProfileRows, dials: Dials) -> Scores:
        """Return log10 of the votes."""
        return Scores.of({"popularity": model.log_votes}, Calibration(intercept=-6.0, slope=1.2))


class WeightedRatingRanker:
    """Baseline: best weighted rating first."""

    reranked = False

    def score(self, model: Model, profile: ProfileRows, dials: Dials) -> Scores:
        """Return the weighted rating."""
        return Scores.of({"rating": model.weighted}, Calibration(intercept=-6.0, slope=0.9))


@dataclass(frozen=True, slots=True)
class ContentBaseline:
    """Baseline: 0.60 content, 0.25 rating, 0.15 recency over the 500 nearest films in content.

    ``latest_only`` compares with the latest like, otherwise with the mean vector of all likes.
    """

    latest_only: bool
    reranked: bool = False

    def score(self, model: Model, profile: ProfileRows, dials: Dials) -> Scores:
        """Return the scores; films outside the 500 nearest get -inf."""
        rows = profile.likes[:1] if self.latest_only else profile.likes
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
        allowed[profile.excluded] = False
        content = np.where(allowed, parts["people"] + parts["genre"], -1.0)
        if model.n_films > GATE:
            outside = np.argsort(-content, kind="stable")[GATE:]
            scores.total[outside] = -np.inf
        return scores


def _cosine_to_mean(dots: FloatArray, vectors: csr_array) -> FloatArray:
    """Return cosines with the sum of vectors, from each film's summed products with them."""
    length = float(np.linalg.norm(np.asarray(vectors.sum(axis=0))))
    cosines = np.asarray(dots, np.float32).ravel()
    return cosines / np.float32(length) if length > 0 else cosines


RANKERS: Mapping[str, Ranker] = MappingProxyType(
    {
        "marquee": MarqueeRanker(),
        "seed-single": ContentBaseline(latest_only=True),
        "seed-profile": ContentBaseline(latest_only=False),
        "popularity": PopularityRanker(),
        "weighted-rating": WeightedRatingRanker(),
    }
)


def find_ranker(name: str) -> Ranker:
    """Return the ranker of this name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in RANKERS:
        raise ValueError(f"There is no ranker {name!r}; choose from {', '.join(RANKERS)}.")
    return RANKERS[name]
