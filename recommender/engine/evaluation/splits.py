"""Train/test splits: the training data of a system, and its test cases."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from recommender.engine.evaluation.cases import (
    Case,
    build_cases,
    build_returning_cases,
    build_temporal_cases,
    select_likes,
)
from recommender.engine.evaluation.term_regression import (
    FittedTerms,
    TrainingConfig,
    fit_terms,
    personalize,
)
from recommender.engine.model import Model

FOLDS = 3
PROTOCOLS = ("folds", "returning", "temporal")

Progress = Callable[[float, str], None]
"""Progress callback: receives the share done (0 to 1) and the name of the current step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """Training data of a train/test split.

    Attributes
    ----------
    model : fitted model of the catalogue
    rated : from `read_ratings`; a system reads only the ratings of the users in ``cases``
    cases : training cases
    seed : seed of all random numbers
    progress : callback for the progress of the system being fitted
    notes : notes of a system about its fit, for example tuned settings
    tuning_results : cached quality of each configuration on the inner folds, for all systems
    fits : cached fits by dimensions and ridge, for all systems
    """

    model: Model
    rated: pd.DataFrame
    cases: Sequence[Case]
    seed: int
    progress: Progress = lambda share, what: None
    notes: list[str] = field(default_factory=list)
    tuning_results: dict[Hashable, tuple[bool, float]] = field(default_factory=dict)
    fits: dict[tuple[int, float], FittedTerms] = field(default_factory=dict)

    def fit(self, config: TrainingConfig) -> FittedTerms:
        """Return scoring weights and embedding for a configuration; regressions are cached."""
        key = (config.dimensions, config.ridge)
        if key not in self.fits:
            self.fits[key] = fit_terms(
                self.model, self.rated, self.cases, seed=self.seed, config=config
            )
        return personalize(self.fits[key], config.personalization)

    def likes(self) -> pd.DataFrame:
        """Return all likes of the training users, columns ``person, row``."""
        return select_likes(self.rated, self.cases)


EvalCases = list[tuple[Split, list[Case]]]
"""Train/test splits: training data and test cases of each fold or time cut."""


def build_splits(model: Model, rated: pd.DataFrame, protocol: str, seed: int) -> EvalCases:
    """Return the train/test splits of an evaluation protocol.

    Parameters
    ----------
    protocol
        ``folds``: three-fold cross-validation over users. ``returning``: the same folds; targets
        are likes of a later day only. ``temporal``: nine time cuts; training users stopped rating
        before the cut, and targets are the likes of other users after it.
    seed
        Seed of the folds.

    Raises
    ------
    ValueError
        If the protocol is not known.
    """
    if protocol == "temporal":
        return [
            (Split(model=model, rated=rated, cases=training, seed=seed), test)
            for training, test in build_temporal_cases(model, rated)
        ]
    if protocol not in PROTOCOLS:
        raise ValueError(f"There is no protocol {protocol!r}; choose from {', '.join(PROTOCOLS)}.")
    cases = build_cases(model, rated, folds=FOLDS, seed=seed)
    tested = build_returning_cases(model, rated, cases) if protocol == "returning" else cases
    whole = Split(model=model, rated=rated, cases=cases, seed=seed)
    return split_folds(whole, tested, folds=FOLDS)


def split_folds(whole: Split, tested: Sequence[Case], *, folds: int) -> EvalCases:
    """Return one train/test split for each fold; the users of the other folds are training data."""
    splits = []
    for fold in range(folds):
        training = [case for case in whole.cases if case.fold != fold]
        split = replace(whole, cases=training, notes=[], tuning_results={}, fits={})
        splits.append((split, [case for case in tested if case.fold == fold]))
    return splits
