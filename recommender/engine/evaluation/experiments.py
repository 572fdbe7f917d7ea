"""Rejected ways to learn from the terms, kept runnable by name; ADR 0014 has the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.embedding import project_films
from recommender.engine.evaluation.baselines import load_package
from recommender.engine.evaluation.cases import Case
from recommender.engine.evaluation.recommend_functions import (
    RecommendFunction,
    recommend_by_score,
    recommend_with,
)
from recommender.engine.evaluation.splits import Split
from recommender.engine.evaluation.term_regression import (
    TrainingConfig,
    TrainingSet,
    build_training_set,
    fit_non_negative,
    personalize,
    term_values,
)
from recommender.engine.scoring import MarqueeRanker
from recommender.engine.terms import TermWeight, learned_terms

PAIRS_PER_TARGET = 20
TREES = {"n_estimators": 300, "learning_rate": 0.05, "num_leaves": 15, "min_child_samples": 100}


def pairwise_regression(split: Split) -> RecommendFunction:
    """Learn weights from differences between a target and a negative (RankNet's loss, linear)."""
    training_set, config = _training_set(split), TrainingConfig()
    fitted = split.fit(config)
    rng = np.random.default_rng(split.seed)
    scale = np.array([fitted.learned.terms[name].scale for name in learned_terms()])
    pairs, sample_weight = [], []
    start = 0
    for length in training_set.lengths:
        rows = np.arange(start, start + length)
        start += length
        chosen = rows[training_set.chosen[rows]]
        negatives = rows[~training_set.chosen[rows]]
        if not len(chosen) or not len(negatives):
            continue
        sampled = rng.choice(negatives, (len(chosen), PAIRS_PER_TARGET))
        differences = training_set.terms[chosen][:, None, :] - training_set.terms[sampled]
        pairs.append(differences.reshape(-1, len(learned_terms())) / scale)
        count = len(chosen) * PAIRS_PER_TARGET
        sample_weight.append(np.full(count, len(chosen) ** -0.5 / PAIRS_PER_TARGET))
    values = np.concatenate(pairs)
    # Half of the pairs are turned round, so that both classes exist.
    target_first = rng.random(len(values)) < 0.5
    signed = np.where(target_first[:, None], values, -values).astype(np.float32)
    weights = fit_non_negative(signed, target_first, np.concatenate(sample_weight), intercept=False)
    terms = {
        name: TermWeight(weight=float(weight), centre=term.centre, scale=term.scale)
        for (name, term), weight in zip(fitted.learned.terms.items(), weights, strict=True)
    }
    learned = replace(fitted.learned, terms=terms)
    changed = personalize(replace(fitted, learned=learned), config.personalization)
    model = project_films(split.model, changed.embedding)
    return recommend_with(model, MarqueeRanker(changed.weights))


def lambdamart(split: Split) -> RecommendFunction:
    """Learn LambdaMART over the terms (Burges, 2010); its score does not split into reasons."""
    training_set = _training_set(split)
    ranker = load_package("lightgbm").LGBMRanker(
        **TREES,
        lambdarank_truncation_level=20,
        num_threads=1,
        random_state=split.seed,
        deterministic=True,
        verbose=-1,
    )
    chosen, lengths = training_set.chosen.astype(np.int64), list(training_set.lengths)
    ranker.fit(training_set.terms, chosen, group=lengths)
    model = project_films(split.model, split.fit(TrainingConfig()).embedding)

    def score(case: Case) -> FloatArray:
        values: FloatArray = ranker.booster_.predict(term_values(model, case)).astype(np.float32)
        return values

    return recommend_by_score(model, score)


def _training_set(split: Split) -> TrainingSet:
    return build_training_set(
        split.model, split.rated, split.cases, seed=split.seed, config=TrainingConfig()
    )


EXPERIMENTS: Mapping[str, Callable[[Split], RecommendFunction]] = {
    "experiment: pairs": pairwise_regression,
    "experiment: LambdaMART": lambdamart,
}
