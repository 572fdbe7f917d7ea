"""How a contender answers: a case in, the rows shown for it out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.choice import Candidates, Dials
from recommender.engine.evaluation.cases import Case
from recommender.engine.model import Model
from recommender.engine.rankers import MarqueeRanker, Ranker, Scores
from recommender.engine.ranking import order_films
from recommender.engine.rerank import rank_by_score
from recommender.engine.taste import Rows
from recommender.engine.weights import Calibration

SHOWN = 20

Answer = Callable[[Case], Rows]
"""A case -> the rows shown for it, best first."""


def answer_with(model: Model, ranker: Ranker, *, dials: Dials | None = None) -> Answer:
    """Return the answer of a ranker: the very list the product would show."""
    chosen = dials or Dials()

    def answer(case: Case) -> Rows:
        scores = ranker.score(model, case.taste(), chosen)
        return _ordered(model, case, scores, ranker, chosen)

    return answer


def answer_by_total(model: Model, score: Callable[[Case], FloatArray]) -> Answer:
    """Return the answer that Marquee's list would be if its scores were these."""

    def answer(case: Case) -> Rows:
        unsaid = Calibration(intercept=0.0, slope=1.0)
        scores = Scores(parts={}, total=score(case), calibration=unsaid)
        return _ordered(model, case, scores, MarqueeRanker(), Dials())

    return answer


def answer_plainly(model: Model, score: Callable[[Rows], np.ndarray]) -> Answer:
    """Return the answer of scores of the likes alone: the best first, nothing else done."""

    def answer(case: Case) -> Rows:
        allowed = model.years <= case.latest_year
        allowed[case.rated] = False
        return rank_by_score(score(case.likes).astype(np.float32), allowed, SHOWN)

    return answer


def _ordered(model: Model, case: Case, scores: Scores, ranker: Ranker, dials: Dials) -> Rows:
    allowed = Candidates(year_to=case.latest_year)
    return order_films(
        model, case.taste(), scores, ranker, top_n=SHOWN, dials=dials, filters=allowed
    ).rows
