"""Logistic regression of the scoring weights: targets against sampled negatives.

Each training user contributes the full profile and a short one, so the weights also fit new users.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from recommender.engine.arrays import FloatArray
from recommender.engine.embedding import (
    DIMENSIONS,
    RIDGE,
    BlendConfig,
    Embedding,
    learn_embedding,
    project_films,
)
from recommender.engine.evaluation.cases import Case, select_likes
from recommender.engine.model import Model
from recommender.engine.terms import TermWeight, find_term, learned_terms
from recommender.engine.weights import Calibration, Weights

NEGATIVES = 300
SHORT_PROFILES = (1, 2, 3, 5, 8)
"""Sizes of the short profiles, assigned to the training users in rotation."""
MAX_TRAINING_PEOPLE = 2000
"""Maximum number of training users; a few dozen weights need no more."""
INNER_FOLDS = 6
MIN_SCALE = 1e-3
"""Minimum standard deviation of a term; a term below it counts as constant and gets no weight."""
INVERSE_REGULARISATION = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingConfig:
    """Training configuration of scoring weights and embedding.

    Attributes
    ----------
    dimensions : size of the embedding; 0 trains without an embedding, on IMDb's fields only
    ridge : L2 regularisation of the embedding's regression
    personalization : strength of the terms' personal factor and bonus; 0 keeps the learned
        weights, 1 applies factor and bonus in full
    blend : settings for blending co-likes into the embedding, in the hybrid
    """

    dimensions: int = DIMENSIONS
    ridge: float = RIDGE
    personalization: float = 1.0
    blend: BlendConfig = field(default_factory=BlendConfig)

    def text(self) -> str:
        """Return the configuration as one line of text."""
        return (
            f"{self.dimensions} dimensions, ridge {self.ridge:g}, personalization "
            f"{self.personalization:g}, blend {self.blend.people:g} people, "
            f"{self.blend.likers:g} likers, gain {self.blend.gain:g}"
        )


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Training set of the regression: term values of targets and sampled negatives.

    Attributes
    ----------
    terms : ndarray of shape (n_rows, n_terms), columns in the order of `learned_terms`
    chosen : ndarray of shape (n_rows,), True for a target, False for a negative
    sample_weight : ndarray of shape (n_rows,)
    """

    terms: FloatArray
    chosen: npt.NDArray[np.bool_]
    sample_weight: npt.NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence[TrainingSet]) -> TrainingSet:
        """Concatenate the rows of several training sets."""
        empty = cls(
            np.empty((0, len(learned_terms())), np.float32), np.empty(0, np.bool_), np.empty(0)
        )
        parts = [empty, *parts]
        return cls(
            np.concatenate([part.terms for part in parts]),
            np.concatenate([part.chosen for part in parts]),
            np.concatenate([part.sample_weight for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class FittedTerms:
    """Learned scoring weights and the embedding they were fitted with.

    Attributes
    ----------
    learned : weights from the regression
    weights : learned weights after `personalize`
    embedding : None if trained without an embedding; its terms then have no weight
    """

    learned: Weights
    weights: Weights
    embedding: Embedding | None


def fit_terms(
    model: Model,
    rated: pd.DataFrame,
    cases: Sequence[Case],
    *,
    seed: int = 0,
    config: TrainingConfig | None = None,
) -> FittedTerms:
    """Learn scoring weights and embedding from the users of the training cases only.

    Parameters
    ----------
    rated : from `read_ratings`
    seed : seed of inner folds and negative sampling
    config : training configuration; the shipped one by default
    """
    chosen = config or TrainingConfig()
    training_set = build_training_set(model, rated, cases, seed=seed, config=chosen)
    uncalibrated = Calibration(intercept=0.0, slope=1.0)
    learned = Weights(terms=_fit_weights(training_set), calibration=uncalibrated)
    embedding = _fit_embedding(model, rated, cases, seed, chosen)
    fitted = FittedTerms(learned=learned, weights=learned, embedding=embedding)
    return personalize(fitted, chosen.personalization)


def personalize(fitted: FittedTerms, strength: float) -> FittedTerms:
    """Apply the terms' personal factors and bonuses to learned weights and round the result.

    Parameters
    ----------
    strength : 0 keeps the learned weights, 1 applies factors and bonuses in full
    """

    def adjust(name: str, term: TermWeight) -> TermWeight:
        unused = term.scale == 1.0 and not term.weight
        factor = 1.0 + strength * (find_term(name).personal_factor - 1.0)
        offset = strength * find_term(name).personal_bonus
        weight = 0.0 if unused else max(term.weight, 0.0) * factor + offset
        return replace(term, weight=round(weight, 3))

    terms = {name: adjust(name, term) for name, term in fitted.learned.terms.items()}
    return replace(fitted, weights=replace(fitted.learned, terms=terms))


def build_training_set(
    model: Model, rated: pd.DataFrame, cases: Sequence[Case], *, seed: int, config: TrainingConfig
) -> TrainingSet:
    """Build the regression's training set from the targets and negatives of the training users.

    The embedding's terms overfit the users the embedding was fitted on. Therefore users are
    split into inner folds, and each fold uses an embedding fitted on the other folds.
    """
    rng = np.random.default_rng(seed)
    fold_of = rng.permutation(len(cases)) % INNER_FOLDS
    sampled = np.ones(len(cases), np.bool_)
    if len(cases) > MAX_TRAINING_PEOPLE:
        sampled[rng.permutation(len(cases))[MAX_TRAINING_PEOPLE:]] = False
    parts = []
    for fold in range(INNER_FOLDS):
        others = [case for case, own in zip(cases, fold_of, strict=True) if own != fold]
        embedded = project_films(model, _fit_embedding(model, rated, others, seed, config))
        in_fold = np.flatnonzero(sampled & (fold_of == fold))
        for number, position in enumerate(in_fold):
            short = SHORT_PROFILES[number % len(SHORT_PROFILES)]
            parts.append(_training_rows(embedded, cases[int(position)], short, rng))
    return TrainingSet.joined(parts)


def fit_non_negative(
    values: FloatArray,
    chosen: npt.NDArray[np.bool_],
    sample_weight: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the weights of a non-negative logistic regression.

    Columns with negative weights are dropped and the rest is fitted again until all weights are
    non-negative.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_terms), standardised
    chosen : ndarray of shape (n_rows,)
    sample_weight : ndarray of shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_terms,)
    """
    used = np.arange(values.shape[1])
    weights = np.zeros(values.shape[1])
    while len(used):
        regression = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=500).fit(
            values[:, used], chosen, sample_weight=sample_weight
        )
        found = regression.coef_[0]
        if found.min() >= 0:
            weights[used] = found
            break
        used = used[found > 0]
    return weights


def _fit_embedding(
    model: Model, rated: pd.DataFrame, cases: Sequence[Case], seed: int, config: TrainingConfig
) -> Embedding | None:
    if not config.dimensions:
        return None
    likes = select_likes(rated, cases)
    return learn_embedding(
        model, likes, seed=seed, dimensions=config.dimensions, ridge=config.ridge
    )


def _training_rows(model: Model, case: Case, short: int, rng: np.random.Generator) -> TrainingSet:
    """Return one user's targets and sampled negatives, for the full and the short profile."""
    allowed = model.years <= case.latest_year
    allowed[case.rated] = False
    allowed[case.targets] = False
    passed_over = np.flatnonzero(allowed)
    negatives = rng.choice(passed_over, min(NEGATIVES, len(passed_over)), replace=False)
    rows = np.concatenate([case.targets, negatives])
    # A user's weight is the square root of the number of targets, so heavy raters do not dominate.
    total = len(case.targets) ** 0.5
    sample_weight = np.concatenate(
        [
            np.full(len(case.targets), total / len(case.targets)),
            np.full(len(negatives), total / max(len(negatives), 1)),
        ]
    )
    chosen = np.arange(len(rows)) < len(case.targets)
    parts = []
    for profile in (case.profile(), case.profile(size=short)):
        values = [term(model, profile)[rows] for term in learned_terms().values()]
        parts.append(TrainingSet(np.stack(values, axis=1), chosen, sample_weight))
    return TrainingSet.joined(parts)


def _fit_weights(training_set: TrainingSet) -> dict[str, TermWeight]:
    terms = training_set.terms
    centre, scale = terms.mean(axis=0), np.maximum(terms.std(axis=0), 1e-6)
    varies = scale >= MIN_SCALE
    weights = np.zeros(len(learned_terms()))
    weights[varies] = fit_non_negative(
        ((terms - centre) / scale)[:, varies], training_set.chosen, training_set.sample_weight
    )
    return {
        name: TermWeight(
            weight=float(weights[column]),
            centre=round(float(centre[column]), 4) if varies[column] else 0.0,
            scale=round(float(scale[column]), 4) if varies[column] else 1.0,
        )
        for column, name in enumerate(learned_terms())
    }
