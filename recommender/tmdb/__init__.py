"""What a film looks like: TMDb's posters and words where there are any, drawn art everywhere."""

from recommender.tmdb.cache import Cache, CacheSize, Kept
from recommender.tmdb.client import Client, Patience
from recommender.tmdb.enrichment import Details, Enrichment, Images, Offer, Provider
from recommender.tmdb.gateway import Source, SourceState
from recommender.tmdb.limiter import Limiter
from recommender.tmdb.parsing import Basics, Configuration
from recommender.tmdb.pictures import Picture, PictureKind, Pictures
from recommender.tmdb.poster_art import PosterArt, draw_poster
from recommender.tmdb.worker_pool import Urgency

__all__ = [
    "Basics",
    "Cache",
    "CacheSize",
    "Client",
    "Configuration",
    "Details",
    "Enrichment",
    "Images",
    "Kept",
    "Limiter",
    "Offer",
    "Patience",
    "Picture",
    "PictureKind",
    "Pictures",
    "PosterArt",
    "Provider",
    "Source",
    "SourceState",
    "Urgency",
    "draw_poster",
]
