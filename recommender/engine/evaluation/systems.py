"""Everything that can be evaluated: learn from some people, then recommend for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.engine.embedding import project_films
from recommender.engine.evaluation.baselines import ScoreLikes, fit_ease, fit_item_knn
from recommender.engine.evaluation.experiments import EXPERIMENTS
from recommender.engine.evaluation.implicit_baselines import LIBRARIES, is_installed
from recommender.engine.evaluation.recommend_functions import (
    RecommendFunction,
    recommend_from_likes,
    recommend_with,
)
from recommender.engine.evaluation.splits import Split
from recommender.engine.evaluation.training_config import TrainingConfig
from recommender.engine.evaluation.tuning import tune
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.rankers import RANKERS, MarqueeRanker

System = Callable[[Split], RecommendFunction]


def _fixed(name: str) -> System:
    return lambda split: recommend_with(split.model, RANKERS[name])


def _marquee(
    *,
    dials: Dials | None = None,
    embedded: bool = True,
    lean: float = 1.0,
    hybrid: bool = False,
    community: int | None = None,
    nested: bool = False,
) -> System:
    def contend(split: Split) -> RecommendFunction:
        config = TrainingConfig(lean=lean) if embedded else TrainingConfig(dimensions=0, lean=lean)
        if nested:
            config = tune(split, embedded=embedded, hybrid=hybrid)
        learned = split.learned(config)
        liked = _heard(split, community) if hybrid else None
        placed = project_films(split.model, learned.embedding, liked, voice=config.voice)
        return recommend_with(placed, MarqueeRanker(learned.weights), dials=dials)

    return contend


def _heard(split: Split, people: int | None) -> pd.DataFrame:
    """Return the likes of so many of the split's people, chosen at random; of all when None."""
    liked = split.liked()
    if people is None:
        return liked
    order = np.random.default_rng(split.seed).permutation(liked["person"].unique())
    chosen: pd.DataFrame = liked[liked["person"].isin(order[:people])]
    return chosen


def _baseline(fit: Callable[[Model, pd.DataFrame], ScoreLikes]) -> System:
    return lambda split: recommend_from_likes(split.model, fit(split.model, split.liked()))


PLAIN: Mapping[str, System] = MappingProxyType(
    {
        "popularity": _fixed("popularity"),
        "weighted-rating": _fixed("weighted-rating"),
        "seed-single": _fixed("seed-single"),
        "seed-profile": _fixed("seed-profile"),
        "item-knn": _baseline(fit_item_knn),
        "ease": _baseline(fit_ease),
        "marquee": _marquee(),
        "marquee, most popular": _marquee(dials=Dials(hidden_gems=0.0)),
        "marquee, hidden gems": _marquee(dials=Dials(hidden_gems=1.0)),
        "marquee, as scored": _marquee(dials=Dials(diversity=0.0)),
        "marquee, no embedding": _marquee(embedded=False),
        "marquee, no embedding, as learned": _marquee(embedded=False, lean=0.0),
        "hybrid": _marquee(hybrid=True),
    }
)
"""What any evaluation asks, in the order of the table."""

NESTED: Mapping[str, System] = MappingProxyType(
    {
        "marquee, nested": _marquee(nested=True),
        "marquee, no embedding, nested": _marquee(embedded=False, nested=True),
        "hybrid, nested": _marquee(hybrid=True, nested=True),
    }
)
"""The same with settings chosen anew on inner folds of each split."""

SIZES = (25, 50, 100, 200, 300)
"""Communities to measure the hybrid with; a fold of MovieLens latest-small leaves 385 people."""

SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        **PLAIN,
        **{name: _baseline(fit) for name, fit in LIBRARIES.items()},
        **NESTED,
        **{f"hybrid, {n} people": _marquee(hybrid=True, community=n) for n in SIZES},
        **EXPERIMENTS,
    }
)
"""Everything that can be asked by name."""


def default_systems(*, nested: bool) -> tuple[list[str], list[str]]:
    """Return what an evaluation asks unless told otherwise, and what it cannot for want of it.

    Parameters
    ----------
    nested
        Whether settings are also chosen anew on inner folds, which takes its time.
    """
    libraries = list(LIBRARIES)
    there = libraries if is_installed("implicit") else []
    names = [*PLAIN, *there, *(NESTED if nested else ())]
    return names, [name for name in libraries if name not in there]
