"""Registry of the evaluated systems; each is fitted on a split and returns ranked lists."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.engine.embedding import project_films
from recommender.engine.evaluation.baselines import (
    IMPLICIT_BASELINES,
    FitBaseline,
    fit_ease,
    fit_item_knn,
    is_implicit_installed,
)
from recommender.engine.evaluation.cases import (
    LIST_LENGTH,
    Case,
    RecommendFunction,
    recommend_with,
)
from recommender.engine.evaluation.splits import Split
from recommender.engine.evaluation.term_regression import TrainingConfig
from recommender.engine.evaluation.tuning import tune
from recommender.engine.options import Dials
from recommender.engine.profile import Rows
from recommender.engine.rankers import RANKERS
from recommender.engine.rerank import rank_by_score
from recommender.engine.scoring import MarqueeRanker

System = Callable[[Split], RecommendFunction]


def _ranker(name: str) -> System:
    return lambda split: recommend_with(split.model, RANKERS[name])


def _baseline(fit: FitBaseline) -> System:
    """Return a system that ranks films by a baseline's scores, without re-ranking."""

    def fit_split(split: Split) -> RecommendFunction:
        model = split.model
        score = fit(model, split.likes())

        def recommend(case: Case) -> Rows:
            allowed = model.years <= case.latest_year
            allowed[case.rated] = False
            return rank_by_score(score(case.likes).astype(np.float32), allowed, LIST_LENGTH)

        return recommend

    return fit_split


def _marquee(
    config: TrainingConfig | None = None,
    *,
    dials: Dials | None = None,
    hybrid: bool = False,
    tuned: bool = False,
) -> System:
    """Return a variant of Marquee as a system; ``hybrid`` adds the training users' co-likes."""
    chosen = config or TrainingConfig()

    def fit(split: Split) -> RecommendFunction:
        used = tune(split, hybrid=hybrid) if tuned else chosen
        fitted = split.fit(used)
        likes = split.likes() if hybrid else None
        model = project_films(split.model, fitted.embedding, likes, blend=used.blend)
        return recommend_with(model, MarqueeRanker(fitted.weights), dials=dials)

    return fit


STANDARD: dict[str, System] = {
    "popularity": _ranker("popularity"),
    "weighted-rating": _ranker("weighted-rating"),
    "seed-single": _ranker("seed-single"),
    "seed-profile": _ranker("seed-profile"),
    "item-knn": _baseline(fit_item_knn),
    "ease": _baseline(fit_ease),
    "marquee": _marquee(),
    "marquee, most popular": _marquee(dials=Dials(hidden_gems=0.0)),
    "marquee, hidden gems": _marquee(dials=Dials(hidden_gems=1.0)),
    "marquee, as scored": _marquee(dials=Dials(diversity=0.0)),
    "marquee, no embedding": _marquee(TrainingConfig(dimensions=0)),
    "hybrid": _marquee(hybrid=True),
}
"""Systems tested in every evaluation, in the order of the result table."""

NESTED: dict[str, System] = {
    "marquee, nested": _marquee(tuned=True),
    "hybrid, nested": _marquee(hybrid=True, tuned=True),
}
"""Systems with settings tuned on the inner folds of each split (nested cross-validation)."""

SYSTEMS: dict[str, System] = {
    **STANDARD,
    **{name: _baseline(fit) for name, fit in IMPLICIT_BASELINES.items()},
    **NESTED,
}
"""All systems that can be evaluated, by name."""


def default_systems(*, nested: bool) -> tuple[list[str], list[str]]:
    """Return the names of the default systems, and of the baselines that are not installed.

    Parameters
    ----------
    nested : whether to add the tuned systems, which take ten times as long
    """
    installed = list(IMPLICIT_BASELINES) if is_implicit_installed() else []
    names = [*STANDARD, *installed, *(NESTED if nested else ())]
    return names, [name for name in IMPLICIT_BASELINES if name not in installed]
