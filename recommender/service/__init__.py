"""What pages, routes and the command line share: films, picks and people brought together."""

from recommender.service.community import Community, import_ratings, learn_community
from recommender.service.home_rows import Row, build_home_rows
from recommender.service.insights import (
    build_alike_table,
    build_contribution_table,
    build_genre_table,
    build_similarity_table,
)
from recommender.service.marquee import Marquee, close_marquee, get_marquee
from recommender.service.preparation import Preparation, Stage, Standing
from recommender.service.quality import Quality, load_quality, load_reliability

__all__ = [
    "Community",
    "Marquee",
    "Preparation",
    "Quality",
    "Row",
    "Stage",
    "Standing",
    "build_alike_table",
    "build_contribution_table",
    "build_genre_table",
    "build_home_rows",
    "build_similarity_table",
    "close_marquee",
    "get_marquee",
    "import_ratings",
    "learn_community",
    "load_quality",
    "load_reliability",
]
