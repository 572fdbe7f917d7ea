"""Import of IMDb's public data sets. Only imports load this package, because it loads Arrow."""

from recommender.catalogue.imdb.columns import Choice
from recommender.catalogue.imdb.download import PUBLIC_ADDRESS, Downloader
from recommender.catalogue.imdb.progress import ImportProgress, Step, Tracker, Watch
from recommender.catalogue.imdb.staged_build import ImportFacts, StagedBuild

__all__ = [
    "PUBLIC_ADDRESS",
    "Choice",
    "Downloader",
    "ImportFacts",
    "ImportProgress",
    "StagedBuild",
    "Step",
    "Tracker",
    "Watch",
]
