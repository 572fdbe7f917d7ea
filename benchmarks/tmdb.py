"""Time posters against a TMDb of our own at 100 ms: ``python benchmarks/tmdb.py``.

The peer is what such apps usually do: one request after the other on a connection of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table, median
from recommender.service import Enrichments
from recommender.settings import Settings, load_settings
from recommender.tmdb import Client, RateLimiter
from tests.tmdb.fake_tmdb import FAULTS, FakeTmdb, serve_fake_tmdb

WALL = [f"tt{number:07}" for number in range(1, 41)]
LATENCY_S = 0.1
PATIENCE_S = 30.0


@contextmanager
def open_cold(fake: FakeTmdb, folder: Path | None = None) -> Iterator[Enrichments]:
    """Yield enrichments with an empty cache and a fresh limiter."""
    limiter = RateLimiter()

    def connect(settings: Settings) -> Client:
        return Client(
            settings.tmdb_api_url, settings.tmdb_api_key, language="en-US", limiter=limiter
        )

    with tempfile.TemporaryDirectory() as own:
        env = {"TMDB_API_URL": fake.api, "TMDB_IMAGE_URL": fake.image_base, "TMDB_API_KEY": "k"}
        settings = load_settings({"MARQUEE_DATA_DIR": str(folder or own), **env})
        enrichments = Enrichments(settings, connect=connect)
        try:
            yield enrichments
        finally:
            enrichments.close()


def time_until(enrichments: Enrichments, wall: list[str], count: int, started: float) -> float:
    """Return the seconds until the films of a wall are known."""
    while len(enrichments.find(wall)) < count:
        if time.perf_counter() - started > PATIENCE_S:
            raise RuntimeError("TMDb's answers do not arrive")
        time.sleep(0.005)
    return time.perf_counter() - started


def time_loop(fake: FakeTmdb) -> float:
    """Return the seconds of a plain loop over a wall."""
    started = time.perf_counter()
    for tconst in WALL:
        requests.get(
            f"{fake.api}/find/{tconst}", params={"external_source": "imdb_id"}, timeout=5
        ).json()
    return time.perf_counter() - started


def measure_wall(fake: FakeTmdb) -> dict[str, float]:
    """Return times of one wall: cold, again, and of the plain loop."""
    fake.mode, fake.latency_s = "well", LATENCY_S
    fake.asked.clear()
    with open_cold(fake) as enrichments:
        started = time.perf_counter()
        enrichments.fetch(WALL, wait_s=0)
        drawn = time.perf_counter() - started
        thirty = time_until(enrichments, WALL, 30, started)
        shown = len(enrichments.fetch(WALL, wait_s=1.0 - (time.perf_counter() - started)))
        waited = time.perf_counter() - started
        forty = time_until(enrichments, WALL, 40, started)
        while enrichments.pending(WALL):
            time.sleep(0.005)
        rate, asked = fake.most_in(1.0), len(fake.asked)
        started = time.perf_counter()
        enrichments.fetch(WALL, wait_s=1.0)
        again = time.perf_counter() - started
        more = len(fake.asked) - asked
    return {
        "drawn": drawn,
        "shown": shown,
        "waited": waited,
        "thirty": thirty,
        "forty": forty,
        "again": again,
        "more": more,
        "rate": rate,
        "loop": time_loop(fake),
    }


def measure_three_walls(fake: FakeTmdb) -> tuple[float, int]:
    """Return the seconds of three walls at once and the most requests in any second."""
    fake.mode, fake.latency_s = "well", LATENCY_S
    fake.asked.clear()
    walls = [[f"tt{wall}{number:06}" for number in range(1, 41)] for wall in range(3)]
    with open_cold(fake) as enrichments:
        started = time.perf_counter()
        threads = [
            threading.Thread(target=enrichments.fetch, args=(wall,), kwargs={"wait_s": 1.0})
            for wall in walls
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = max(time_until(enrichments, wall, 40, started) for wall in walls)
    return took, fake.most_in(1.0)


def measure_fault(fake: FakeTmdb, mode: str) -> tuple[float, float, int]:
    """Return the seconds that a first and a second wall wait under a fault, and the requests."""
    fake.mode, fake.latency_s = mode, LATENCY_S
    fake.asked.clear()
    times = []
    with open_cold(fake) as enrichments:
        for wall in (WALL, [f"tt9{number:06}" for number in range(1, 41)]):
            started = time.perf_counter()
            enrichments.fetch(wall, wait_s=1.0)
            times.append(time.perf_counter() - started)
        asked = len(fake.asked)
    return times[0], times[1], asked


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="how often each wall is measured")
    options = parser.parse_args()
    with serve_fake_tmdb() as fake:
        runs = [measure_wall(fake) for _ in range(options.repeat)]
        of = {name: median([run[name] for run in runs]) for name in runs[0]}
        took, most = measure_three_walls(fake)
    rows = [
        ["a wall of 40, cold: the page goes on", f"{1000 * of['drawn']:.0f} ms", ""],
        [
            "a wall of 40, cold: after a wait of 1 s",
            f"{of['waited']:.2f} s",
            f"{of['shown']:.0f} of 40",
        ],
        ["a wall of 40, cold: 30 known", f"{of['thirty']:.2f} s", ""],
        ["a wall of 40, cold: 40 known", f"{of['forty']:.2f} s", f"{of['rate']:.0f} in a second"],
        ["the same wall again", f"{1000 * of['again']:.1f} ms", f"{of['more']:.0f} requests"],
        ["one after the other (peer)", f"{of['loop']:.2f} s", f"{of['loop'] / of['forty']:.1f}x"],
        ["three walls at once", f"{took:.2f} s", f"{most} in a second"],
    ]
    print(format_table(["what", "time", ""], rows))
    print()
    faults = []
    for mode in FAULTS:
        with serve_fake_tmdb() as fake:
            fake.retry_after = "0"
            first, second, asked = measure_fault(fake, mode)
            faults.append([mode, f"{first:.2f}", f"{second:.2f}", str(asked)])
    print(format_table(["fault", "first wall s", "second wall s", "requests"], faults))


if __name__ == "__main__":
    main()
