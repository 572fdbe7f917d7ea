"""What every ranker returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.weights import Calibration


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """Scores of every film, and the parts they are made of.

    Attributes
    ----------
    parts : what each term adds, arrays of shape (n_films,); they add up to the score
    total : ndarray of shape (n_films,), -inf for a film the ranker does not consider
    usual : term -> mean and standard deviation over the catalogue; None where the films are all
    calibration : how a score becomes a match in percent
    """

    parts: Mapping[str, FloatArray]
    total: FloatArray
    usual: Mapping[str, tuple[float, float]] | None = None
    calibration: Calibration
    _spreads: dict[str, tuple[float, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, parts: Mapping[str, FloatArray], calibration: Calibration) -> Scores:
        """Return the scores that these parts add up to."""
        return cls(parts=parts, total=np.sum(list(parts.values()), axis=0), calibration=calibration)

    def spread(self, term: str) -> tuple[float, float]:
        """Return mean and standard deviation of a part over the catalogue."""
        if self.usual is not None:
            return self.usual[term]
        if term not in self._spreads:
            part = self.parts[term]
            self._spreads[term] = float(part.mean()), float(part.std())
        return self._spreads[term]


class Ranker(Protocol):
    """Scores every film for a taste.

    ``reranked`` says whether the list made of the scores is then varied and capped by series;
    the yardsticks are shown as they are.
    """

    @property
    def reranked(self) -> bool:
        """Whether the list is varied and capped after scoring."""
        ...

    def score(self, model: Model, taste: ProfileRows, dials: Dials) -> Scores:
        """Return the scores of every film of the model for this taste."""
        ...
