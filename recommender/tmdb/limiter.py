"""Rate limiter for TMDb: one budget for all sessions, threads and retries of the process."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Final

from recommender.errors import TmdbNotAsked

REQUESTS_PER_S: Final = 30
"""TMDb allows about 40; the rest is for requests that are delayed on their way."""
MAX_PAUSE_S: Final = 60.0


class RateLimiter:
    """Sliding-window rate limiter with a pause for ``429`` answers.

    It allows ``requests`` requests in any period of ``per_s`` seconds.

    Examples
    --------
    >>> limiter = RateLimiter(requests=2, per_s=60.0)
    >>> for _ in range(2):
    ...     limiter.acquire(deadline=time.monotonic())
    >>> limiter.acquire(deadline=time.monotonic() + 1)
    Traceback (most recent call last):
    recommender.errors.TmdbNotAsked: The request limit for TMDb is reached.
    """

    def __init__(self, *, requests: int = REQUESTS_PER_S, per_s: float = 1.0) -> None:
        self.requests, self.per_s = requests, per_s
        self._sent: deque[float] = deque(maxlen=requests)
        self._resume_at = 0.0
        self._changed = threading.Condition()

    def acquire(self, *, deadline: float) -> None:
        """Wait until a request may be sent, at most until ``deadline``, and count it.

        Raises
        ------
        TmdbNotAsked
            If no request may be sent before the deadline.
        """
        with self._changed:
            while True:
                now = time.monotonic()
                full = len(self._sent) == self.requests
                ready = max(self._resume_at, self._sent[0] + self.per_s if full else now)
                if ready <= now:
                    self._sent.append(now)
                    return
                if ready > deadline:
                    raise TmdbNotAsked("The request limit for TMDb is reached.")
                self._changed.wait(ready - now)

    def pause(self, seconds: float) -> None:
        """Send nothing for some seconds, at most `MAX_PAUSE_S`; never shortens a pause."""
        with self._changed:
            pause_s = min(max(seconds, 0.0), MAX_PAUSE_S)
            self._resume_at = max(self._resume_at, time.monotonic() + pause_s)

    def resume(self) -> None:
        """End a pause now."""
        with self._changed:
            self._resume_at = 0.0
            self._changed.notify_all()

    def pause_left_s(self) -> float:
        """Return the remaining seconds of the pause; 0 without one."""
        return max(0.0, self._resume_at - time.monotonic())


PROCESS_LIMITER: Final = RateLimiter()
"""Shared by every client of this process."""
