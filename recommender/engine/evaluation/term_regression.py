"""Ratings -> weights: a regularised logistic regression over the terms, and its calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from recommender.engine.arrays import FloatArray
from recommender.engine.embedding import Embedding
from recommender.engine.evaluation.cases import Case
from recommender.engine.evaluation.training_config import TrainingConfig
from recommender.engine.evaluation.training_set import TrainingSet, build_training_set, embed_people
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.rankers.marquee import TERMS, MarqueeRanker
from recommender.engine.weights import Calibration, TermWeight, Weights

TIMES: Mapping[str, float] = MappingProxyType(
    {
        "community": 2.0,
        **dict.fromkeys(("director", "writer", "cast", "genre"), 1.5),
        **dict.fromkeys(("votes", "renown"), 0.75),
    }
)
PLUS: Mapping[str, float] = MappingProxyType(
    {"community_best": 0.3, "genre_best": 0.15, "circle": 0.1, "director": 0.02, "franchise": 0.02}
)
"""What is made of a learned weight: so many times it, and so much more.

Ratings reward naming what everybody has seen. These trade about a twelfth of NDCG for a list
that is about the person: see ADR 0011 for what was measured.
"""
SAME_FOR_ALL = 1e-3
SETTLED = 1.0
"""Inverse of the regularisation's strength."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What ratings taught: the weights, and the embedding the community term needs.

    ``plain`` are the weights before they were leaned towards the person; without an embedding
    there is None, and the community terms weigh nothing.
    """

    plain: Weights
    weights: Weights
    embedding: Embedding | None

    @classmethod
    def of(cls, plain: Weights, embedding: Embedding | None, *, lean: float) -> Learned:
        """Return the weights leaned this far, with the embedding they go with."""
        terms = {name: _leaned(name, term, lean) for name, term in plain.terms.items()}
        return cls(plain, replace(plain, terms=terms), embedding)


def learn(
    model: Model,
    rated: pd.DataFrame,
    cases: Sequence[Case],
    *,
    seed: int = 0,
    config: TrainingConfig | None = None,
) -> Learned:
    """Return weights and embedding learned from these people alone.

    Parameters
    ----------
    model
        The catalogue; where its films were placed before makes no difference.
    rated
        From `read_ratings`; only the people of ``cases`` are read.
    cases
        Whose profiles and targets teach.
    seed
        Of the folds and of the films not chosen that are sampled.
    config
        The settings; those that ship when None.
    """
    chosen = config or TrainingConfig()
    sample = build_training_set(model, rated, cases, seed=seed, config=chosen)
    plain = Weights(terms=_fit_terms(sample), calibration=Calibration(intercept=0.0, slope=1.0))
    embedding = embed_people(model, rated, cases, seed, chosen)
    return Learned.of(plain, embedding, lean=chosen.lean)


def score_judged(
    model: Model, cases: Sequence[Case], weights: Weights
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the scores of films the people went on to rate, and whether they liked them.

    Returns
    -------
    scores : ndarray of shape (n_judged,)
    liked : ndarray of shape (n_judged,)
    """
    ranker, neutral = MarqueeRanker(weights), Dials()
    scores: list[npt.NDArray[np.float64]] = []
    liked: list[npt.NDArray[np.bool_]] = []
    for case in cases:
        judged = np.concatenate([case.targets, case.disliked])
        scores.append(ranker.score(model, case.taste(), neutral).total[judged].astype(np.float64))
        liked.append(np.arange(len(judged)) < len(case.targets))
    return np.concatenate(scores), np.concatenate(liked)


def calibrate(scores: npt.NDArray[np.float64], liked: npt.NDArray[np.bool_]) -> Calibration:
    """Return Platt's (1999) curve from score to the chance that a film watched is liked."""
    if liked.all() or not liked.any():
        return Calibration(intercept=0.0, slope=0.5)
    curve = LogisticRegression(C=np.inf).fit(scores[:, None], liked)
    return Calibration(
        intercept=float(curve.intercept_[0]), slope=max(float(curve.coef_[0, 0]), 1e-3)
    )


def reliability(
    calibration: Calibration,
    scores: npt.NDArray[np.float64],
    liked: npt.NDArray[np.bool_],
    *,
    bins: int = 10,
) -> pd.DataFrame:
    """Return, for tenths of the films by match, what was promised and what came.

    Returns
    -------
    DataFrame with columns ``promised`` and ``liked`` (percent) and ``films`` (count)
    """
    order = np.argsort(scores, kind="stable")
    percent = np.array([calibration.percent(float(score)) for score in scores])
    rows = [
        (float(percent[part].mean()), 100.0 * float(liked[part].mean()), len(part))
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["promised", "liked", "films"])


def _fit_terms(sample: TrainingSet) -> dict[str, TermWeight]:
    centre, scale = sample.terms.mean(axis=0), np.maximum(sample.terms.std(axis=0), 1e-6)
    used = np.flatnonzero(scale >= SAME_FOR_ALL)
    weights = np.zeros(len(TERMS))
    weights[used] = fit_non_negative(
        ((sample.terms - centre) / scale)[:, used], sample.chosen, sample.counts
    )
    return {
        name: _term_weight(weights[column], centre[column], scale[column])
        for column, name in enumerate(TERMS)
    }


def fit_non_negative(
    values: FloatArray,
    chosen: npt.NDArray[np.bool_],
    counts: npt.NDArray[np.float64],
    *,
    intercept: bool = True,
) -> npt.NDArray[np.float64]:
    """Return a logistic regression's weights: what would speak against its meaning is left out.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_terms), standardised
    chosen : ndarray of shape (n_rows,)
    counts : ndarray of shape (n_rows,)
    intercept : whether one is fitted

    Returns
    -------
    ndarray of shape (n_terms,), none below 0
    """
    used = np.arange(values.shape[1])
    weights = np.zeros(values.shape[1])
    while len(used):
        fitted = LogisticRegression(C=SETTLED, max_iter=500, fit_intercept=intercept).fit(
            values[:, used], chosen, sample_weight=counts
        )
        found = fitted.coef_[0]
        if found.min() >= 0:
            weights[used] = found
            break
        used = used[found > 0]
    return weights


def _term_weight(learned: float, centre: float, scale: float) -> TermWeight:
    """Return a term's weight; nothing for a term that was the same for every film."""
    if scale < SAME_FOR_ALL:
        return TermWeight(weight=0.0, centre=0.0, scale=1.0)
    return TermWeight(
        weight=float(learned), centre=round(float(centre), 4), scale=round(float(scale), 4)
    )


def _leaned(name: str, term: TermWeight, lean: float) -> TermWeight:
    """Return the weight leaned towards the person, rounded; what says nothing stays silent."""
    silent = term.scale == 1.0 and not term.weight
    times = 1.0 + lean * (TIMES.get(name, 1.0) - 1.0)
    weight = 0.0 if silent else max(term.weight, 0.0) * times + lean * PLUS.get(name, 0.0)
    return replace(term, weight=round(weight, 3))


def with_calibration(weights: Weights, calibration: Calibration) -> Weights:
    """Return the weights with this calibration, rounded to what is known of it."""
    rounded = Calibration(
        intercept=round(calibration.intercept, 3), slope=round(calibration.slope, 3)
    )
    return replace(weights, calibration=rounded)
