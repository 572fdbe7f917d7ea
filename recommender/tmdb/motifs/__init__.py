"""The shapes poster art is made of: one function a motif.

A motif gets a random source, a palette and the size of its field, and fills that field from edge
to edge with flat shapes.
"""

from typing import Final

from recommender.tmdb.motifs.nights import NIGHTS
from recommender.tmdb.motifs.patterns import PATTERNS
from recommender.tmdb.motifs.scenes import SCENES
from recommender.tmdb.motifs.shapes import Motif, Palette

MOTIFS: Final[dict[str, Motif]] = PATTERNS | SCENES | NIGHTS

__all__ = ["MOTIFS", "Motif", "Palette"]
