"""How much each term counts: learned from ratings when they are there, set by hand otherwise."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from recommender.errors import ModelError

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, kw_only=True, slots=True)
class TermWeight:
    """One term's part in the score: ``weight * (value - centre) / scale``.

    ``centre`` and ``scale`` are the term's mean and spread over the films it was set on; they
    are fixed, so that a score means the same in a catalogue of any size.
    """

    weight: float
    centre: float
    scale: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How a score becomes a chance, on the logistic curve ``intercept + slope * score``."""

    intercept: float
    slope: float

    def percent(self, score: float) -> int:
        """Return the chance in percent, 1 to 99, rising with the score."""
        exponent = min(max(-(self.intercept + self.slope * score), -30.0), 30.0)
        return round(min(max(100.0 / (1.0 + math.exp(exponent)), 1.0), 99.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Every term's weight, the calibration of the score, and where they come from."""

    terms: Mapping[str, TermWeight]
    calibration: Calibration
    source: Mapping[str, Any] = field(default_factory=dict)


HAND_SET = Weights(
    terms={
        "franchise": TermWeight(weight=0.25, centre=0.0, scale=0.06),
        "director": TermWeight(weight=0.15, centre=0.01, scale=0.09),
        "writer": TermWeight(weight=0.08, centre=0.01, scale=0.08),
        "cast": TermWeight(weight=0.12, centre=0.03, scale=0.07),
        "genre": TermWeight(weight=0.40, centre=0.24, scale=0.14),
        "genre_best": TermWeight(weight=0.20, centre=0.60, scale=0.22),
        "era": TermWeight(weight=0.45, centre=0.22, scale=0.17),
        "votes": TermWeight(weight=0.60, centre=4.1, scale=0.65),
        "renown": TermWeight(weight=0.20, centre=0.1, scale=0.23),
        "rating": TermWeight(weight=0.25, centre=6.5, scale=0.75),
        "votes_level": TermWeight(weight=0.25, centre=-1.2, scale=0.65),
        "rating_level": TermWeight(weight=0.25, centre=-0.9, scale=0.6),
    },
    calibration=Calibration(intercept=-0.6, slope=0.42),
    source={"how": "set by hand"},
)
"""The default without any ratings: what a film lover would expect, in round numbers."""


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Return the learned weights of a file, or the ones set by hand when there is no file.

    Raises
    ------
    ModelError
        If the file is there and does not read as weights.
    """
    if not path.exists():
        return HAND_SET
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
        return Weights(
            terms={name: TermWeight(**numbers) for name, numbers in page["terms"].items()},
            calibration=Calibration(**page["calibration"]),
            source=page["source"],
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"The weights in {path.name} cannot be read: {error}") from error
