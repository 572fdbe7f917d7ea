"""Choose settings on inner folds: by people who teach, never by people who are asked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.engine.embedding import place_films
from recommender.engine.evaluation import measures
from recommender.engine.evaluation.answers import answer_with
from recommender.engine.evaluation.cases import Case
from recommender.engine.evaluation.lessons import Lesson, split_folds
from recommender.engine.evaluation.recipe import Recipe
from recommender.engine.rankers import RANKERS, MarqueeRanker

INNER_FOLDS = 3
Steps = Sequence[tuple[str, Sequence[float]]]

LEAN: Steps = (("lean", (0.0, 0.5, 1.0, 1.5)),)
CONTENT: Steps = (("dimensions", (16, 32, 64)), ("ridge", (1.25, 5.0, 20.0, 80.0)), *LEAN)
VOICE: Steps = (
    ("people", (50.0, 200.0, 800.0)),
    ("likers", (2.0, 5.0, 20.0)),
    ("louder", (0.0, 1.0, 2.0)),
)
"""What may be chosen, one setting after the other, each with the best of those before it."""


def choose_recipe(lesson: Lesson, *, embedded: bool = True, hybrid: bool = False) -> Recipe:
    """Return the recipe that serves people best whom the lesson's inner folds left out.

    The best has the highest NDCG@10 among those that find at least as much of the long tail as
    the mean profile of the seed does, as the product promises; where none does, it is the one
    that finds most of it.

    Parameters
    ----------
    lesson
        Whose people are dealt into inner folds; nobody else is looked at.
    embedded
        Whether there is an embedding whose settings are to be chosen.
    hybrid
        Whether other people's likes join, and how much they say is to be chosen too.
    """
    search = _Search.of(lesson)
    start = Recipe() if embedded else Recipe(dimensions=0)
    steps = [(name, values, False) for name, values in (CONTENT if embedded else LEAN)]
    steps += [(name, values, True) for name, values in (VOICE if hybrid else ())]
    best = start
    for number, (name, values, of_voice) in enumerate(steps):
        tried = []
        for place, value in enumerate(values):
            part = (number + place / len(values)) / len(steps)
            lesson.progress(part, f"choosing {name}: {value:g}")
            recipe = _with(best, name, value, of_voice=of_voice)
            tried.append((search.quality(recipe, hybrid=of_voice), recipe))
        best = max(tried, key=lambda pair: pair[0])[1]
    lesson.notes.append(best.text())
    return best


def _with(recipe: Recipe, name: str, value: float, *, of_voice: bool) -> Recipe:
    if of_voice:
        changed: dict[str, Any] = {name: value}
        return replace(recipe, voice=replace(recipe.voice, **changed))
    changed = {name: int(value) if name == "dimensions" else value}
    return replace(recipe, **changed)


@dataclass(frozen=True, slots=True)
class _Search:
    """The inner folds, what the seed finds there, and what was measured already."""

    folds: list[tuple[Lesson, list[Case]]]
    least_tail: float
    known: dict[Hashable, tuple[bool, float]]

    @classmethod
    def of(cls, lesson: Lesson) -> _Search:
        dealt = np.random.default_rng(lesson.seed + 1).permutation(len(lesson.cases)) % INNER_FOLDS
        cases = [
            replace(case, fold=int(fold)) for case, fold in zip(lesson.cases, dealt, strict=True)
        ]
        folds = split_folds(replace(lesson, cases=cases), cases, folds=INNER_FOLDS)
        answer = answer_with(lesson.model, RANKERS["seed-profile"])
        found = [measures.of_list(lesson.model, answer(case), case.targets) for case in cases]
        return cls(folds, float(measures.means(np.array(found))[measures.TAIL]), lesson.known)

    def quality(self, recipe: Recipe, *, hybrid: bool) -> tuple[bool, float]:
        """Return whether the long tail is found as the seed finds it, and how good that is."""
        if (recipe, hybrid) not in self.known:
            found = []
            for lesson, asked in self.folds:
                learned = lesson.learned(recipe)
                liked = lesson.liked() if hybrid else None
                placed = place_films(lesson.model, learned.embedding, liked, voice=recipe.voice)
                answer = answer_with(placed, MarqueeRanker(learned.weights))
                found += [measures.of_list(placed, answer(case), case.targets) for case in asked]
            means = measures.means(np.array(found))
            enough = bool(means[measures.TAIL] >= self.least_tail)
            best = means[measures.NDCG] if enough else means[measures.TAIL]
            self.known[recipe, hybrid] = (enough, float(best))
        return self.known[recipe, hybrid]
