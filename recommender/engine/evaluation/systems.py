"""Registry of the systems under test: each is fitted on a split and returns ranked lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.engine.embedding import project_films
from recommender.engine.evaluation.baselines import (
    IMPLICIT_BASELINES,
    FitBaseline,
    fit_ease,
    fit_item_knn,
    is_installed,
)
from recommender.engine.evaluation.experiments import EXPERIMENTS
from recommender.engine.evaluation.recommend_functions import (
    RecommendFunction,
    recommend_by_likes,
    recommend_with,
)
from recommender.engine.evaluation.splits import Split
from recommender.engine.evaluation.term_regression import TrainingConfig
from recommender.engine.evaluation.tuning import tune
from recommender.engine.options import Dials
from recommender.engine.rankers import RANKERS
from recommender.engine.scoring import MarqueeRanker

System = Callable[[Split], RecommendFunction]


def _ranker(name: str) -> System:
    return lambda split: recommend_with(split.model, RANKERS[name])


def _baseline(fit: FitBaseline) -> System:
    return lambda split: recommend_by_likes(split.model, fit(split.model, split.likes()))


def _marquee(
    *,
    dials: Dials | None = None,
    embedded: bool = True,
    personalization: float = 1.0,
    hybrid: bool = False,
    people: int | None = None,
    tuned: bool = False,
) -> System:
    """Return a variant of Marquee; ``hybrid`` adds the co-likes of at most ``people`` people."""

    def fit(split: Split) -> RecommendFunction:
        config = TrainingConfig(personalization=personalization)
        if not embedded:
            config = TrainingConfig(dimensions=0, personalization=personalization)
        if tuned:
            config = tune(split, embedded=embedded, hybrid=hybrid)
        fitted = split.fit(config)
        likes = _sample_likes(split, people) if hybrid else None
        model = project_films(split.model, fitted.embedding, likes, voice=config.blend)
        return recommend_with(model, MarqueeRanker(fitted.weights), dials=dials)

    return fit


def _sample_likes(split: Split, people: int | None) -> pd.DataFrame:
    """Return the likes of a random sample of the training people; of all if None."""
    likes = split.likes()
    if people is None:
        return likes
    order = np.random.default_rng(split.seed).permutation(likes["person"].unique())
    sampled: pd.DataFrame = likes[likes["person"].isin(order[:people])]
    return sampled


STANDARD: Mapping[str, System] = MappingProxyType(
    {
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
        "marquee, no embedding": _marquee(embedded=False),
        "marquee, no embedding, as learned": _marquee(embedded=False, personalization=0.0),
        "hybrid": _marquee(hybrid=True),
    }
)
"""Systems of every evaluation, in the order of the table."""

NESTED: Mapping[str, System] = MappingProxyType(
    {
        "marquee, nested": _marquee(tuned=True),
        "marquee, no embedding, nested": _marquee(embedded=False, tuned=True),
        "hybrid, nested": _marquee(hybrid=True, tuned=True),
    }
)
"""Systems tuned on inner folds of each split."""

HYBRID_SIZES = (25, 50, 100, 200, 300)
"""Numbers of people for the hybrid; a training fold of MovieLens latest-small has 385."""

SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        **STANDARD,
        **{name: _baseline(fit) for name, fit in IMPLICIT_BASELINES.items()},
        **NESTED,
        **{f"hybrid, {n} people": _marquee(hybrid=True, people=n) for n in HYBRID_SIZES},
        **EXPERIMENTS,
    }
)
"""All systems by name."""


def default_systems(*, nested: bool) -> tuple[list[str], list[str]]:
    """Return the names of a default evaluation, and of baselines that are not installed.

    Parameters
    ----------
    nested : whether to add the tuned systems, which take ten times as long
    """
    installed = list(IMPLICIT_BASELINES) if is_installed("implicit") else []
    names = [*STANDARD, *installed, *(NESTED if nested else ())]
    return names, [name for name in IMPLICIT_BASELINES if name not in installed]
