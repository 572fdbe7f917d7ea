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
from recommender.engine.choice import Dials
from recommender.engine.embedding import Embedding, learn_embedding, place_films
from recommender.engine.evaluation.cases import LIKED_FROM, Case
from recommender.engine.model import Model
from recommender.engine.rankers.marquee import TERMS, MarqueeRanker
from recommender.engine.weights import Calibration, TermWeight, Weights

NEGATIVES = 300
SHORT_PROFILES = (1, 2, 3, 5, 8)
"""Each person teaches twice: with the whole profile, and as if they had just begun."""
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
INNER_FOLDS = 6
SAME_FOR_ALL = 1e-3
SETTLED = 1.0
"""Inverse of the regularisation's strength."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What ratings taught: the weights, and the embedding the community term needs."""

    weights: Weights
    embedding: Embedding


def learn(model: Model, rated: pd.DataFrame, cases: Sequence[Case], *, seed: int = 0) -> Learned:
    """Return weights and embedding learned from these people alone.

    The community term must not be weighed on the people it was made from, or it looks better
    than it is: the people are dealt into inner folds, each weighed by an embedding made from
    the others. The embedding returned is made from all of them.

    Parameters
    ----------
    model
        The catalogue.
    rated
        From `read_ratings`; only the people of ``cases`` are read.
    cases
        Whose profiles and targets teach.
    seed
        Of the folds and of the films not chosen that are sampled.
    """
    rng = np.random.default_rng(seed)
    inner = rng.permutation(len(cases)) % INNER_FOLDS
    samples = [_Sample.empty()]
    for fold in range(INNER_FOLDS):
        others = [case for case, dealt in zip(cases, inner, strict=True) if dealt != fold]
        placed = place_films(model, _embedding(model, rated, others, seed))
        theirs = [case for case, dealt in zip(cases, inner, strict=True) if dealt == fold]
        samples += [_sample(placed, case, turn, rng) for turn, case in enumerate(theirs)]
    sample = _Sample.joined(samples)
    terms = _fit_terms(sample)
    calibration = Calibration(intercept=0.0, slope=1.0)
    weights = Weights(terms=terms, calibration=calibration)
    return Learned(weights, _embedding(model, rated, cases, seed))


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


def _embedding(model: Model, rated: pd.DataFrame, cases: Sequence[Case], seed: int) -> Embedding:
    people = {case.person for case in cases}
    wanted = (rated["rating"] >= LIKED_FROM) & rated["person"].isin(people)
    return learn_embedding(model, rated.loc[wanted, ["person", "row"]], seed=seed)


@dataclass(frozen=True, slots=True)
class _Sample:
    """Films with the values of their terms, whether they were chosen, and how much each counts."""

    terms: FloatArray
    chosen: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.float64]

    @classmethod
    def empty(cls) -> _Sample:
        return cls(np.empty((0, len(TERMS)), np.float32), np.empty(0, np.bool_), np.empty(0))

    @classmethod
    def joined(cls, samples: Sequence[_Sample]) -> _Sample:
        return cls(
            np.concatenate([sample.terms for sample in samples]),
            np.concatenate([sample.chosen for sample in samples]),
            np.concatenate([sample.counts for sample in samples]),
        )


def _sample(model: Model, case: Case, turn: int, rng: np.random.Generator) -> _Sample:
    """Return what one person teaches: their targets against films they passed over."""
    open_ = model.years <= case.latest_year
    open_[case.rated] = False
    open_[case.targets] = False
    passed_over = np.flatnonzero(open_)
    negatives = rng.choice(passed_over, min(NEGATIVES, len(passed_over)), replace=False)
    rows = np.concatenate([case.targets, negatives])
    # A person with many targets counts for more, but by the root only.
    voice = len(case.targets) ** 0.5
    counts = np.concatenate(
        [
            np.full(len(case.targets), voice / len(case.targets)),
            np.full(len(negatives), voice / max(len(negatives), 1)),
        ]
    )
    samples = [
        _Sample(
            np.stack([term(model, taste)[rows] for term in TERMS.values()], axis=1),
            np.arange(len(rows)) < len(case.targets),
            counts,
        )
        for taste in (case.taste(), case.taste(size=SHORT_PROFILES[turn % len(SHORT_PROFILES)]))
    ]
    return _Sample.joined(samples)


def _fit_terms(sample: _Sample) -> dict[str, TermWeight]:
    """Return non-negative weights: a term that would speak against its own meaning is left out."""
    names = list(TERMS)
    centre, scale = sample.terms.mean(axis=0), np.maximum(sample.terms.std(axis=0), 1e-6)
    standard = (sample.terms - centre) / scale
    used = [column for column in range(len(names)) if scale[column] >= SAME_FOR_ALL]
    while True:
        fitted = LogisticRegression(C=SETTLED, max_iter=500).fit(
            standard[:, used], sample.chosen, sample_weight=sample.counts
        )
        weights = dict(zip(used, fitted.coef_[0].tolist(), strict=True))
        if not used or min(weights.values()) >= 0:
            break
        used = [column for column in used if weights[column] > 0]
    return {
        name: _term_weight(name, weights.get(column, 0.0), centre[column], scale[column])
        for column, name in enumerate(names)
    }


def _term_weight(name: str, learned: float, centre: float, scale: float) -> TermWeight:
    """Return a term's weight, rounded; nothing for a term that was the same for every film."""
    if scale < SAME_FOR_ALL:
        return TermWeight(weight=0.0, centre=0.0, scale=1.0)
    weight = max(learned, 0.0) * TIMES.get(name, 1.0) + PLUS.get(name, 0.0)
    return TermWeight(
        weight=round(weight, 3), centre=round(float(centre), 4), scale=round(float(scale), 4)
    )


def with_calibration(weights: Weights, calibration: Calibration) -> Weights:
    """Return the weights with this calibration, rounded to what is known of it."""
    rounded = Calibration(
        intercept=round(calibration.intercept, 3), slope=round(calibration.slope, 3)
    )
    return replace(weights, calibration=rounded)
