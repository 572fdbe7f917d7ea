"""How often somebody may ask: one bucket of tokens each, which fills up again as time goes by."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST_BUCKETS = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """Counts requests of each key; may be used from any thread.

    A token bucket (a leaky bucket as a meter, ITU-T I.371): full, it holds a minute's requests, so
    a burst is welcome and a steady stream is held to the rate. Kept in memory: what a restart
    forgives is one minute.

    Parameters
    ----------
    per_minute
        How many requests a key has in a minute.
    clock
        Seconds that only ever grow.
    most_keys
        How many keys are remembered; beyond them the one longest silent is forgotten.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_keys: int = MOST_BUCKETS,
    ) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._most_keys = most_keys
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> float:
        """Count one request; return 0, or how many seconds to wait when there were too many.

        Parameters
        ----------
        key
            Who asks.
        """
        with self._lock:
            now = self._clock()
            bucket = self._buckets.get(key)
            if bucket is None:
                bucket = self._buckets[key] = _Bucket(self._capacity, now)
                if len(self._buckets) > self._most_keys:
                    self._buckets.popitem(last=False)
            self._buckets.move_to_end(key)
            filled = bucket.tokens + (now - bucket.at) * self._per_second
            bucket.tokens, bucket.at = min(self._capacity, filled), now
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self._per_second
            bucket.tokens -= 1
            return 0.0
