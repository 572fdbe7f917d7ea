"""Posters and overviews for films: what is known at once, the rest when it has come."""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import StrEnum

from recommender.settings import Secret, Settings
from recommender.tmdb import (
    Basics,
    Cache,
    CacheSize,
    Client,
    Enrichment,
    Images,
    Kept,
    Picture,
    PictureKind,
    Pictures,
    Source,
    SourceState,
    Urgency,
)

_WARM_AT_ONCE = 40
_WARM_PATIENCE_S = 60.0


class TmdbState(StrEnum):
    """How it stands with TMDb."""

    NO_KEY = "no key"
    UNTRIED = "untried"
    WORKING = "working"
    UNREACHED = "unreached"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class TmdbStatus:
    """How it stands with TMDb, and how much of it is kept here."""

    state: TmdbState
    kept: CacheSize


class Enrichments:
    """What TMDb knows of films. Nothing here raises, and nothing waits longer than it is told.

    Parameters
    ----------
    settings
        Key, addresses, language, region and the folder of the cache.
    connect
        Makes the client for a key; tests hand in their own.
    """

    def __init__(
        self, settings: Settings, *, connect: Callable[[Settings], Client] | None = None
    ) -> None:
        self._settings = settings
        self._connect = connect or _connect
        self._lock = threading.Lock()
        self._cache = Cache(
            settings.tmdb_db, language=settings.tmdb_language, region=settings.tmdb_region
        )
        self._source = self._open_source(settings.tmdb_api_key)
        self._images: Images | None = None
        self._pictures = Pictures(settings.picture_dir, base=settings.tmdb_image_url)

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
            comes later is in the cache the next time; `pending` says whether there is such.

        Returns
        -------
        dict of tconst to Enrichment; films that nothing is known of are left out.
        """
        until = time.monotonic() + min(wait_s, self._settings.tmdb_budget_s)
        kept = self._cache.find(tconsts)
        asked = self._ask(tconsts, kept)
        if asked and wait_s > 0:
            concurrent.futures.wait(asked, max(0.0, until - time.monotonic()))
            kept = self._cache.find(tconsts)
        return self._shown(kept)

    def find_film(self, tconst: str) -> Enrichment | None:
        """Return what is known of one film already, details included; None when nothing is."""
        found = self.find([tconst]).get(tconst)
        kept = self._cache.find_details(tconst) if found else None
        if found is None or kept is None or not kept.is_shown(self._cache.clock()):
            return found
        return replace(found, details=kept.answer)

    def fetch_film(self, tconst: str, *, wait_s: float) -> Enrichment | None:
        """Return what is known of one film after asking for it, details included.

        Parameters
        ----------
        tconst
            The film.
        wait_s
            As of `fetch`.
        """
        self.fetch([tconst], wait_s=0)
        source, now = self._source, self._cache.clock()
        basics = self._cache.find([tconst]).get(tconst)
        kept = self._cache.find_details(tconst)
        unknown = basics is not None and basics.answer is None and not basics.is_wanted(now)
        wanted = kept is None or kept.is_wanted(now) or kept.is_aging(now)
        if source is not None and source.is_open and wanted and not unknown:
            asked = source.ask_details(tconst)
            if wait_s > 0 and not (kept and kept.is_shown(now)):
                concurrent.futures.wait([asked], min(wait_s, self._settings.tmdb_budget_s))
        return self.find_film(tconst)

    def pending(self, tconsts: Iterable[str]) -> set[str]:
        """Return the films that TMDb is being asked for at this moment."""
        return self._source.pending(set(tconsts)) if self._source is not None else set()

    def warm(self, tconsts: Sequence[str], progress: Callable[[int], None]) -> int:
        """Fetch what is not known yet of many films, a few at a time, and wait for it.

        Parameters
        ----------
        tconsts
            Most wanted first. Those known already take no request, so that it can be interrupted
            and run again.
        progress
            Told how many films have been gone through.

        Returns
        -------
        How many have been gone through: fewer than asked for when TMDb does not answer any more.
        """
        done = 0
        while done < len(tconsts) and self._source is not None and self._source.is_open:
            some = tconsts[done : done + _WARM_AT_ONCE]
            asked = self._ask(some, self._cache.find(some))
            concurrent.futures.wait(asked, timeout=_WARM_PATIENCE_S)
            if any(errand.cancelled() for errand in asked):
                break
            done += len(some)
            progress(done)
        return done

    def check(self, *, wait_s: float) -> TmdbStatus:
        """Return how it stands with TMDb, after asking it for something small if nobody has yet."""
        source = self._source
        if source is not None and source.state is SourceState.UNTRIED and source.is_open:
            concurrent.futures.wait([source.ask_configuration()], wait_s)
        return self.status()

    def status(self) -> TmdbStatus:
        """Return how it stands with TMDb; nobody is asked."""
        source = self._source
        state = TmdbState(source.state) if source is not None else TmdbState.NO_KEY
        return TmdbStatus(state=state, kept=self._cache.size())

    @property
    def is_used(self) -> bool:
        """Whether anything that is shown may come from TMDb, now or from before."""
        with_key = self._source is not None and self._source.state is not SourceState.REFUSED
        return with_key or self._cache.holds_films()

    @property
    def has_key(self) -> bool:
        """Whether there is a key, right or wrong."""
        return self._source is not None

    def use_key(self, key: Secret) -> None:
        """Use another key from now on; the same one changes nothing."""
        with self._lock:
            old = self._source
            if key == (old.client.key if old is not None else Secret()):
                return
            self._source = self._open_source(key)
        if old is not None:
            old.close()

    def fetch_picture(self, kind: PictureKind, tconst: str, size: str) -> Picture | None:
        """Return a picture of a film for Marquee's own server to hand on.

        None without the proxy in the settings, for a film nothing is known of, and for a size
        TMDb does not have.

        Parameters
        ----------
        kind, tconst, size
            As in the address; anything may stand there.
        """
        found = self.find([tconst]).get(tconst) if self._settings.tmdb_image_proxy else None
        if found is None:
            return None
        poster = kind is PictureKind.POSTER
        path = found.poster_path if poster else found.backdrop_path
        sizes = found.images.poster_sizes if poster else found.images.backdrop_sizes
        if path is None or size not in sizes:
            return None
        return self._pictures.fetch(size, path)

    def purge(self) -> None:
        """Forget everything TMDb said, and its pictures."""
        self._cache.purge()
        self._pictures.purge()

    def close(self) -> None:
        """Stop asking and let go of the file. Afterwards the object is as new."""
        with self._lock:
            source = self._source
            self._source = self._open_source(source.client.key) if source is not None else None
        if source is not None:
            source.close()
        self._pictures.close()
        self._cache.close()

    def _open_source(self, key: Secret) -> Source | None:
        if not key:
            return None
        return Source(self._connect(replace(self._settings, tmdb_api_key=key)), self._cache)

    def _ask(self, tconsts: Sequence[str], kept: dict[str, Kept[Basics]]) -> list[Future[None]]:
        """Ask for films; return the errands of those of which nothing can be shown yet."""
        source, now = self._source, self._cache.clock()
        if source is None or not source.is_open:
            return []
        asked = []
        for tconst in dict.fromkeys(tconsts):
            entry = kept.get(tconst)
            if entry is None or entry.is_wanted(now):
                asked.append(source.ask(tconst))
            elif entry.is_aging(now):
                source.ask(tconst, Urgency.LATER)
        if asked and self._images is None and self._cache.find_configuration() is None:
            source.ask_configuration(Urgency.LATER)
        return asked

    def _shown(self, kept: dict[str, Kept[Basics]]) -> dict[str, Enrichment]:
        now = self._cache.clock()
        images = self._find_images() if kept else None
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
            if images is not None and entry.answer is not None and entry.is_shown(now)
        }

    def _find_images(self) -> Images:
        """Return where pictures are, as far as TMDb has said; the built-in places until then."""
        if self._images is not None:
            return self._images
        usual = self._settings.tmdb_image_url
        built_in = Images(base=usual, proxied=self._settings.tmdb_image_proxy)
        said = self._cache.find_configuration()
        if said is None:
            return built_in
        # Browsers may load pictures from the host of the settings and from no other.
        same_host = usual == Settings().tmdb_image_url and said.base.startswith(
            f"{self._settings.image_host}/"
        )
        self._images = replace(
            built_in,
            base=said.base if same_host else usual,
            poster_sizes=said.poster_sizes,
            backdrop_sizes=said.backdrop_sizes,
        )
        return self._images


def _connect(settings: Settings) -> Client:
    return Client(settings.tmdb_api_url, settings.tmdb_api_key, language=settings.tmdb_language)
