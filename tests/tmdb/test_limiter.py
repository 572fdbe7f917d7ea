"""Rate limiter: the budget holds for all threads and retries, and a pause stops everything."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from recommender.errors import TmdbNotAsked, TmdbUnavailable
from recommender.tmdb import Client, RateLimiter
from recommender.tmdb.limiter import PROCESS_LIMITER
from tests.tmdb.fake_tmdb import FakeTmdb


def test_the_process_shares_one_budget_of_thirty_requests_a_second() -> None:
    assert (PROCESS_LIMITER.requests, PROCESS_LIMITER.per_s) == (30, 1.0)


def test_no_window_holds_more_requests_than_allowed() -> None:
    limiter = RateLimiter(requests=5, per_s=0.1)

    def acquire(_: int) -> tuple[float, float]:
        before = time.monotonic()
        limiter.acquire(deadline=before + 20)
        return before, time.monotonic()

    with ThreadPoolExecutor(8) as threads:
        spans = list(threads.map(acquire, range(30)))
    ends = sorted(end for _, end in spans)
    # The sixth request after any other is sent at least a window later.
    assert ends[-1] - min(begin for begin, _ in spans) >= 0.5


def test_many_threads_keep_to_the_budget_over_http(
    fake: FakeTmdb, connect: Callable[..., Client]
) -> None:
    client = connect(limiter=RateLimiter(requests=5, per_s=0.2))
    started = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: client.find(f"tt{number}"), range(16)))
    assert len(fake.asked) == 16
    assert time.monotonic() - started >= 0.6


def test_retries_count_too(fake: FakeTmdb, connect: Callable[..., Client]) -> None:
    fake.mode = "broken"
    client = connect(limiter=RateLimiter(requests=2, per_s=60))
    with pytest.raises(TmdbUnavailable, match="request limit"):
        client.find("tt1")
    assert len(fake.asked) == 2


def test_waiting_ends_with_the_pause_or_with_an_error_at_once() -> None:
    limiter = RateLimiter()
    limiter.pause(0.05)
    limiter.acquire(deadline=time.monotonic() + 5)
    limiter.pause(30)
    with pytest.raises(TmdbNotAsked):
        limiter.acquire(deadline=time.monotonic() + 5)
    waiting = threading.Thread(target=limiter.acquire, kwargs={"deadline": time.monotonic() + 60})
    waiting.start()
    limiter.resume()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_pause_is_never_shortened_and_never_longer_than_a_minute() -> None:
    limiter = RateLimiter()
    limiter.pause(30)
    limiter.pause(1)
    assert 29 < limiter.pause_left_s() <= 30
    limiter.pause(float("inf"))
    assert 59 < limiter.pause_left_s() <= 60
