"""What every ranker returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.choice import Dials
from recommender.engine.model import Model
from recommender.engine.taste import Taste
from recommender.engine.weights import Calibration


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """Scores of every film, and the parts they are made of.

    Attributes
    ----------
    parts : what each term adds, arrays of shape (n_films,); they add up to the score
    total : ndarray of shape (n_films,), -inf for a film the ranker does not consider
    counts : ndarray of shape (n_films,), how many films of the whole catalogue each film of an
        excerpt stands for; None where every film stands for itself
    calibration : how a score becomes a match in percent
    """

    parts: Mapping[str, FloatArray]
    total: FloatArray
    counts: FloatArray | None = None
    calibration: Calibration

    @classmethod
    def of(cls, parts: Mapping[str, FloatArray], calibration: Calibration) -> Scores:
        """Return the scores that these parts add up to."""
        return cls(parts=parts, total=np.sum(list(parts.values()), axis=0), calibration=calibration)

    def spread(self, term: str) -> tuple[float, float]:
        """Return mean and standard deviation of a part over the catalogue."""
        part = self.parts[term]
        if self.counts is None:
            return float(part.mean()), float(part.std())
        mean = float(np.average(part, weights=self.counts))
        return mean, float(np.sqrt(np.average((part - mean) ** 2, weights=self.counts)))


class Ranker(Protocol):
    """Scores every film for a taste.

    ``reranked`` says whether the list made of the scores is then varied and capped by series;
    the yardsticks are shown as they are.
    """

    @property
    def reranked(self) -> bool:
        """Whether the list is varied and capped after scoring."""
        ...

    def score(self, model: Model, taste: Taste, dials: Dials) -> Scores:
        """Return the scores of every film of the model for this taste."""
        ...
