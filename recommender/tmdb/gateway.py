"""TMDb behind its cache: asked once for what is not known, and left alone when it is not well."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as WaitedTooLong
from enum import StrEnum
from typing import Final

from recommender import metrics
from recommender.errors import TmdbError, TmdbKeyRefused, TmdbNotAsked
from recommender.tmdb.cache import Cache
from recommender.tmdb.client import WORKERS, Client
from recommender.tmdb.parsing import Configuration
from recommender.tmdb.worker_pool import Fetcher, Urgency

FAILURES_IN_A_ROW: Final = 5
REST_S: Final = 15.0
"""How long TMDb is left alone after so many failures; walls do not wait for it meanwhile."""

_LOGGER = logging.getLogger(__name__)


class SourceState(StrEnum):
    """How it stands with TMDb, as far as anybody has tried."""

    UNTRIED = "untried"
    WORKING = "working"
    UNREACHED = "unreached"
    REFUSED = "refused"


class Source:
    """What one key can find out; answers go to the cache, errors no further than the log.

    Parameters
    ----------
    client
        Asks TMDb.
    cache
        Takes what it says.
    workers
        Requests under way at once.
    rest_s
        How long TMDb is left alone after it failed several times in a row, in seconds.
    """

    def __init__(
        self, client: Client, cache: Cache, *, workers: int = WORKERS, rest_s: float = REST_S
    ) -> None:
        self.client = client
        self.state = SourceState.UNTRIED
        self._cache = cache
        self._fetcher = Fetcher(workers=workers)
        self._rest_s = rest_s
        self._failures = 0
        self._guard = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether asking is of any use now."""
        return self.state is not SourceState.REFUSED and not self.client.limiter.pause_left_s() > 1

    def ask(self, tconst: str, urgency: Urgency = Urgency.SEEN) -> Future[None]:
        """Ask for a film; done when the cache has the answer, or there is none."""
        return self._submit(tconst, lambda: self._find(tconst), urgency)

    def ask_details(self, tconst: str) -> Future[None]:
        """Ask for what a film's own page shows, and for the film itself if that is not known."""
        kept = self._cache.find([tconst]).get(tconst)
        now = self._cache.clock()
        first = None if kept and not kept.is_wanted(now) else self.ask(tconst)
        return self._submit(
            (tconst, "details"), lambda: self._find_details(tconst, first), Urgency.SEEN
        )

    def ask_configuration(self, urgency: Urgency = Urgency.SEEN) -> Future[None]:
        """Ask where pictures are; this also shows whether the key works."""
        return self._submit("configuration", self._find_configuration, urgency)

    def pending(self, tconsts: set[str]) -> set[str]:
        """Return the films that are still being asked for, themselves or their details."""
        names: set[Hashable] = {*tconsts, *((tconst, "details") for tconst in tconsts)}
        return {
            name if isinstance(name, str) else str(name[0])
            for name in self._fetcher.pending(names)
            if isinstance(name, str | tuple)
        }

    def close(self) -> None:
        """Stop asking; what is under way ends by itself."""
        self._fetcher.close()
        self.client.close()

    def _submit(self, name: Hashable, run: Callable[[], None], urgency: Urgency) -> Future[None]:
        return self._fetcher.submit(name, run, urgency)

    def _find(self, tconst: str) -> None:
        kept = self._cache.find([tconst]).get(tconst)
        now = self._cache.clock()
        if kept and not kept.is_wanted(now) and not kept.is_aging(now):
            return  # somebody's answer came between the look into the cache and this errand
        self._try(
            lambda: self._cache.save(tconst, self.client.find(tconst)),
            lambda: self._cache.save_failure(tconst),
        )

    def _find_details(self, tconst: str, first: Future[None] | None) -> None:
        if first is not None:
            try:
                first.result(timeout=10)
            except (CancelledError, WaitedTooLong):
                return
        kept = self._cache.find([tconst]).get(tconst)
        film = kept.answer if kept else None
        if film is None:
            return
        region = self._cache.region
        self._try(
            lambda: self._cache.save_details(
                tconst, self.client.find_details(film.tmdb_id, region=region)
            ),
            lambda: self._cache.save_details_failure(tconst),
        )

    def _find_configuration(self) -> None:
        self._try(
            lambda: self._cache.save_configuration(self.client.find_configuration()),
            lambda: self._cache.save_configuration(Configuration()),  # the built-in will do
        )

    def _try(self, run: Callable[[], None], note_failure: Callable[[], None]) -> None:
        if not self.is_open:
            return
        try:
            run()
        except TmdbKeyRefused as error:
            metrics.count("tmdb", outcome="refused")
            with self._guard:
                news, self.state = self.state is not SourceState.REFUSED, SourceState.REFUSED
            self._fetcher.drop_waiting()
            if news:
                _LOGGER.warning("%s It is not asked any more until another key is there.", error)
        except TmdbNotAsked as error:
            metrics.count("tmdb", outcome="not asked")
            _LOGGER.info("%s", error)
        except TmdbError as error:
            metrics.count("tmdb", outcome="failed")
            _LOGGER.info("%s", error)
            note_failure()
            self._count_failure()
        except Exception:
            note_failure()
            raise
        else:
            metrics.count("tmdb", outcome="answered")
            with self._guard:
                self._failures = 0
                if self.state is not SourceState.REFUSED:
                    self.state = SourceState.WORKING

    def _count_failure(self) -> None:
        with self._guard:
            self._failures += 1
            if self.state is not SourceState.REFUSED:
                self.state = SourceState.UNREACHED
            enough = self._failures >= FAILURES_IN_A_ROW
        if enough:
            self._fetcher.drop_waiting()
            self.client.limiter.pause(self._rest_s)
