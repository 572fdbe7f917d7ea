"""Marquee's own ranking: every term weighed, every like counted by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recommender.engine import terms
from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.rankers.general import TrendingRanker
from recommender.engine.rankers.scores import Scores
from recommender.engine.weights import Weights, load_weights

TERMS: Mapping[str, terms.Term] = MappingProxyType(
    {
        "franchise": terms.franchise,
        "director": terms.director,
        "writer": terms.writer,
        "cast": terms.cast,
        "genre": terms.genre,
        "genre_best": terms.genre_best,
        "era": terms.era,
        "circle": terms.circle,
        "community": terms.community,
        "community_best": terms.community_best,
        "votes": terms.votes,
        "renown": terms.renown,
        "rating": terms.rating,
        "votes_level": terms.votes_level,
        "rating_level": terms.rating_level,
    }
)
SAID_AS: Mapping[str, str] = MappingProxyType(
    {"genre_best": "genre", "renown": "votes", "community_best": "community"}
)
"""Terms that are weighed apart and told together."""

HIDDEN_WEIGHT = 3.0
"""What a film just like a hidden one loses."""
LESS_WEIGHT = 4.0
"""What a film just like one that less like was asked for loses."""
GEMS_WEIGHT = 1.6
"""What the dial at its end takes from a film for each power of ten in votes."""
GEMS_CENTRE = 4.0
GEMS_FLOOR = 3.0
"""log10 of the votes below which a film is no more of a gem: what nobody has seen is none."""
NEWNESS_WEIGHT = 1.5
"""What the dial at its end gives a film for each ten years it is newer."""
NEWNESS_CENTRE = 1990.0


@dataclass(frozen=True, slots=True)
class MarqueeRanker:
    """The learned ranking; without any like, what is well known and recent.

    ``weights`` replaces the learned ones, as evaluation does for each fold.
    """

    weights: Weights | None = None
    reranked: bool = True

    @property
    def weighed_by(self) -> Weights:
        """The weights in use."""
        return self.weights or load_weights()

    def score(self, model: Model, taste: ProfileRows, dials: Dials) -> Scores:
        """Return the weighed sum of the terms, with what the dials and hidden films add."""
        if not len(taste.likes):
            plain = TrendingRanker().score(model, taste, dials)
            parts, calibration = dict(plain.parts), plain.calibration
        else:
            weights = self.weighed_by
            parts, calibration = weigh(model, taste, weights), weights.calibration
        if len(taste.hidden):
            parts["hidden"] = np.float32(-HIDDEN_WEIGHT) * terms.hidden(model, taste)
        if len(taste.less):
            parts["less"] = np.float32(-LESS_WEIGHT) * terms.less(model, taste)
        turn = 2.0 * dials.hidden_gems - 1.0
        if turn:
            known = np.maximum(model.log_votes, np.float32(GEMS_FLOOR))
            beyond = known - np.float32(GEMS_CENTRE)
            parts["gems"] = np.float32(-turn * GEMS_WEIGHT) * beyond
        turn = 2.0 * dials.newness - 1.0
        if turn:
            decades = (model.years.astype(np.float32) - np.float32(NEWNESS_CENTRE)) / np.float32(10)
            parts["newness"] = np.float32(turn * NEWNESS_WEIGHT) * decades
        return Scores.of(parts, calibration)


def weigh(model: Model, taste: ProfileRows, weights: Weights) -> dict[str, FloatArray]:
    """Return what each term adds to every film's score, arrays of shape (n_films,)."""
    parts: dict[str, FloatArray] = {}
    for name, weighed in weights.terms.items():
        if not weighed.weight:
            continue
        value = TERMS[name](model, taste)
        part = np.float32(weighed.weight / weighed.scale) * (value - np.float32(weighed.centre))
        said = SAID_AS.get(name, name)
        parts[said] = parts[said] + part if said in parts else part
    return parts
