"""IMDb's public data sets -> a catalogue. Only imports load it: it brings Arrow and HTTP along."""

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
