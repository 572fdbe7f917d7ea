"""Ratings -> rows to learn from: what people chose, among films they passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.engine.arrays import FloatArray
from recommender.engine.embedding import Embedding, learn_embedding, project_films
from recommender.engine.evaluation.cases import LIKED_FROM, Case
from recommender.engine.evaluation.training_config import TrainingConfig
from recommender.engine.model import Model
from recommender.engine.rankers.marquee import TERMS

NEGATIVES = 300
SHORT_PROFILES = (1, 2, 3, 5, 8)
"""Each person teaches twice: with the whole profile, and as if they had just begun."""
MOST_TEACHERS = 2000
"""People the weights are learned from, at most: a few dozen numbers need no more."""
INNER_FOLDS = 6


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Films people chose, and films they passed over.

    Attributes
    ----------
    terms : ndarray of shape (n_rows, n_terms), in the order of `TERMS`
    chosen : ndarray of shape (n_rows,)
    counts : ndarray of shape (n_rows,), how much each row counts
    lengths : how many rows each question has; a question is one profile of one person
    """

    terms: FloatArray
    chosen: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.float64]
    lengths: tuple[int, ...] = ()

    @classmethod
    def empty(cls) -> TrainingSet:
        """Return a sample without rows."""
        return cls(np.empty((0, len(TERMS)), np.float32), np.empty(0, np.bool_), np.empty(0))

    @classmethod
    def joined(cls, samples: Sequence[TrainingSet]) -> TrainingSet:
        """Return the rows of all samples, one after the other."""
        return cls(
            np.concatenate([sample.terms for sample in samples]),
            np.concatenate([sample.chosen for sample in samples]),
            np.concatenate([sample.counts for sample in samples]),
            tuple(length for sample in samples for length in sample.lengths),
        )


def build_training_set(
    model: Model, rated: pd.DataFrame, cases: Sequence[Case], *, seed: int, config: TrainingConfig
) -> TrainingSet:
    """Return what these people teach: their targets among films they passed over.

    The community term must not be weighed on the people it was made from, or it looks better
    than it is: the people are dealt into inner folds, each described by an embedding made from
    the others.
    """
    rng = np.random.default_rng(seed)
    inner = rng.permutation(len(cases)) % INNER_FOLDS
    teaching = np.ones(len(cases), np.bool_)
    if len(cases) > MOST_TEACHERS:
        teaching[rng.permutation(len(cases))[MOST_TEACHERS:]] = False
    samples = [TrainingSet.empty()]
    for fold in range(INNER_FOLDS):
        others = [case for case, dealt in zip(cases, inner, strict=True) if dealt != fold]
        placed = project_films(model, embed_people(model, rated, others, seed, config))
        theirs = [cases[int(place)] for place in np.flatnonzero(teaching & (inner == fold))]
        samples += [_sample(placed, case, turn, rng) for turn, case in enumerate(theirs)]
    return TrainingSet.joined(samples)


def embed_people(
    model: Model, rated: pd.DataFrame, cases: Sequence[Case], seed: int, config: TrainingConfig
) -> Embedding | None:
    """Return the embedding that these people's likes teach; None for a config without one."""
    if not config.dimensions:
        return None
    people = {case.person for case in cases}
    wanted = (rated["rating"] >= LIKED_FROM) & rated["person"].isin(people)
    return learn_embedding(
        model,
        rated.loc[wanted, ["person", "row"]],
        seed=seed,
        dimensions=config.dimensions,
        ridge=config.ridge,
    )


def _sample(model: Model, case: Case, turn: int, rng: np.random.Generator) -> TrainingSet:
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
        TrainingSet(
            np.stack([term(model, taste)[rows] for term in TERMS.values()], axis=1),
            np.arange(len(rows)) < len(case.targets),
            counts,
            (len(rows),),
        )
        for taste in (case.taste(), case.taste(size=SHORT_PROFILES[turn % len(SHORT_PROFILES)]))
    ]
    return TrainingSet.joined(samples)
