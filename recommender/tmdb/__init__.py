"""What a film looks like: TMDb's posters and words where there are any, drawn art everywhere."""

from recommender.tmdb.answers import Basics, Configuration
from recommender.tmdb.cache import Cache, CacheSize, Kept
from recommender.tmdb.enrichment import Details, Enrichment, Images, Offer, Provider
from recommender.tmdb.poster_art import PosterArt, draw_poster

__all__ = [
    "Basics",
    "Cache",
    "CacheSize",
    "Configuration",
    "Details",
    "Enrichment",
    "Images",
    "Kept",
    "Offer",
    "PosterArt",
    "Provider",
    "draw_poster",
]
