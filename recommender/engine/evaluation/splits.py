"""What a system may learn from, and whom it is then asked about."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from recommender.engine.evaluation.cases import (
    LIKED_FROM,
    Case,
    build_cases,
    build_returning_cases,
    build_temporal_cases,
)
from recommender.engine.evaluation.term_regression import Learned, learn
from recommender.engine.evaluation.training_config import TrainingConfig
from recommender.engine.model import Model

FOLDS = 3
PROTOCOLS = ("folds", "returning", "temporal")

Progress = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """What a system may learn from.

    Attributes
    ----------
    model : the catalogue
    rated : from `read_ratings`; a system reads those of the people of ``cases`` alone
    cases : the profiles and targets of the people who teach
    seed : of whatever is dealt or sampled
    progress : told the share done and what is being done
    notes : what a system found out on the way
    known : how good configs are on the split's inner folds, for systems that search alike
    """

    model: Model
    rated: pd.DataFrame
    cases: Sequence[Case]
    seed: int
    progress: Progress = lambda share, what: None
    notes: list[str] = field(default_factory=list)
    known: dict[Hashable, tuple[bool, float]] = field(default_factory=dict)
    _learned: dict[tuple[int, float], Learned] = field(default_factory=dict)

    def learned(self, config: TrainingConfig) -> Learned:
        """Return weights and embedding by a config; what was learned once is not learned again."""
        made_of = (config.dimensions, config.ridge)
        if made_of not in self._learned:
            self._learned[made_of] = learn(
                self.model, self.rated, self.cases, seed=self.seed, config=config
            )
        found = self._learned[made_of]
        return Learned.of(found.plain, found.embedding, lean=config.lean)

    def liked(self) -> pd.DataFrame:
        """Return ``person, row`` of every like of the people in the split."""
        people = {case.person for case in self.cases}
        wanted = (self.rated["rating"] >= LIKED_FROM) & self.rated["person"].isin(people)
        chosen: pd.DataFrame = self.rated.loc[wanted, ["person", "row"]]
        return chosen


EvalCases = list[tuple[Split, list[Case]]]


def build_splits(model: Model, rated: pd.DataFrame, protocol: str, seed: int) -> EvalCases:
    """Return what is learned from and who is then asked, one pair a fold or moment.

    Parameters
    ----------
    protocol
        ``folds``: three folds of people. ``returning``: the same, asked only of people who came
        back on a later day, about what they liked then. ``temporal``: nine moments, learned from
        people who stopped before one, asked of others about what they liked after it.
    seed
        Of the folds.

    Raises
    ------
    ValueError
        If there is no such protocol.
    """
    if protocol == "temporal":
        return [
            (Split(model=model, rated=rated, cases=taught, seed=seed), asked)
            for taught, asked in build_temporal_cases(model, rated)
        ]
    if protocol not in PROTOCOLS:
        raise ValueError(f"There is no protocol {protocol!r}; choose from {', '.join(PROTOCOLS)}.")
    cases = build_cases(model, rated, folds=FOLDS, seed=seed)
    asked = build_returning_cases(model, rated, cases) if protocol == "returning" else cases
    return split_folds(Split(model=model, rated=rated, cases=cases, seed=seed), asked, folds=FOLDS)


def split_folds(whole: Split, asked: Sequence[Case], *, folds: int) -> EvalCases:
    """Return a split a fold, with the people it must not have seen."""
    pairs = []
    for fold in range(folds):
        taught = [case for case in whole.cases if case.fold != fold]
        theirs = [case for case in asked if case.fold == fold]
        pairs.append((replace(whole, cases=taught, notes=[], known={}, _learned={}), theirs))
    return pairs
