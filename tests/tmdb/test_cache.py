"""Cache: ages of answers, limits, and damaged, locked or unwritable files."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommender.tmdb import Basics, Cache, Details, Offer, Provider
from recommender.tmdb.cache import DAY_S

HEAT = Basics(
    tmdb_id=949, poster_path="/a.jpg", backdrop_path="/b.jpg", overview="M*A*S*H ' \u202e"
)
DETAILS = Details(
    trailer="https://vimeo.com/1234",
    providers=(Provider(name="Streamer", offer=Offer.STREAM),),
    watch_link="https://www.themoviedb.org/movie/949",
    certificate="R",
    music=("E. G.",),
    keywords=("heist",),
)


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> Iterator[Cache]:
    opened = open_cache(tmp_path, clock)
    yield opened
    opened.close()


def open_cache(
    folder: Path, clock: Clock, *, language: str = "en-US", region: str = "US", most: int = 50
) -> Cache:
    return Cache(folder / "tmdb.db", language=language, region=region, clock=clock, max_films=most)


def test_saved_answers_survive_a_restart(cache: Cache, tmp_path: Path, clock: Clock) -> None:
    cache.save("tt1", HEAT)
    cache.save("tt2", None)
    cache.save_details("tt1", DETAILS)
    cache.close()
    again = open_cache(tmp_path, clock)
    kept = again.find(["tt1", "tt2", "tt3"])
    assert kept["tt1"].value == HEAT
    assert kept["tt1"].fetched_at.timestamp() == clock.now
    assert kept["tt2"].value is None
    assert "tt3" not in kept
    details = again.find_details("tt1")
    assert details is not None
    assert details.value == DETAILS
    assert again.find_details("tt2") is None
    again.close()


@pytest.mark.parametrize(
    ("age_s", "outcome"),
    [
        (0, (True, False, False)),
        (30 * DAY_S - 1, (True, False, False)),
        (30 * DAY_S, (True, False, True)),
        (180 * DAY_S - 1, (True, False, True)),
        (180 * DAY_S, (False, True, False)),
        (-2 * DAY_S, (False, True, False)),  # the clock was two days ahead when it was saved
    ],
)
def test_answer_is_shown_for_180_days_and_refreshed_after_30(
    cache: Cache, clock: Clock, age_s: float, outcome: tuple[bool, bool, bool]
) -> None:
    cache.save("tt1", HEAT)
    clock.now += age_s
    kept = cache.find(["tt1"])["tt1"]
    now = clock.now
    assert (kept.is_fresh(now), kept.needs_fetch(now), kept.needs_refresh(now)) == outcome


@pytest.mark.parametrize(("age_s", "due"), [(0, False), (DAY_S - 1, False), (DAY_S, True)])
def test_missing_film_is_cached_for_a_day(
    cache: Cache, clock: Clock, age_s: float, due: bool
) -> None:
    cache.save("tt1", None)
    clock.now += age_s
    kept = cache.find(["tt1"])["tt1"]
    assert kept.needs_fetch(clock.now) is due
    assert not kept.is_fresh(clock.now)


@pytest.mark.parametrize(("age_s", "due"), [(0, False), (59, False), (60, True)])
def test_failure_is_cached_for_a_minute(
    cache: Cache, clock: Clock, age_s: float, due: bool
) -> None:
    cache.save_failure("tt1")
    cache.save_details_failure("tt1")
    clock.now += age_s
    details = cache.find_details("tt1")
    assert details is not None
    assert cache.find(["tt1"])["tt1"].needs_fetch(clock.now) is due
    assert details.needs_fetch(clock.now) is due


def test_failure_keeps_the_earlier_answer(cache: Cache, clock: Clock) -> None:
    cache.save("tt1", HEAT)
    cache.save_details("tt1", DETAILS)
    clock.now += 40 * DAY_S
    cache.save_failure("tt1")
    cache.save_details_failure("tt1")
    kept, details = cache.find(["tt1"])["tt1"], cache.find_details("tt1")
    assert kept.value == HEAT
    assert kept.is_fresh(clock.now)
    assert not kept.needs_refresh(clock.now)  # not within the minute after the failure
    assert details is not None
    assert details.value == DETAILS
    clock.now += 60
    assert kept.needs_refresh(clock.now)


def test_languages_and_regions_are_separate(cache: Cache, tmp_path: Path, clock: Clock) -> None:
    cache.save("tt1", HEAT)
    cache.save_details("tt1", DETAILS)
    german = open_cache(tmp_path, clock, language="de-DE", region="DE")
    assert not german.find(["tt1"])
    swiss = open_cache(tmp_path, clock, region="CH")
    assert swiss.find(["tt1"])
    assert swiss.find_details("tt1") is None
    german.close()
    swiss.close()


def test_oldest_entries_are_removed_from_a_full_cache(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.tmdb.cache._TRIM_EVERY", 10)
    cache = open_cache(tmp_path, clock, most=20)
    for number in range(101):
        clock.now += 1
        cache.save(f"tt{number}", HEAT)
    assert cache.size().films <= 30
    assert cache.find(["tt100"])
    assert not cache.find(["tt50"])
    clock.now += 181 * DAY_S
    cache.close()
    cache.save("tt200", None)
    for number in range(10):
        cache.save(f"tt30{number}", HEAT)
    with closing(sqlite3.connect(tmp_path / "tmdb.db")) as db:  # older entries are gone
        assert db.execute("SELECT count(*) FROM answers").fetchone()[0] == 11
    cache.close()


def test_purge_empties_the_cache(cache: Cache) -> None:
    assert not cache.holds_films()
    cache.save("tt1", HEAT)
    cache.save("tt2", None)
    cache.save_details("tt1", DETAILS)
    size = cache.size()
    assert (size.films, size.unknown) == (1, 1)
    assert size.size_bytes > 0
    assert cache.holds_films()
    cache.purge()
    assert (cache.size().films, cache.size().unknown) == (0, 0)
    assert cache.find_details("tt1") is None


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough" * 100])
def test_damaged_file_is_replaced(tmp_path: Path, clock: Clock, content: bytes) -> None:
    (tmp_path / "tmdb.db").write_bytes(content)
    cache = open_cache(tmp_path, clock)
    assert cache.find(["tt1"]) == {}
    cache.save("tt1", HEAT)
    assert cache.find(["tt1"])["tt1"].value == HEAT
    cache.close()


def test_file_of_another_version_is_replaced(tmp_path: Path, clock: Clock) -> None:
    with closing(sqlite3.connect(tmp_path / "tmdb.db")) as db:
        db.execute("PRAGMA user_version = 99")
    cache = open_cache(tmp_path, clock)
    cache.save("tt1", HEAT)
    assert cache.find(["tt1"])
    cache.close()


def test_damage_found_later_empties_the_cache_only(tmp_path: Path, clock: Clock) -> None:
    cache = open_cache(tmp_path, clock)
    for number in range(200):
        cache.save(f"tt{number}", HEAT)
    cache.close()
    path = tmp_path / "tmdb.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    for _ in range(3):
        cache.find([f"tt{number}" for number in range(200)])
        cache.save("tt1", HEAT)
    assert cache.find(["tt1"])["tt1"].value == HEAT
    cache.close()


def test_unwritable_cache_stays_in_memory(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = open_cache(tmp_path / "file", clock)
    cache.save("tt1", HEAT)
    assert cache.find(["tt1"])["tt1"].value == HEAT
    cache.close()


def test_locked_file_is_not_deleted(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.tmdb.cache.BUSY_TIMEOUT_S", 0.01)
    first = open_cache(tmp_path, clock)
    first.save("tt1", HEAT)
    with closing(sqlite3.connect(tmp_path / "tmdb.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        second = open_cache(tmp_path, clock)
        second.save("tt2", HEAT)
        assert second.find(["tt2"])
        first.save("tt3", HEAT)  # fails and is only logged
        db.execute("ROLLBACK")
    assert first.find(["tt1"])["tt1"].value == HEAT
    second.close()
    first.close()


def test_threads_write_and_read_at_once(cache: Cache) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 25):
            cache.save(f"tt{number}", HEAT)
            assert cache.find([f"tt{number}"])

    threads = [threading.Thread(target=work, args=(n * 25,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache.find([f"tt{n}" for n in range(200)])) == 200
