"""Choose settings on inner folds: by people who teach, never by people who are asked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.engine.embedding import project_films
from recommender.engine.evaluation import metrics
from recommender.engine.evaluation.cases import Case
from recommender.engine.evaluation.recommend_functions import recommend_with
from recommender.engine.evaluation.splits import Split, split_folds
from recommender.engine.evaluation.training_config import TrainingConfig
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


def tune(split: Split, *, embedded: bool = True, hybrid: bool = False) -> TrainingConfig:
    """Return the config that serves people best whom the split's inner folds left out.

    The best has the highest NDCG@10 among those that find at least as much of the long tail as
    the mean profile of the seed does, as the product promises; where none does, it is the one
    that finds most of it.

    Parameters
    ----------
    split
        Whose people are dealt into inner folds; nobody else is looked at.
    embedded
        Whether there is an embedding whose settings are to be chosen.
    hybrid
        Whether other people's likes join, and how much they say is to be chosen too.
    """
    tuner = _Tuner.of(split)
    start = TrainingConfig() if embedded else TrainingConfig(dimensions=0)
    steps = [(name, values, False) for name, values in (CONTENT if embedded else LEAN)]
    steps += [(name, values, True) for name, values in (VOICE if hybrid else ())]
    best = start
    for number, (name, values, of_voice) in enumerate(steps):
        tried = []
        for place, value in enumerate(values):
            part = (number + place / len(values)) / len(steps)
            split.progress(part, f"choosing {name}: {value:g}")
            config = _with(best, name, value, of_voice=of_voice)
            tried.append((tuner.quality(config, hybrid=of_voice), config))
        best = max(tried, key=lambda pair: pair[0])[1]
    split.notes.append(best.text())
    return best


def _with(config: TrainingConfig, name: str, value: float, *, of_voice: bool) -> TrainingConfig:
    if of_voice:
        changed: dict[str, Any] = {name: value}
        return replace(config, voice=replace(config.voice, **changed))
    changed = {name: int(value) if name == "dimensions" else value}
    return replace(config, **changed)


@dataclass(frozen=True, slots=True)
class _Tuner:
    """The inner folds, what the seed finds there, and what was measured already."""

    folds: list[tuple[Split, list[Case]]]
    least_tail: float
    known: dict[Hashable, tuple[bool, float]]

    @classmethod
    def of(cls, split: Split) -> _Tuner:
        dealt = np.random.default_rng(split.seed + 1).permutation(len(split.cases)) % INNER_FOLDS
        cases = [
            replace(case, fold=int(fold)) for case, fold in zip(split.cases, dealt, strict=True)
        ]
        folds = split_folds(replace(split, cases=cases), cases, folds=INNER_FOLDS)
        recommend = recommend_with(split.model, RANKERS["seed-profile"])
        found = [metrics.list_metrics(split.model, recommend(case), case.targets) for case in cases]
        return cls(folds, float(metrics.mean_metrics(np.array(found))[metrics.TAIL]), split.known)

    def quality(self, config: TrainingConfig, *, hybrid: bool) -> tuple[bool, float]:
        """Return whether the long tail is found as the seed finds it, and how good that is."""
        if (config, hybrid) not in self.known:
            found = []
            for split, asked in self.folds:
                learned = split.learned(config)
                liked = split.liked() if hybrid else None
                placed = project_films(split.model, learned.embedding, liked, voice=config.voice)
                recommend = recommend_with(placed, MarqueeRanker(learned.weights))
                found += [
                    metrics.list_metrics(placed, recommend(case), case.targets) for case in asked
                ]
            means = metrics.mean_metrics(np.array(found))
            enough = bool(means[metrics.TAIL] >= self.least_tail)
            best = means[metrics.NDCG] if enough else means[metrics.TAIL]
            self.known[config, hybrid] = (enough, float(best))
        return self.known[config, hybrid]
