"""Errands run by a few workers: each once, however many ask for it, and the latest asked first."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

MOST_WAITING: Final = 400
"""What a person scrolled past long ago is asked for again when it is seen again."""
_TOGETHER_S = 1.0

_LOGGER = logging.getLogger(__name__)


class Urgency(IntEnum):
    """How soon somebody needs it."""

    SEEN = 0
    LATER = 1


@dataclass(slots=True)
class _Errand:
    run: Callable[[], None]
    done: Future[None] = field(default_factory=Future)
    begun: bool = False


class Fetcher:
    """A queue and its workers.

    What was asked for within the same second is fetched in the order asked, and before what was
    asked for earlier: walls that a person has scrolled or typed past may wait.

    Parameters
    ----------
    workers
        Errands under way at once.
    most_waiting
        Errands kept waiting; beyond that the least urgent are dropped.
    """

    def __init__(self, *, workers: int, most_waiting: int = MOST_WAITING) -> None:
        self._workers, self._most_waiting = workers, most_waiting
        self._errands: dict[Hashable, _Errand] = {}
        self._queue: list[tuple[int, int, int, Hashable]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._threads = self._resting = 0
        self._closed = False

    def submit(
        self, name: Hashable, run: Callable[[], None], urgency: Urgency = Urgency.SEEN
    ) -> Future[None]:
        """Queue an errand, or join the one of that name that is queued or under way.

        Parameters
        ----------
        name
            What it is about.
        run
            Does it; handles its own errors.
        urgency
            An errand that is waiting already becomes more urgent by this, never less.

        Returns
        -------
        Future that is done when the errand is over, or cancelled when it was dropped.
        """
        with self._changed:
            errand = self._errands.get(name)
            if errand is None:
                errand = self._errands[name] = _Errand(run)
                if self._closed:
                    self._drop(name)
                    return errand.done
            if not errand.begun:
                moment = -int(time.monotonic() / _TOGETHER_S)
                heapq.heappush(self._queue, (urgency, moment, next(self._order), name))
                self._keep_short()
                self._wake_one()
            return errand.done

    def pending(self, names: set[Hashable]) -> set[Hashable]:
        """Return those of the names that are queued or under way."""
        with self._changed:
            return names & self._errands.keys()

    def drop_waiting(self) -> None:
        """Forget what is queued; what is under way goes on."""
        with self._changed:
            self._queue.clear()
            for name in [name for name, errand in self._errands.items() if not errand.begun]:
                self._drop(name)

    def close(self) -> None:
        """Forget what is queued and let the workers go; nobody waits for them."""
        with self._changed:
            self._closed = True
            self.drop_waiting()
            self._changed.notify_all()

    def _keep_short(self) -> None:
        if len(self._queue) <= self._most_waiting:
            return
        self._queue.sort()  # a sorted list is a heap
        kept = {name for *_, name in self._queue[: self._most_waiting]}
        for name in {name for *_, name in self._queue} - kept:
            if name in self._errands and not self._errands[name].begun:
                self._drop(name)
        del self._queue[self._most_waiting :]

    def _drop(self, name: Hashable) -> None:
        dropped = self._errands.pop(name).done
        if dropped.cancel():
            dropped.set_running_or_notify_cancel()  # tells those who wait for it

    def _wake_one(self) -> None:
        if self._resting:
            self._resting -= 1
            self._changed.notify()
        elif self._threads < self._workers:
            self._threads += 1
            # Daemons: a server that stops does not wait for somebody else's.
            threading.Thread(target=self._work, name=f"tmdb-{self._threads}", daemon=True).start()

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            name, errand = taken
            try:
                errand.run()
            except Exception:
                _LOGGER.exception("An errand to TMDb failed in a way nobody thought of.")
            with self._changed:
                self._errands.pop(name, None)
            errand.done.set_result(None)

    def _take(self) -> tuple[Hashable, _Errand] | None:
        with self._changed:
            while not self._closed:
                while self._queue:
                    *_, name = heapq.heappop(self._queue)
                    errand = self._errands.get(name)
                    if errand is not None and not errand.begun:
                        errand.begun = errand.done.set_running_or_notify_cancel()
                        return name, errand
                self._resting += 1
                self._changed.wait()
            return None
