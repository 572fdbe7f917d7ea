"""Gateway to TMDb: fetches through a worker pool into the cache, behind a circuit breaker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from enum import StrEnum
from typing import Final

from recommender import metrics
from recommender.errors import TmdbError, TmdbKeyRefused, TmdbNotAsked
from recommender.tmdb.cache import Cache
from recommender.tmdb.client import Client
from recommender.tmdb.transport import CONNECTIONS
from recommender.tmdb.worker_pool import Priority, WorkerPool

FAILURE_THRESHOLD: Final = 5
"""Failures in a row that open the circuit breaker."""
OPEN_S: Final = 15.0
"""Time the breaker stays open. The next failure opens it again, a success closes it."""
_BASICS_TIMEOUT_S = 10.0

_LOGGER = logging.getLogger(__name__)


class TmdbState(StrEnum):
    """Outcome of the latest requests to TMDb."""

    NO_KEY = "no key"
    UNTRIED = "untried"
    WORKING = "working"
    UNREACHED = "unreached"
    REFUSED = "refused"


class TmdbGateway:
    """Fetches films for one key; answers go to the cache, errors to the log."""

    def __init__(self, client: Client, cache: Cache) -> None:
        self.client = client
        self.state = TmdbState.UNTRIED
        self._cache = cache
        self._pool = WorkerPool(workers=CONNECTIONS)
        self._failures = 0
        self._guard = threading.Lock()

    @property
    def is_available(self) -> bool:
        """Whether requests are sent now: the key is good and the breaker is closed."""
        return self.state is not TmdbState.REFUSED and self.client.limiter.pause_left_s() <= 1

    def fetch(self, tconst: str, priority: Priority = Priority.VISIBLE) -> Future[None]:
        """Fetch a film into the cache; the future ends with the request, whatever its outcome."""
        return self._pool.submit(tconst, lambda: self._fetch(tconst), priority)

    def fetch_details(self, tconst: str) -> Future[None]:
        """Fetch a film's details into the cache, after the film itself where that is missing."""
        entry = self._cache.find([tconst]).get(tconst)
        known = entry is not None and not entry.needs_fetch(self._cache.clock())
        basics = None if known else self.fetch(tconst)
        return self._pool.submit((tconst, "details"), lambda: self._fetch_details(tconst, basics))

    def check_key(self) -> Future[None]:
        """Send a small request that shows in `state` whether the key works."""
        return self._pool.submit("key", lambda: self._send(self.client.check_key, lambda: None))

    def pending(self, tconsts: set[str]) -> set[str]:
        """Return the films whose record or details are being fetched."""
        names: set[Hashable] = {*tconsts, *((tconst, "details") for tconst in tconsts)}
        found = self._pool.pending(names)
        return {name[0] if isinstance(name, tuple) else str(name) for name in found}

    def close(self) -> None:
        """Cancel waiting requests and close the connections."""
        self._pool.close()
        self.client.close()

    def _fetch(self, tconst: str) -> None:
        entry, now = self._cache.find([tconst]).get(tconst), self._cache.clock()
        if entry and not entry.needs_fetch(now) and not entry.needs_refresh(now):
            return  # another thread fetched it since the caller read the cache
        self._send(
            lambda: self._cache.save(tconst, self.client.find(tconst)),
            lambda: self._cache.save_failure(tconst),
        )

    def _fetch_details(self, tconst: str, basics: Future[None] | None) -> None:
        if basics is not None:
            try:
                basics.result(timeout=_BASICS_TIMEOUT_S)
            except (CancelledError, FutureTimeout):
                return
        entry = self._cache.find([tconst]).get(tconst)
        film = entry.value if entry else None
        if film is None:
            return
        region = self._cache.region
        self._send(
            lambda: self._cache.save_details(
                tconst, self.client.find_details(film.tmdb_id, region=region)
            ),
            lambda: self._cache.save_details_failure(tconst),
        )

    def _send(self, request: Callable[[], None], save_failure: Callable[[], None]) -> None:
        """Run a request through the breaker and record its outcome."""
        if not self.is_available:
            return
        try:
            request()
        except TmdbKeyRefused as error:
            metrics.count("tmdb", outcome="refused")
            self._refuse(error)
        except TmdbNotAsked as error:
            metrics.count("tmdb", outcome="not asked")
            _LOGGER.info("%s", error)
        except TmdbError as error:
            metrics.count("tmdb", outcome="failed")
            _LOGGER.info("%s", error)
            save_failure()
            self._record_failure()
        except Exception:
            save_failure()
            raise
        else:
            metrics.count("tmdb", outcome="answered")
            with self._guard:
                self._failures = 0
                if self.state is not TmdbState.REFUSED:
                    self.state = TmdbState.WORKING

    def _refuse(self, error: TmdbKeyRefused) -> None:
        with self._guard:
            first, self.state = self.state is not TmdbState.REFUSED, TmdbState.REFUSED
        self._pool.cancel_waiting()
        if first:
            _LOGGER.warning("%s No more requests are sent until the key is changed.", error)

    def _record_failure(self) -> None:
        with self._guard:
            self._failures += 1
            if self.state is not TmdbState.REFUSED:
                self.state = TmdbState.UNREACHED
            opens = self._failures >= FAILURE_THRESHOLD
        if opens:
            self._pool.cancel_waiting()
            self.client.limiter.pause(OPEN_S)
