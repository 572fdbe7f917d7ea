"""Enrichments: cached films at once, missing ones through the gateway, under every fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recommender.service import Enrichments
from recommender.settings import Secret, Settings, load_settings
from recommender.tmdb import Basics, Cache, Client, RateLimiter, TmdbState
from recommender.tmdb.cache import DAY_S
from tests.tmdb.fake_tmdb import FAULTS, FakeTmdb, serve_fake_tmdb, timeouts_for
from tests.tmdb.shapes import SERIES, film_entry, find_answer

HEAT = Basics(tmdb_id=949, poster_path="/heat.jpg", backdrop_path="/wide.jpg", overview="Cops.")
KEY = "eyJ" + "canary" * 6
WALL = [f"tt{number:07}" for number in range(1, 41)]

Open = Callable[..., Enrichments]


@pytest.fixture
def fake() -> Iterator[FakeTmdb]:
    with serve_fake_tmdb() as running:
        yield running


@pytest.fixture
def open_enrichments(tmp_path: Path, fake: FakeTmdb) -> Iterator[Open]:
    opened: list[Enrichments] = []

    def make(limiter: RateLimiter | None = None, **env: str) -> Enrichments:
        given = {"TMDB_API_KEY": KEY, "TMDB_API_URL": fake.api, "TMDB_IMAGE_URL": fake.image_base}
        shared = limiter or RateLimiter(requests=1000)

        def connect(settings: Settings) -> Client:
            return Client(
                settings.tmdb_api_url,
                settings.tmdb_api_key,
                language=settings.tmdb_language,
                limiter=shared,
                timeouts=timeouts_for(fake.mode),
            )

        settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path), **given, **env})
        opened.append(Enrichments(settings, connect=connect))
        return opened[-1]

    yield make
    for enrichments in opened:
        enrichments.close()


def keep(folder: Path, age_s: float, **films: Basics | None) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(folder)})
    clock = time.time() - age_s
    cache = Cache(settings.tmdb_db, language="en-US", region="US", clock=lambda: clock)
    for tconst, basics in films.items():
        cache.save(tconst, basics)
    cache.close()


def settle(enrichments: Enrichments, tconsts: list[str]) -> None:
    """Wait until nothing is being fetched."""
    until = time.monotonic() + 20
    while enrichments.pending(tconsts):
        assert time.monotonic() < until
        time.sleep(0.005)


def test_cached_films_are_shown_without_a_key(tmp_path: Path, open_enrichments: Open) -> None:
    keep(tmp_path, 0, tt0113277=HEAT, tt0000001=None)
    without_key = open_enrichments(TMDB_API_KEY="", TMDB_IMAGE_URL="")
    found = without_key.find(["tt0113277", "tt0000001", "tt9999999"])
    assert set(found) == {"tt0113277"}
    heat = found["tt0113277"]
    assert (heat.tmdb_id, heat.overview) == (949, "Cops.")
    assert heat.poster_url("w342") == "https://image.tmdb.org/t/p/w342/heat.jpg"
    assert heat.poster_url() == "https://image.tmdb.org/t/p/w500/heat.jpg"
    assert heat.backdrop_url() == "https://image.tmdb.org/t/p/w1280/wide.jpg"
    assert without_key.fetch(["tt0113277"], wait_s=1.0) == found
    assert without_key.status().state is TmdbState.NO_KEY
    assert without_key.is_used


def test_fetched_wall_needs_no_second_request(fake: FakeTmdb, open_enrichments: Open) -> None:
    enrichments = open_enrichments()
    assert enrichments.find(WALL) == {}
    assert not fake.asked
    found = enrichments.fetch(WALL, wait_s=10)
    settle(enrichments, WALL)
    found = enrichments.find(WALL)
    assert list(found) == WALL
    assert found[WALL[0]].poster_url("w342") == f"{fake.image_base}/w342/tall1.jpg"
    assert sorted(fake.found()) == WALL
    asked = len(fake.asked)
    assert enrichments.fetch(WALL, wait_s=1) == found
    again = open_enrichments()  # as after a restart
    assert again.fetch(WALL, wait_s=1) == found
    assert len(fake.asked) == asked
    assert enrichments.status().state is TmdbState.WORKING


def test_sessions_share_requests_for_the_same_films(fake: FakeTmdb, open_enrichments: Open) -> None:
    fake.latency_s = 0.02
    enrichments = open_enrichments()
    together = threading.Barrier(4)

    def visit() -> None:
        together.wait(5)
        enrichments.fetch(WALL, wait_s=5)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    settle(enrichments, WALL)
    assert sorted(fake.found()) == WALL


def test_three_walls_at_once_keep_to_the_request_limit(
    fake: FakeTmdb, open_enrichments: Open
) -> None:
    enrichments = open_enrichments(RateLimiter(requests=30, per_s=0.3))
    walls = [[f"tt{wall}{number:06}" for number in range(1, 41)] for wall in range(3)]
    started = time.monotonic()
    threads = [
        threading.Thread(target=enrichments.fetch, args=(wall,), kwargs={"wait_s": 1.0})
        for wall in walls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [tconst for wall in walls for tconst in wall]
    settle(enrichments, everything)
    assert len(enrichments.find(everything)) == 120
    assert time.monotonic() - started >= 0.9
    assert len(fake.found()) == len(set(fake.found())) == 120


def test_fetch_waits_no_longer_than_the_budget(fake: FakeTmdb, open_enrichments: Open) -> None:
    fake.latency_s = 0.1
    enrichments = open_enrichments(TMDB_BUDGET_S="0")
    assert enrichments.fetch(WALL, wait_s=100) == {}
    assert enrichments.pending(WALL)
    settle(enrichments, WALL)
    assert len(enrichments.find(WALL)) == 40  # late answers are cached


@pytest.mark.parametrize("mode", FAULTS)
def test_no_fault_raises_or_hides_cached_films(
    fake: FakeTmdb, open_enrichments: Open, tmp_path: Path, mode: str
) -> None:
    keep(tmp_path, (0 if mode in {"missing", "empty"} else 40) * DAY_S, tt0113277=HEAT)
    fake.mode, fake.retry_after = mode, "0"
    enrichments = open_enrichments()
    found = enrichments.fetch(["tt0113277", *WALL], wait_s=0.3)
    assert set(found) == {"tt0113277"}
    assert enrichments.fetch_film(WALL[0], wait_s=0.1) is None
    settle(enrichments, ["tt0113277", *WALL])
    if mode not in {"missing", "empty"}:
        assert set(enrichments.find(["tt0113277", *WALL])) == {"tt0113277"}
        # The circuit breaker opens long before the wall is through.
        assert len(fake.asked) <= 45
    assert enrichments.status().state in set(TmdbState) - {TmdbState.NO_KEY}


def test_refused_key_stops_requests_until_it_is_changed(
    fake: FakeTmdb, open_enrichments: Open
) -> None:
    fake.good_key = "eyJ" + "right" * 8
    enrichments = open_enrichments()
    enrichments.fetch(WALL, wait_s=1)
    settle(enrichments, WALL)
    asked = len(fake.asked)
    assert 1 <= asked <= 9  # requests that ran in parallel
    assert enrichments.status().state is TmdbState.REFUSED
    assert enrichments.fetch(WALL, wait_s=5) == {}
    assert enrichments.check(wait_s=5).state is TmdbState.REFUSED
    enrichments.use_key(Secret(KEY))
    assert len(fake.asked) == asked
    enrichments.use_key(Secret(fake.good_key))
    assert len(enrichments.fetch(WALL, wait_s=5)) > 0
    settle(enrichments, WALL)
    assert enrichments.status().state is TmdbState.WORKING
    enrichments.use_key(Secret())
    assert enrichments.status().state is TmdbState.NO_KEY


def test_failed_film_is_not_fetched_again_within_a_minute(
    fake: FakeTmdb, open_enrichments: Open
) -> None:
    fake.mode = "cut_json"
    enrichments = open_enrichments()
    for _ in range(3):
        enrichments.fetch(WALL[:2], wait_s=1)
        settle(enrichments, WALL)
    assert sorted(fake.found()) == WALL[:2]


def test_old_answer_is_shown_and_refreshed_in_the_background(
    fake: FakeTmdb, open_enrichments: Open, tmp_path: Path
) -> None:
    keep(tmp_path, 31 * DAY_S, tt0000007=HEAT)
    enrichments = open_enrichments()
    assert enrichments.fetch(["tt0000007"], wait_s=1)["tt0000007"].overview == "Cops."
    settle(enrichments, ["tt0000007"])
    assert enrichments.find(["tt0000007"])["tt0000007"].tmdb_id == 7


def test_unknown_film_is_fetched_once_a_day(fake: FakeTmdb, open_enrichments: Open) -> None:
    fake.answers = {WALL[0]: SERIES, WALL[1]: find_answer(film_entry(5, adult=True))}
    enrichments = open_enrichments()
    for _ in range(2):
        assert enrichments.fetch(WALL[:2], wait_s=1) == {}
        assert enrichments.fetch_film(WALL[0], wait_s=1) is None
    assert sorted(fake.found()) == WALL[:2]
    assert not [asked for asked in fake.asked if "/movie/" in asked.path]


def test_details_are_fetched_once(fake: FakeTmdb, open_enrichments: Open) -> None:
    enrichments = open_enrichments()
    found = enrichments.fetch_film("tt0000949", wait_s=5)
    assert found is not None
    assert found.details is not None
    assert found.details.trailer == "https://www.youtube.com/watch?v=official123"
    assert found.details.providers[0].name == "Streamer"
    assert enrichments.fetch_film("tt0000949", wait_s=5) == found
    assert enrichments.find_film("tt0000949") == found
    asked = [asked.path for asked in fake.api_calls()]
    assert asked == ["/3/find/tt0000949", "/3/movie/949"]


def test_failed_details_keep_the_overview(fake: FakeTmdb, open_enrichments: Open) -> None:
    fake.details = {949: ["not", "details"]}
    enrichments = open_enrichments()
    found = enrichments.fetch_film("tt0000949", wait_s=5)
    assert found is not None
    assert found.overview
    assert found.details is None


def test_images_come_from_the_host_of_the_settings(fake: FakeTmdb, open_enrichments: Open) -> None:
    enrichments = open_enrichments()
    assert enrichments.check(wait_s=5).state is TmdbState.WORKING
    heat = enrichments.fetch(["tt0000949"], wait_s=5)["tt0000949"]
    assert heat.poster_url("w342") == f"{fake.image_base}/w342/tall949.jpg"


def test_interrupted_warming_continues_where_it_stopped(
    fake: FakeTmdb, open_enrichments: Open
) -> None:
    films = [f"tt{number:07}" for number in range(1, 101)]
    enrichments, told = open_enrichments(), list[int]()

    def interrupt(done: int) -> None:
        told.append(done)
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrichments.warm(films, interrupt)
    assert enrichments.warm(films, told.append) == 100
    assert told == [40, 40, 80, 100]
    assert sorted(fake.found()) == films


def test_warming_stops_when_tmdb_fails(fake: FakeTmdb, open_enrichments: Open) -> None:
    fake.mode = "broken"
    assert open_enrichments().warm(WALL, lambda done: None) < 40
    assert len(fake.asked) < 60


def test_purged_films_are_fetched_again(fake: FakeTmdb, open_enrichments: Open) -> None:
    enrichments = open_enrichments()
    enrichments.fetch(WALL[:1], wait_s=5)
    settle(enrichments, WALL)
    enrichments.purge()
    assert enrichments.find(WALL) == {}
    assert enrichments.fetch(WALL[:1], wait_s=5)
    assert fake.found() == WALL[:1] * 2


def test_closed_enrichments_open_again(fake: FakeTmdb, open_enrichments: Open) -> None:
    enrichments = open_enrichments()
    enrichments.close()
    assert enrichments.fetch(WALL[:1], wait_s=5)
