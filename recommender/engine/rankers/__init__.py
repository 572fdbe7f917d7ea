"""Rankers by name: each turns a taste into a score for every film, term by term."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recommender.engine.rankers.general import PopularityRanker, WeightedRatingRanker
from recommender.engine.rankers.marquee import MarqueeRanker
from recommender.engine.rankers.scores import Ranker, Scores
from recommender.engine.rankers.seeds import SeedRanker

RANKERS: Mapping[str, Ranker] = MappingProxyType(
    {
        "marquee": MarqueeRanker(),
        "seed-single": SeedRanker(latest_only=True),
        "seed-profile": SeedRanker(latest_only=False),
        "popularity": PopularityRanker(),
        "weighted-rating": WeightedRatingRanker(),
    }
)

__all__ = ["RANKERS", "MarqueeRanker", "Ranker", "Scores", "SeedRanker"]
