"""Posters and overviews for pages: cached ones at once, missing ones fetched in the background."""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.settings import Secret, Settings
from recommender.tmdb import (
    BACKDROP_SIZES,
    POSTER_SIZES,
    Basics,
    Cache,
    CacheEntry,
    CacheSize,
    Client,
    Details,
    Enrichment,
    Offer,
    Picture,
    PictureKind,
    Pictures,
    Priority,
    TmdbGateway,
    TmdbState,
)

_WARM_BATCH = 40
_WARM_TIMEOUT_S = 60.0
_OFFER_LABELS: Final = {
    Offer.STREAM: "Stream",
    Offer.FREE: "Free",
    Offer.ADS: "Free with ads",
    Offer.RENT: "Rent",
    Offer.BUY: "Buy",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TmdbStatus:
    """State of TMDb and size of the cache."""

    state: TmdbState
    cached: CacheSize


class Enrichments:
    """Facade of the tmdb room. It never raises a TMDb error and never exceeds its wait.

    Tests pass ``connect`` to build their own client for a key.
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
        self._gateway = self._build_gateway(settings.tmdb_api_key)
        self._pictures = Pictures(settings.picture_dir, base=settings.tmdb_image_url)

    def find(self, tconsts: Iterable[str]) -> dict[str, Enrichment]:
        """Return cached enrichments by tconst, without a request; others are left out."""
        return self._build_all(self._cache.find(list(tconsts)))

    def fetch(self, tconsts: Sequence[str], *, wait_s: float) -> dict[str, Enrichment]:
        """Fetch what is not cached, wait for it, and return what is cached then.

        Parameters
        ----------
        tconsts
            Films in order of priority.
        wait_s
            Maximum wait in seconds; the budget in the settings limits it too. Later answers are
            in the cache for the next call, and `pending` tells whether there will be any.

        Returns
        -------
        dict of tconst to Enrichment; unknown films are left out.
        """
        deadline = time.monotonic() + min(wait_s, self._settings.tmdb_budget_s)
        entries = self._cache.find(tconsts)
        fetches = self._start_fetches(tconsts, entries)
        if fetches and wait_s > 0:
            concurrent.futures.wait(fetches, max(0.0, deadline - time.monotonic()))
            entries = self._cache.find(tconsts)
        return self._build_all(entries)

    def find_film(self, tconst: str) -> Enrichment | None:
        """Return the cached enrichment of one film with its details; None without one."""
        found = self.find([tconst]).get(tconst)
        details = self._cache.find_details(tconst) if found else None
        if found is None or details is None or not details.is_fresh(self._cache.clock()):
            return found
        return replace(found, details=details.value)

    def fetch_film(self, tconst: str, *, wait_s: float) -> Enrichment | None:
        """Fetch one film and its details, wait at most ``wait_s`` seconds, and return it."""
        self.fetch([tconst], wait_s=0)
        gateway, now = self._gateway, self._cache.clock()
        basics = self._cache.find([tconst]).get(tconst)
        details = self._cache.find_details(tconst)
        no_film = basics is not None and basics.value is None and not basics.needs_fetch(now)
        due = details is None or details.needs_fetch(now) or details.needs_refresh(now)
        if gateway is not None and gateway.is_available and due and not no_film:
            fetch = gateway.fetch_details(tconst)
            if wait_s > 0 and not (details and details.is_fresh(now)):
                concurrent.futures.wait([fetch], min(wait_s, self._settings.tmdb_budget_s))
        return self.find_film(tconst)

    def pending(self, tconsts: Iterable[str]) -> set[str]:
        """Return the films that are being fetched now."""
        return self._gateway.pending(set(tconsts)) if self._gateway is not None else set()

    def warm(self, tconsts: Sequence[str], progress: Callable[[int], None]) -> int:
        """Fill the cache with many films, batch by batch; cached films need no request.

        Return the number of films done, as ``progress`` receives it after each batch. It is less
        than given when TMDb stops answering.
        """
        done = 0
        while done < len(tconsts) and self._gateway is not None and self._gateway.is_available:
            batch = tconsts[done : done + _WARM_BATCH]
            fetches = self._start_fetches(batch, self._cache.find(batch))
            concurrent.futures.wait(fetches, timeout=_WARM_TIMEOUT_S)
            if any(fetch.cancelled() for fetch in fetches):
                break
            done += len(batch)
            progress(done)
        return done

    def check(self, *, wait_s: float) -> TmdbStatus:
        """Return the status, after a small request when there was none before."""
        gateway = self._gateway
        if gateway and gateway.state is TmdbState.UNTRIED and gateway.is_available:
            concurrent.futures.wait([gateway.check_key()], wait_s)
        return self.status()

    def status(self) -> TmdbStatus:
        """Return the status, without a request."""
        state = self._gateway.state if self._gateway is not None else TmdbState.NO_KEY
        return TmdbStatus(state=state, cached=self._cache.size())

    @property
    def is_used(self) -> bool:
        """Whether pages may show anything from TMDb."""
        works = self._gateway is not None and self._gateway.state is not TmdbState.REFUSED
        return works or self._cache.holds_films()

    @property
    def has_key(self) -> bool:
        """Whether a key is set, right or wrong."""
        return self._gateway is not None

    def use_key(self, key: Secret) -> None:
        """Replace the key; the same key changes nothing."""
        with self._lock:
            old = self._gateway
            if key == (old.client.key if old is not None else Secret()):
                return
            self._gateway = self._build_gateway(key)
        if old is not None:
            old.close()

    def fetch_picture(self, kind: PictureKind, tconst: str, size: str) -> Picture | None:
        """Return a picture of a film for the image route; the arguments are untrusted.

        None unless the settings enable the proxy, the film is cached and TMDb has the size.
        """
        found = self.find([tconst]).get(tconst) if self._settings.tmdb_image_proxy else None
        if found is None:
            return None
        poster = kind is PictureKind.POSTER
        path = found.poster_path if poster else found.backdrop_path
        if path is None or size not in (POSTER_SIZES if poster else BACKDROP_SIZES):
            return None
        return self._pictures.fetch(size, path)

    def purge(self) -> None:
        """Delete all cached answers and pictures."""
        self._cache.purge()
        self._pictures.purge()

    def close(self) -> None:
        """Stop fetching and close the files; the next use opens them again."""
        with self._lock:
            gateway = self._gateway
            self._gateway = self._build_gateway(gateway.client.key) if gateway else None
        if gateway is not None:
            gateway.close()
        self._pictures.close()
        self._cache.close()

    def _build_gateway(self, key: Secret) -> TmdbGateway | None:
        if not key:
            return None
        return TmdbGateway(self._connect(replace(self._settings, tmdb_api_key=key)), self._cache)

    def _start_fetches(
        self, tconsts: Sequence[str], entries: dict[str, CacheEntry[Basics]]
    ) -> list[Future[None]]:
        """Start fetches of missing and old films; return those of missing ones."""
        gateway, now = self._gateway, self._cache.clock()
        if gateway is None or not gateway.is_available:
            return []
        fetches = []
        for tconst in dict.fromkeys(tconsts):
            entry = entries.get(tconst)
            if entry is None or entry.needs_fetch(now):
                fetches.append(gateway.fetch(tconst))
            elif entry.needs_refresh(now):
                gateway.fetch(tconst, Priority.BACKGROUND)
        return fetches

    def _build_all(self, entries: dict[str, CacheEntry[Basics]]) -> dict[str, Enrichment]:
        now = self._cache.clock()
        base = "" if self._settings.tmdb_image_proxy else self._settings.tmdb_image_url
        return {
            tconst: Enrichment(
                tconst=tconst,
                tmdb_id=entry.value.tmdb_id,
                poster_path=entry.value.poster_path,
                backdrop_path=entry.value.backdrop_path,
                overview=entry.value.overview,
                fetched_at=entry.fetched_at,
                image_base=base,
            )
            for tconst, entry in entries.items()
            if entry.value is not None and entry.is_fresh(now)
        }


def _connect(settings: Settings) -> Client:
    return Client(settings.tmdb_api_url, settings.tmdb_api_key, language=settings.tmdb_language)


def build_media_payload(found: Enrichment) -> dict[str, Any]:
    """Return pictures and texts of a film as JSON for the browser."""
    payload: dict[str, Any] = {"poster": None, "wide": None, "overview": found.overview}
    if found.poster_path is not None:
        payload["poster"] = {
            "wall": found.poster_url("w342"),
            "wall_set": _source_set(found, "w342", "w500"),
            "page": found.poster_url("w500"),
            "page_set": _source_set(found, "w342", "w500", "w780"),
        }
    if (details := found.details) is not None:
        payload["wide"] = found.backdrop_url()
        payload["trailer"] = details.trailer
        payload["watch"] = _group_offers(details)
        payload["watch_link"] = details.watch_link
        payload["facts"] = [
            [name, value]
            for name, value in (
                ("Certificate", details.certificate or ""),
                ("Music by", ", ".join(details.music)),
                ("About", ", ".join(details.keywords)),
            )
            if value
        ]
    return payload


def _source_set(found: Enrichment, *sizes: str) -> str:
    return ", ".join(f"{found.poster_url(size)} {size[1:]}w" for size in sizes)


def _group_offers(details: Details) -> list[list[str]]:
    groups = [
        [label, ", ".join(p.name for p in details.providers if p.offer is offer)]
        for offer, label in _OFFER_LABELS.items()
    ]
    return [group for group in groups if group[1]]
