"""Never more than so many in any stretch of time, whoever asks and however late an answer is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from recommender.errors import TmdbUnavailable
from recommender.tmdb import Client, Limiter
from recommender.tmdb.limiter import PROCESS_LIMITER, REQUESTS_PER_S
from tests.tmdb.fake_tmdb import FakeTmdb


def test_the_process_has_one_limiter_of_thirty_a_second() -> None:
    assert REQUESTS_PER_S == 30
    assert len(PROCESS_LIMITER._free_at) == 30
    assert PROCESS_LIMITER._per_s == 1.0


def test_no_stretch_of_time_sees_more_than_it_may(
    fake: FakeTmdb, connect: Callable[..., Client]
) -> None:
    fake.latency_s = 0.01
    client = connect(limiter=Limiter(permits=5, per_s=0.2))

    def ask(number: int) -> None:
        for n in range(4):
            client.find(f"tt{number}{n}")

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fake.asked) == 16
    assert fake.most_in(0.2) <= 5


def test_retries_count_too(fake: FakeTmdb, connect: Callable[..., Client]) -> None:
    fake.mode = "broken"
    client = connect(limiter=Limiter(permits=2, per_s=60))
    with pytest.raises(TmdbUnavailable, match="often enough"):
        client.find("tt1")
    assert len(fake.asked) == 2


def test_a_permit_under_way_is_waited_for_and_a_failed_request_gives_it_back(
    fake: FakeTmdb, connect: Callable[..., Client]
) -> None:
    fake.mode = "reset"
    client = connect(limiter=Limiter(permits=1, per_s=0.0))
    for _ in range(3):
        with pytest.raises(TmdbUnavailable):
            client.find("tt1")
    assert len(fake.asked) == 3
    limiter = Limiter(permits=1, per_s=0.0)
    limiter.take(until=time.monotonic() + 5)
    threading.Timer(0.02, limiter.give_back).start()
    limiter.take(until=time.monotonic() + 5)
    with pytest.raises(TmdbUnavailable):
        limiter.take(until=time.monotonic() + 0.02)


def test_a_pause_is_never_shortened_and_never_longer_than_a_minute() -> None:
    limiter = Limiter()
    limiter.pause(30)
    limiter.pause(1)
    assert 29 < limiter.pause_left_s() <= 30
    limiter.pause(float("inf"))
    assert 59 < limiter.pause_left_s() <= 60
