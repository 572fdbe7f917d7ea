from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from recommender.settings import Secret
from recommender.tmdb import Client, RateLimiter
from tests.tmdb.fake_tmdb import FakeTmdb, serve_fake_tmdb, timeouts_for

CANARY_V4 = "eyJ" + "canary" * 6
CANARY_V3 = "c0ffee15600d" * 2 + "deadbeef"


@pytest.fixture
def fake() -> Iterator[FakeTmdb]:
    with serve_fake_tmdb() as running:
        yield running


@pytest.fixture
def connect(fake: FakeTmdb) -> Iterator[Callable[..., Client]]:
    """Make clients of the fake, with little patience where it is slow."""
    made: list[Client] = []

    def make(key: str = CANARY_V4, **options: object) -> Client:
        settings: dict[str, object] = {
            "limiter": RateLimiter(),
            "timeouts": timeouts_for(fake.mode),
            **options,
        }
        made.append(Client(fake.api, Secret(key), language="en-US", **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        client.close()
