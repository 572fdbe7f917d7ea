"""Hyper-parameter tuning on inner folds of the training users (nested cross-validation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from recommender.engine.embedding import project_films
from recommender.engine.evaluation.cases import recommend_with
from recommender.engine.evaluation.metrics import NDCG, TAIL, list_metrics, mean_metrics
from recommender.engine.evaluation.splits import EvalCases, Split, split_folds
from recommender.engine.evaluation.term_regression import TrainingConfig
from recommender.engine.rankers import RANKERS
from recommender.engine.scoring import MarqueeRanker

INNER_FOLDS = 3
Grid = Sequence[tuple[str, Sequence[float]]]

CONTENT: Grid = (
    ("dimensions", (16, 32, 64)),
    ("ridge", (1.25, 5.0, 20.0, 80.0)),
    ("personalization", (0.0, 0.5, 1.0, 1.5)),
)
BLEND: Grid = (
    ("people", (50.0, 200.0, 800.0)),
    ("likers", (2.0, 5.0, 20.0)),
    ("gain", (0.0, 1.0, 2.0)),
)
"""Grid of the co-like settings. Each is tuned in turn with the earlier ones fixed at their best."""


def tune(split: Split, *, hybrid: bool = False) -> TrainingConfig:
    """Return the best training configuration on inner folds of a split's training users.

    The best configuration has the highest NDCG@10 among those whose tail recall reaches that of
    the ranker ``seed-profile``. If none reaches it, the highest tail recall wins.

    Parameters
    ----------
    split : training data; test users are never read
    hybrid : whether to use co-likes and to tune their settings too
    """
    fold_of = np.random.default_rng(split.seed + 1).permutation(len(split.cases)) % INNER_FOLDS
    cases = [replace(case, fold=int(fold)) for case, fold in zip(split.cases, fold_of, strict=True)]
    folds = split_folds(replace(split, cases=cases), cases, folds=INNER_FOLDS)
    recommend = recommend_with(split.model, RANKERS["seed-profile"])
    baseline = [list_metrics(split.model, recommend(case), case.targets) for case in cases]
    min_tail = float(mean_metrics(np.array(baseline))[TAIL])

    best = TrainingConfig()
    steps = [(name, values, False) for name, values in CONTENT]
    steps += [(name, values, True) for name, values in (BLEND if hybrid else ())]
    for number, (name, values, in_blend) in enumerate(steps):
        results = []
        for position, value in enumerate(values):
            share = (number + position / len(values)) / len(steps)
            split.progress(share, f"tuning {name}: {value:g}")
            config = _with(best, name, value, in_blend=in_blend)
            key = (config, in_blend)
            if key not in split.tuning_results:
                split.tuning_results[key] = _quality(folds, config, min_tail, hybrid=in_blend)
            results.append((split.tuning_results[key], config))
        best = max(results, key=lambda pair: pair[0])[1]
    split.notes.append(best.text())
    return best


def _quality(
    folds: EvalCases, config: TrainingConfig, min_tail: float, *, hybrid: bool
) -> tuple[bool, float]:
    """Return a sort key: (True, NDCG) if tail recall suffices, else (False, tail recall)."""
    found = []
    for split, tested in folds:
        fitted = split.fit(config)
        likes = split.likes() if hybrid else None
        model = project_films(split.model, fitted.embedding, likes, blend=config.blend)
        recommend = recommend_with(model, MarqueeRanker(fitted.weights))
        found += [list_metrics(model, recommend(case), case.targets) for case in tested]
    means = mean_metrics(np.array(found))
    enough = bool(means[TAIL] >= min_tail)
    return enough, float(means[NDCG] if enough else means[TAIL])


def _with(config: TrainingConfig, name: str, value: float, *, in_blend: bool) -> TrainingConfig:
    changed: dict[str, Any] = {name: int(value) if name == "dimensions" else value}
    if in_blend:
        return replace(config, blend=replace(config.blend, **changed))
    return replace(config, **changed)
