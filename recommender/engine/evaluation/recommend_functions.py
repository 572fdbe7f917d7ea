"""How a system answers: a case in, the rows shown for it out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.evaluation.cases import Case
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.pipeline import order_films
from recommender.engine.profile import Rows
from recommender.engine.rankers import MarqueeRanker, Ranker, Scores
from recommender.engine.rerank import rank_by_score
from recommender.engine.weights import Calibration

SHOWN = 20

RecommendFunction = Callable[[Case], Rows]
"""A case -> the rows shown for it, best first."""


def recommend_with(
    model: Model, ranker: Ranker, *, dials: Dials | None = None
) -> RecommendFunction:
    """Return the recommend of a ranker: the very list the product would show."""
    chosen = dials or Dials()

    def recommend(case: Case) -> Rows:
        scores = ranker.score(model, case.taste(), chosen)
        return _ordered(model, case, scores, ranker, chosen)

    return recommend


def recommend_by_score(model: Model, score: Callable[[Case], FloatArray]) -> RecommendFunction:
    """Return the recommend that Marquee's list would be if its scores were these."""

    def recommend(case: Case) -> Rows:
        unsaid = Calibration(intercept=0.0, slope=1.0)
        scores = Scores(parts={}, total=score(case), calibration=unsaid)
        return _ordered(model, case, scores, MarqueeRanker(), Dials())

    return recommend


def recommend_from_likes(model: Model, score: Callable[[Rows], np.ndarray]) -> RecommendFunction:
    """Return the recommend of scores of the likes alone: the best first, nothing else done."""

    def recommend(case: Case) -> Rows:
        allowed = model.years <= case.latest_year
        allowed[case.rated] = False
        return rank_by_score(score(case.likes).astype(np.float32), allowed, SHOWN)

    return recommend


def _ordered(model: Model, case: Case, scores: Scores, ranker: Ranker, dials: Dials) -> Rows:
    allowed = ItemFilter(year_to=case.latest_year)
    return order_films(
        model, case.taste(), scores, ranker, top_n=SHOWN, dials=dials, filters=allowed
    ).rows
