"""Weights of the terms: learned from ratings when the file is there, else the registry's."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from recommender.engine.embedding import EMBEDDING_FILE
from recommender.engine.terms import TERMS, TermWeight
from recommender.errors import ModelError

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """Logistic curve ``intercept + slope * score`` from a score to the chance of a like."""

    intercept: float
    slope: float

    def percent(self, score: float) -> int:
        """Return the chance in percent, 1 to 99; it rises with the score."""
        exponent = min(max(-(self.intercept + self.slope * score), -30.0), 30.0)
        return round(min(max(100.0 / (1.0 + math.exp(exponent)), 1.0), 99.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Weights by term, the calibration of the score, and where both come from."""

    terms: Mapping[str, TermWeight]
    calibration: Calibration
    source: Mapping[str, Any] = field(default_factory=dict)


def default_weights() -> Weights:
    """Return the weights of the registry, which need no ratings."""
    return Weights(
        terms={term.name: term.default_weight for term in TERMS.values() if term.learned},
        calibration=Calibration(intercept=-0.6, slope=0.42),
        source={"how": "set by hand"},
    )


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Return the learned weights of a file, or the registry's when there is no file.

    Raises
    ------
    ModelError
        If the file cannot be read as weights.
    """
    if not path.exists():
        return default_weights()
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
        return Weights(
            terms={name: TermWeight(**numbers) for name, numbers in page["terms"].items()},
            calibration=Calibration(**page["calibration"]),
            source=page["source"],
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"The weights in {path.name} cannot be read: {error}") from error


def artifact_fingerprint() -> str:
    """Return a checksum of the shipped weights and embedding.

    A fitted model holds films projected into the embedding, on which the weights were learned.
    A saved model with another checksum is refitted.
    """
    mark = 0
    for path in (WEIGHTS_FILE, EMBEDDING_FILE):
        mark = zlib.crc32(path.read_bytes() if path.exists() else b"none", mark)
    return f"{mark:08x}"
