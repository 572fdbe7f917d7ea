"""Everything that can be evaluated: learn from some people, then answer for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.engine.choice import Dials
from recommender.engine.embedding import place_films
from recommender.engine.evaluation.answers import Answer, answer_plainly, answer_with
from recommender.engine.evaluation.lessons import Lesson
from recommender.engine.evaluation.libraries import LIBRARIES, is_installed
from recommender.engine.evaluation.recipe import Recipe
from recommender.engine.evaluation.search import choose_recipe
from recommender.engine.evaluation.trials import TRIALS
from recommender.engine.evaluation.yardsticks import ScoreLikes, fit_ease, fit_item_knn
from recommender.engine.model import Model
from recommender.engine.rankers import RANKERS, MarqueeRanker

Contender = Callable[[Lesson], Answer]


def _fixed(name: str) -> Contender:
    return lambda lesson: answer_with(lesson.model, RANKERS[name])


def _marquee(
    *,
    dials: Dials | None = None,
    embedded: bool = True,
    lean: float = 1.0,
    hybrid: bool = False,
    community: int | None = None,
    nested: bool = False,
) -> Contender:
    def contend(lesson: Lesson) -> Answer:
        recipe = Recipe(lean=lean) if embedded else Recipe(dimensions=0, lean=lean)
        if nested:
            recipe = choose_recipe(lesson, embedded=embedded, hybrid=hybrid)
        learned = lesson.learned(recipe)
        liked = _heard(lesson, community) if hybrid else None
        placed = place_films(lesson.model, learned.embedding, liked, voice=recipe.voice)
        return answer_with(placed, MarqueeRanker(learned.weights), dials=dials)

    return contend


def _heard(lesson: Lesson, people: int | None) -> pd.DataFrame:
    """Return the likes of so many of the lesson's people, chosen at random; of all when None."""
    liked = lesson.liked()
    if people is None:
        return liked
    order = np.random.default_rng(lesson.seed).permutation(liked["person"].unique())
    chosen: pd.DataFrame = liked[liked["person"].isin(order[:people])]
    return chosen


def _yardstick(fit: Callable[[Model, pd.DataFrame], ScoreLikes]) -> Contender:
    return lambda lesson: answer_plainly(lesson.model, fit(lesson.model, lesson.liked()))


PLAIN: Mapping[str, Contender] = MappingProxyType(
    {
        "popularity": _fixed("popularity"),
        "weighted-rating": _fixed("weighted-rating"),
        "seed-single": _fixed("seed-single"),
        "seed-profile": _fixed("seed-profile"),
        "item-knn": _yardstick(fit_item_knn),
        "ease": _yardstick(fit_ease),
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

NESTED: Mapping[str, Contender] = MappingProxyType(
    {
        "marquee, nested": _marquee(nested=True),
        "marquee, no embedding, nested": _marquee(embedded=False, nested=True),
        "hybrid, nested": _marquee(hybrid=True, nested=True),
    }
)
"""The same with settings chosen anew on inner folds of each lesson."""

SIZES = (25, 50, 100, 200, 300)
"""Communities to measure the hybrid with; a fold of MovieLens latest-small leaves 385 people."""

CONTENDERS: Mapping[str, Contender] = MappingProxyType(
    {
        **PLAIN,
        **{name: _yardstick(fit) for name, fit in LIBRARIES.items()},
        **NESTED,
        **{f"hybrid, {n} people": _marquee(hybrid=True, community=n) for n in SIZES},
        **TRIALS,
    }
)
"""Everything that can be asked by name."""


def usual_contenders(*, nested: bool) -> tuple[list[str], list[str]]:
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
