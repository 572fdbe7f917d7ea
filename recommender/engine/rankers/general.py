"""Rankings that are the same for everybody: the yardsticks, and what a newcomer sees."""

from __future__ import annotations

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.rankers.scores import Scores
from recommender.engine.weights import Calibration

TREND_YEARS = 4.0
"""A film this much older than the catalogue's newest counts 1/e as recent."""
TREND_VOTES, TREND_RATING, RATING_SLOPE = 4.0, 6.5, 0.5


class PopularityRanker:
    """Most voted first."""

    reranked = False

    def score(self, model: Model, taste: ProfileRows, dials: Dials) -> Scores:
        """Return log10 of the votes."""
        return Scores.of({"votes": model.log_votes}, Calibration(intercept=-6.0, slope=1.2))


class WeightedRatingRanker:
    """Best rated first, few votes pulled to the mean."""

    reranked = False

    def score(self, model: Model, taste: ProfileRows, dials: Dials) -> Scores:
        """Return the weighted rating."""
        return Scores.of({"rating": model.weighted}, Calibration(intercept=-6.0, slope=0.9))


class TrendingRanker:
    """Well known, well rated and recent: what someone without likes is shown."""

    reranked = True

    def score(self, model: Model, taste: ProfileRows, dials: Dials) -> Scores:
        """Return votes, rating and recency together; recency is told from the newest year."""
        return Scores.of(
            {
                "votes": model.log_votes - np.float32(TREND_VOTES),
                "rating": (model.weighted - np.float32(TREND_RATING)) * np.float32(RATING_SLOPE),
                "recency": recency(model, model.years),
            },
            Calibration(intercept=-1.5, slope=0.4),
        )


def recency(model: Model, years: IntArray) -> FloatArray:
    """Return what being of these years adds to a film's place among what is talked about."""
    age = np.maximum(model.newest_year - years.astype(np.float32), 0.0)
    recent: FloatArray = np.float32(4.0) * np.exp(-age / np.float32(TREND_YEARS))
    return recent
