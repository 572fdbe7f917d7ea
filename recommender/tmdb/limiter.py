"""How many requests may leave this process: one count for all sessions, threads and retries."""

from __future__ import annotations

import heapq
import threading
import time
from typing import Final

from recommender.errors import TmdbNotAsked

REQUESTS_PER_S: Final = 30
LONGEST_PAUSE_S: Final = 60.0


class Limiter:
    """Hands out permits, of which each can be used again a second after its answer has begun.

    Counting from the answer and not from the sending makes the promise hold at the other end: a
    request that was held up on its way cannot land in the second of the thirty after it.

    Parameters
    ----------
    permits
        Requests in any stretch of ``per_s`` seconds.
    per_s
        In seconds.

    Examples
    --------
    >>> limiter = Limiter(permits=2, per_s=60.0)
    >>> for _ in range(2):
    ...     limiter.take(until=time.monotonic())
    ...     limiter.give_back()
    >>> limiter.take(until=time.monotonic() + 1)
    Traceback (most recent call last):
    recommender.errors.TmdbNotAsked: TMDb is asked often enough for now.
    """

    def __init__(self, *, permits: int = REQUESTS_PER_S, per_s: float = 1.0) -> None:
        self._per_s = per_s
        self._free_at = [0.0] * permits
        self._open_at = 0.0
        self._changed = threading.Condition()

    def take(self, *, until: float) -> None:
        """Take a permit, waiting for one when there is none.

        Parameters
        ----------
        until
            When to give up, on ``time.monotonic``.

        Raises
        ------
        TmdbNotAsked
            If there will be none by then.
        """
        with self._changed:
            while True:
                now = time.monotonic()
                # Without a permit at rest it depends on answers to come: wait and see.
                ready = max(self._free_at[0], self._open_at) if self._free_at else now
                if self._free_at and ready <= now:
                    heapq.heappop(self._free_at)
                    return
                if ready > until or now >= until:
                    raise TmdbNotAsked("TMDb is asked often enough for now.")
                self._changed.wait((ready if self._free_at else until) - now)

    def give_back(self) -> None:
        """Say that a request was answered, or will not be."""
        with self._changed:
            heapq.heappush(self._free_at, time.monotonic() + self._per_s)
            self._changed.notify()

    def pause(self, seconds: float) -> None:
        """Let nothing out for a while; never longer than a minute at once.

        Parameters
        ----------
        seconds
            From now on; a shorter pause than one that holds already changes nothing.
        """
        with self._changed:
            pause_s = min(max(seconds, 0.0), LONGEST_PAUSE_S)
            self._open_at = max(self._open_at, time.monotonic() + pause_s)
            self._changed.notify_all()

    def pause_left_s(self) -> float:
        """Return how long nothing will be let out, in seconds; 0 when it is."""
        with self._changed:
            return max(0.0, self._open_at - time.monotonic())


PROCESS_LIMITER: Final = Limiter()
"""The one that every client of this process uses, unless a test hands in its own."""
