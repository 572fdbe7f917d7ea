"""Functions from a test case to the ranked list a system recommends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.evaluation.baselines import ScoreLikes
from recommender.engine.evaluation.cases import Case
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.pipeline import order_films
from recommender.engine.profile import Rows
from recommender.engine.rerank import rank_by_score
from recommender.engine.scoring import MarqueeRanker, Ranker, Scores
from recommender.engine.weights import Calibration

LIST_LENGTH = 20

RecommendFunction = Callable[[Case], Rows]
"""A case -> the recommended rows, best first."""


def recommend_with(
    model: Model, ranker: Ranker, *, dials: Dials | None = None
) -> RecommendFunction:
    """Return a function that ranks with a ranker and re-ranks as the product does."""
    chosen = dials or Dials()

    def recommend(case: Case) -> Rows:
        scores = ranker.score(model, case.profile(), chosen)
        return _order(model, case, scores, ranker, chosen)

    return recommend


def recommend_by_score(model: Model, score: Callable[[Case], FloatArray]) -> RecommendFunction:
    """Return a function that re-ranks these scores as the product does.

    Parameters
    ----------
    score : a case -> scores of all films, shape (n_films,)
    """
    uncalibrated = Calibration(intercept=0.0, slope=1.0)

    def recommend(case: Case) -> Rows:
        scores = Scores(parts={}, total=score(case), calibration=uncalibrated)
        return _order(model, case, scores, MarqueeRanker(), Dials())

    return recommend


def recommend_by_likes(model: Model, score: ScoreLikes) -> RecommendFunction:
    """Return a function that ranks by scores of the likes, without re-ranking."""

    def recommend(case: Case) -> Rows:
        allowed = model.years <= case.latest_year
        allowed[case.rated] = False
        return rank_by_score(score(case.likes).astype(np.float32), allowed, LIST_LENGTH)

    return recommend


def _order(model: Model, case: Case, scores: Scores, ranker: Ranker, dials: Dials) -> Rows:
    filters = ItemFilter(year_to=case.latest_year)
    return order_films(
        model, case.profile(), scores, ranker, top_n=LIST_LENGTH, dials=dials, filters=filters
    ).rows
