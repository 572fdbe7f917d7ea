"""Ways of learning that were tried and do not ship: run by name, to repeat ADR 0014."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.embedding import project_films
from recommender.engine.evaluation.cases import Case
from recommender.engine.evaluation.implicit_baselines import load
from recommender.engine.evaluation.recommend_functions import (
    RecommendFunction,
    recommend_by_score,
    recommend_with,
)
from recommender.engine.evaluation.splits import Split
from recommender.engine.evaluation.term_regression import Learned, fit_non_negative
from recommender.engine.evaluation.training_config import TrainingConfig
from recommender.engine.evaluation.training_set import TrainingSet, build_training_set
from recommender.engine.model import Model
from recommender.engine.rankers.marquee import TERMS, MarqueeRanker
from recommender.engine.weights import TermWeight

PAIRS = 20
"""Films passed over that each film chosen is set against."""
TREES = {"n_estimators": 300, "learning_rate": 0.05, "num_leaves": 15, "min_child_samples": 100}
CURVES = {"n_estimators": 600, "learning_rate": 0.1, "num_leaves": 2, "min_child_samples": 100}
SQUARES = 0.01
"""Inverse of the regularisation's strength for terms and all their products."""


def pairwise_regression(split: Split) -> RecommendFunction:
    """Learn weights from differences: a film chosen less a film passed over, by logistic loss."""
    sample, config = _sample(split), TrainingConfig()
    known = split.learned(config)
    rng = np.random.default_rng(split.seed)
    scale = np.array([known.plain.terms[name].scale for name in TERMS])
    apart, counts = [], []
    start = 0
    for length in sample.lengths:
        rows = np.arange(start, start + length)
        start += length
        chosen, passed = rows[sample.chosen[rows]], rows[~sample.chosen[rows]]
        if not len(chosen) or not len(passed):
            continue
        against = rng.choice(passed, (len(chosen), PAIRS))
        differences = sample.terms[chosen][:, None, :] - sample.terms[against]
        apart.append(differences.reshape(-1, len(TERMS)) / scale)
        counts.append(np.full(len(chosen) * PAIRS, len(chosen) ** -0.5 / PAIRS))
    values = np.concatenate(apart)
    forwards = rng.random(len(values)) < 0.5
    signed = np.where(forwards[:, None], values, -values).astype(np.float32)
    weights = fit_non_negative(signed, forwards, np.concatenate(counts), intercept=False)
    terms = {
        name: TermWeight(weight=float(weight), centre=term.centre, scale=term.scale)
        for (name, term), weight in zip(known.plain.terms.items(), weights, strict=True)
    }
    learned = Learned.of(replace(known.plain, terms=terms), known.embedding, lean=config.lean)
    placed = project_films(split.model, learned.embedding)
    return recommend_with(placed, MarqueeRanker(learned.weights))


def lambdamart(split: Split) -> RecommendFunction:
    """Learn LambdaMART (Burges, 2010) over the terms: trees, so no sum that could be explained."""
    return _boosted(split, TREES)


def additive_lambdamart(split: Split) -> RecommendFunction:
    """Learn LambdaMART with one term a tree: a sum of curves, one a term."""
    return _boosted(split, CURVES)


def polynomial_regression(split: Split) -> RecommendFunction:
    """Learn a logistic regression over the terms, their squares and all their products."""
    # Only this needs it here, as elsewhere.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler  # noqa: PLC0415

    sample = _sample(split)
    fitted = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(include_bias=False),
        StandardScaler(),
        LogisticRegression(C=SQUARES, max_iter=300),
    ).fit(sample.terms, sample.chosen, logisticregression__sample_weight=sample.counts)
    placed = project_films(split.model, split.learned(TrainingConfig()).embedding)

    def score(case: Case) -> FloatArray:
        values: FloatArray = fitted.decision_function(_values(placed, case)).astype(np.float32)
        return values

    return recommend_by_score(placed, score)


EXPERIMENTS = {
    "experiment: pairs": pairwise_regression,
    "experiment: products": polynomial_regression,
    "experiment: LambdaMART": lambdamart,
    "experiment: LambdaMART, one term a tree": additive_lambdamart,
}


def _boosted(split: Split, shape: dict[str, float]) -> RecommendFunction:
    sample = _sample(split)
    fitted = load("lightgbm").LGBMRanker(
        **shape,
        lambdarank_truncation_level=20,
        num_threads=1,
        random_state=split.seed,
        deterministic=True,
        verbose=-1,
    )
    fitted.fit(sample.terms, sample.chosen.astype(np.int64), group=list(sample.lengths))
    placed = project_films(split.model, split.learned(TrainingConfig()).embedding)

    def score(case: Case) -> FloatArray:
        values: FloatArray = fitted.booster_.predict(_values(placed, case)).astype(np.float32)
        return values

    return recommend_by_score(placed, score)


def _sample(split: Split) -> TrainingSet:
    return build_training_set(
        split.model, split.rated, split.cases, seed=split.seed, config=TrainingConfig()
    )


def _values(model: Model, case: Case) -> FloatArray:
    taste = case.taste()
    return np.stack([term(model, taste) for term in TERMS.values()], axis=1)
