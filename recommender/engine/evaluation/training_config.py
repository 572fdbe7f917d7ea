"""The settings of training, in one record: what a search may choose, and what ships."""

from __future__ import annotations

from dataclasses import dataclass, field

from recommender.engine.embedding import DIMENSIONS, RIDGE, BlendConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingConfig:
    """How weights and embedding are made of ratings.

    Attributes
    ----------
    dimensions : of the embedding; 0 does without one, so that IMDb's own fields speak alone
    ridge : how strongly the embedding's regression is held back
    lean : how far the learned weights are leaned towards the person: 0 leaves them as learned,
        1 leans them as `TIMES` and `PLUS` in ``training.py`` say
    voice : how much other people's likes say, in the hybrid
    """

    dimensions: int = DIMENSIONS
    ridge: float = RIDGE
    lean: float = 1.0
    voice: BlendConfig = field(default_factory=BlendConfig)

    def text(self) -> str:
        """Return the settings in a few words, for a table."""
        likes = self.voice
        space = f"{self.dimensions} dimensions, ridge {self.ridge:g}, " if self.dimensions else ""
        return (
            f"{space}lean {self.lean:g}, voice {likes.people:g} people, {likes.likers:g} likers, "
            f"louder {likes.louder:g}"
        )
