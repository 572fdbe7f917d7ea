"""The rate limit: a burst, then a wait until the window ends."""

from __future__ import annotations

import time

import pytest

from recommender.server.api.dependencies import RateLimiter
from recommender.server.api.errors import Problem


def retry_after(limiter: RateLimiter, key: str) -> int:
    """Return the seconds to wait; 0 if the request is accepted."""
    try:
        limiter.count(key)
    except Problem as problem:
        return int((problem.headers or {})["retry-after"])
    return 0


def test_a_full_window_refuses_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)
    limiter = RateLimiter(60)
    assert [retry_after(limiter, "ada") for _ in range(60)] == [0] * 60
    wait_s = retry_after(limiter, "ada")
    assert 1 <= wait_s <= 60
    assert retry_after(limiter, "bob") == 0, "each key has its own window"
    now += wait_s - 1
    assert 1 <= retry_after(limiter, "ada") <= 2
    now += 1.001
    assert [retry_after(limiter, "ada") for _ in range(61)].count(0) == 60
