"""Scoring: the weighted sum of the registered terms, with what each term contributes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.terms import TERMS, Term, TermWeight
from recommender.engine.weights import Calibration, Weights, load_weights

COLD_START = Weights(
    terms={
        "popularity": TermWeight(weight=1.0, centre=4.0),
        "rating": TermWeight(weight=0.5, centre=6.5),
        "recency": TermWeight(weight=4.0),
    },
    calibration=Calibration(intercept=-1.5, slope=0.4),
)
"""Weights for a profile without likes: well known, well rated and recent films first."""
_NOTHING = TermWeight(weight=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """Scores of a model's films and the contributions that add up to them.

    Attributes
    ----------
    parts : contributions by reported term, each of shape (n_films,)
    total : ndarray of shape (n_films,), -inf for a film the ranker does not consider
    calibration : from a score to a match in percent
    counts : ndarray of shape (n_films,), films of the catalogue each film represents in
        `spread`; None when the model holds the whole catalogue
    """

    parts: Mapping[str, FloatArray]
    total: FloatArray
    calibration: Calibration
    counts: FloatArray | None = None
    _spreads: dict[str, tuple[float, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, parts: Mapping[str, FloatArray], calibration: Calibration) -> Scores:
        """Return the scores these contributions add up to."""
        return cls(parts=parts, total=np.sum(list(parts.values()), axis=0), calibration=calibration)

    def spread(self, term: str) -> tuple[float, float]:
        """Return mean and standard deviation of a contribution over the catalogue."""
        if term not in self._spreads:
            part = self.parts[term]
            if self.counts is None:
                self._spreads[term] = float(part.mean()), float(part.std())
            else:
                shares = self.counts / self.counts.sum()
                mean = float(part @ shares)
                self._spreads[term] = mean, float((part - mean) ** 2 @ shares) ** 0.5
        return self._spreads[term]


class Ranker(Protocol):
    """Scores every film of a model for a profile.

    ``reranked`` is True if diversity re-ranking and series caps follow; baselines skip both.
    """

    @property
    def reranked(self) -> bool:
        """Whether the list is re-ranked after scoring."""
        ...

    def score(self, model: Model, profile: ProfileRows, dials: Dials) -> Scores:
        """Return the scores of every film of the model."""
        ...


@dataclass(frozen=True, slots=True)
class MarqueeRanker:
    """The learned ranking; without likes, well known and recent films.

    ``weights`` replaces the shipped ones, as evaluation does in each fold.
    """

    weights: Weights | None = None
    reranked: bool = True

    def score(
        self,
        model: Model,
        profile: ProfileRows,
        dials: Dials,
        *,
        among: Collection[str] | None = None,
    ) -> Scores:
        """Return the weighted sum of the registered terms, or of some of them by name."""
        weights = (self.weights or load_weights()) if len(profile.likes) else COLD_START
        parts: dict[str, FloatArray] = {}
        for term in TERMS.values():
            weight = _weight_of(term, weights, profile, dials)
            if term.function is None or not weight.weight or term.name not in (among or TERMS):
                continue
            value = term.function(model, profile)
            part = np.float32(weight.weight / weight.scale) * (value - np.float32(weight.centre))
            name = term.reported_as or term.name
            parts[name] = parts[name] + part if name in parts else part
        total = np.zeros(len(model.years), np.float32)
        for part in parts.values():
            total += part
        return Scores(parts=parts, total=total, calibration=weights.calibration)


def _weight_of(term: Term, weights: Weights, profile: ProfileRows, dials: Dials) -> TermWeight:
    """Return a term's weight for this profile; 0 for a term that has nothing to compare with."""
    default = term.default_weight
    if term.dial:
        return replace(default, weight=default.weight * (2.0 * getattr(dials, term.dial) - 1.0))
    if term.source != "likes":
        return default if len(profile.films_of(term.source)) else _NOTHING
    if weights is COLD_START:
        return weights.terms.get(term.name, _NOTHING)
    return weights.terms.get(term.name, default)
