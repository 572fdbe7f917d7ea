"""Posters and overviews for films: what is known at once, the rest when it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from recommender.settings import Settings
from recommender.tmdb import Basics, Cache, Enrichment, Images, Kept


class Enrichments:
    """What TMDb knows of films. Nothing here raises, and nothing waits longer than it is told.

    Parameters
    ----------
    settings
        Key, addresses, language, region and the folder of the cache.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = Cache(
            settings.tmdb_db, language=settings.tmdb_language, region=settings.tmdb_region
        )

    def find(self, tconsts: Iterable[str]) -> dict[str, Enrichment]:
        """Return what is known of films already, by their ids; nobody is asked.

        Films that nothing is known of are left out.
        """
        return self._shown(self._cache.find(list(tconsts)))

    def fetch(self, tconsts: Sequence[str], *, wait_s: float) -> dict[str, Enrichment]:
        """Return what is known of films after asking for what is not known yet.

        Parameters
        ----------
        tconsts
            Most wanted first.
        wait_s
            The longest to wait, in seconds, never more than the budget in the settings. What
            comes later is in the cache the next time.

        Returns
        -------
        dict of tconst to Enrichment; films that nothing is known of are left out.
        """
        return self.find(tconsts)

    def close(self) -> None:
        """Let go of the file."""
        self._cache.close()

    def _shown(self, kept: dict[str, Kept[Basics]]) -> dict[str, Enrichment]:
        now = self._cache.clock()
        images = Images(base=self._settings.tmdb_image_url, proxied=self._settings.tmdb_image_proxy)
        return {
            tconst: Enrichment(
                tconst=tconst,
                tmdb_id=entry.answer.tmdb_id,
                poster_path=entry.answer.poster_path,
                backdrop_path=entry.answer.backdrop_path,
                overview=entry.answer.overview,
                fetched_at=entry.moment,
                images=images,
            )
            for tconst, entry in kept.items()
            if entry.answer is not None and entry.is_shown(now)
        }
