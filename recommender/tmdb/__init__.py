"""Posters and overviews from TMDb, and drawn posters for every film."""

from recommender.tmdb.cache import Cache, CacheEntry, CacheSize
from recommender.tmdb.client import Client
from recommender.tmdb.enrichment import (
    BACKDROP_SIZES,
    POSTER_SIZES,
    Details,
    Enrichment,
    Offer,
    Provider,
)
from recommender.tmdb.gateway import TmdbGateway, TmdbState
from recommender.tmdb.limiter import RateLimiter
from recommender.tmdb.parsing import Basics
from recommender.tmdb.pictures import Picture, PictureKind, Pictures
from recommender.tmdb.poster_art import PosterArt, draw_poster
from recommender.tmdb.transport import Timeouts
from recommender.tmdb.worker_pool import Priority

__all__ = [
    "BACKDROP_SIZES",
    "POSTER_SIZES",
    "Basics",
    "Cache",
    "CacheEntry",
    "CacheSize",
    "Client",
    "Details",
    "Enrichment",
    "Offer",
    "Picture",
    "PictureKind",
    "Pictures",
    "PosterArt",
    "Priority",
    "Provider",
    "RateLimiter",
    "Timeouts",
    "TmdbGateway",
    "TmdbState",
    "draw_poster",
]
