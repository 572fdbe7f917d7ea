"""A bucket of tokens for everyone, with a clock that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from recommender.server.api.limiter import RateLimiter


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_welcome_then_the_rate_holds() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock=clock)
    assert [limiter.take("ada") for _ in range(60)] == [0.0] * 60
    assert limiter.take("ada") == 1.0
    assert limiter.take("bob") == 0.0, "everyone has a bucket"
    clock.now += 0.5
    assert limiter.take("ada") == 0.5
    clock.now += 0.5
    assert limiter.take("ada") == 0.0
    assert limiter.take("ada") == 1.0
    clock.now += 3600
    assert [limiter.take("ada") for _ in range(61)].count(0.0) == 60, "no more than a bucket full"


def test_the_one_longest_silent_is_forgotten() -> None:
    limiter = RateLimiter(1, clock=Clock(), most_keys=2)
    assert [limiter.take(key) == 0 for key in ("a", "b", "a", "c")] == [True, True, False, True]
    assert limiter.take("a") > 0, "asked later than b, so still known"
    assert limiter.take("b") == 0


@given(
    st.integers(1, 1000),
    st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=200),
)
def test_it_never_lets_more_through_than_a_bucket_and_the_rate(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock(0.0)
    limiter = RateLimiter(per_minute, clock=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        wait_s = limiter.take("ada")
        passed += wait_s == 0
        assert wait_s <= 60 / per_minute + 1e-6
        assert passed <= per_minute * (1 + clock.now / 60) + 1e-6
        if wait_s:
            clock.now += wait_s + 1e-9
            assert limiter.take("ada") == 0, "who waits as long as told is let in"
            passed += 1
