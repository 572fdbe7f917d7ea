"""Open the catalogue for a command, building it first on a new data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from recommender.catalogue import Catalogue, ensure_catalogue
from recommender.cli.progress import draw_progress
from recommender.settings import load_settings


@contextmanager
def open_catalogue() -> Iterator[Catalogue]:
    """Lend the catalogue; neither the model nor people's data is touched.

    Raises
    ------
    MarqueeError
        If a setting makes no sense, or there is no catalogue and none can be built.
    """
    settings = load_settings()
    with draw_progress() as tell:
        path = ensure_catalogue(settings, progress=tell)
    with Catalogue(path) as catalogue:
        yield catalogue
