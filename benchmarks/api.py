"""How long the JSON API takes over HTTP, beside a bare route that answers as many bytes.

    python benchmarks/api.py [--requests N] [--people N]

The real app on the bundled catalogue, warm, with made-up posters for all films in the cache. One
connection is kept open; each person has a bearer token and likes of their own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table, median, percentile
from benchmarks.serving import PROJECT, serve
from recommender.entities import Film, InteractionKind
from recommender.service import Marquee
from recommender.settings import Settings
from recommender.tmdb import Basics, Cache

LIKES = (1, 5, 15)
FAMOUS = 2000
BARE_BYTES = 50_000
WARM_UP = 20
TARGET_MS = 30.0
Ask = Callable[..., bytes]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--requests", type=int, default=300, help="of each kind")
    parser.add_argument("--people", type=int, default=WARM_UP, help="for each number of likes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        tokens = prepare(Settings(data_dir=folder / "data"), people=arguments.people)
        environ = {"MARQUEE_DATA_DIR": str(folder / "data"), "MARQUEE_API_PER_MINUTE": "1000000"}
        environ |= {"TMDB_API_KEY": "", "BARE_BYTES": str(BARE_BYTES)}
        app, bare = PROJECT / "app.py", PROJECT / "benchmarks" / "peers" / "bare_route.py"
        log = folder / "log"
        with (
            serve(app, folder=PROJECT, log=log, environ=environ) as marquee,
            serve(bare, folder=folder, log=folder / "bare.log", environ=environ) as peer,
            connect(marquee.address) as ask,
            connect(peer.address) as ask_peer,
        ):
            print(measure(ask, ask_peer, tokens, requests=arguments.requests))


def prepare(settings: Settings, *, people: int) -> dict[int, list[str]]:
    """Fill a data folder; return tokens of people by how many films they like."""
    chance = random.Random(0)  # noqa: S311 - made-up tastes
    marquee = Marquee(settings)
    try:
        famous = [film.tconst for film in marquee.catalogue.list_popular(limit=FAMOUS // 4)]
        tokens: dict[int, list[str]] = {}
        for likes in LIKES:
            for person in range(people):
                accounts = marquee.people.accounts
                user = accounts.sign_up(f"person {likes} {person}", "made up for this").user
                said = [(t, InteractionKind.LIKE, True) for t in chance.sample(famous, likes)]
                marquee.people.set_interactions(user.user_id, said)
                tokens.setdefault(likes, []).append(accounts.create_token(user.user_id, "bench"))
        keep_posters(settings, [film.tconst for film in list_all(marquee)])
    finally:
        marquee.close()
    return tokens


def list_all(marquee: Marquee) -> Iterator[Film]:
    """Yield every film."""
    for offset in range(0, marquee.catalogue.count_films(), 500):
        yield from marquee.catalogue.list_popular(limit=500, offset=offset)


def keep_posters(settings: Settings, tconsts: list[str]) -> None:
    """Fill the cache of what TMDb says, as if it had been asked for every film."""
    cache = Cache(settings.tmdb_db, language=settings.tmdb_language, region=settings.tmdb_region)
    for number, tconst in enumerate(tconsts, 1):
        about = "A made-up overview of the usual length. " * 8
        cache.save(tconst, Basics(tmdb_id=number, poster_path=f"/{tconst}.jpg", overview=about))
    cache.close()


@contextmanager
def connect(address: str) -> Iterator[Ask]:
    """Keep one connection open; hand out what asks over it."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)

    def ask(path: str, token: str = "") -> bytes:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == http.client.SERVICE_UNAVAILABLE:
            time.sleep(1)  # still starting
            return ask(path, token)
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
        return body

    yield ask
    connection.close()


def measure(ask: Ask, ask_peer: Ask, tokens: dict[int, list[str]], *, requests: int) -> str:
    """Return the table: every round asks each kind once, so that all see the same machine."""
    kinds: dict[str, Callable[[int], bytes]] = {
        f"bare route, {BARE_BYTES:,} bytes": lambda n: ask_peer("/bare"),
        "GET /healthz": lambda n: ask("/healthz"),
        "GET /api/films/{tconst}": lambda n: ask("/api/films/tt15398776"),
        "GET /api/search?q=godfathr": lambda n: ask("/api/search?q=godfathr"),
    }
    for likes, known in tokens.items():
        name = f"recommendations, {likes} like{'s' * (likes > 1)}"
        kinds[f"{name}, new dials"] = partial(ask_anew, ask, known)
        kinds[f"{name}, again"] = partial(ask_again, ask, known)
    times: dict[str, list[float]] = {name: [] for name in kinds}
    sizes = {name: len(call(0)) for name, call in kinds.items()}
    check_posters(ask("/api/recommendations", tokens[LIKES[-1]][0]))
    for turn in range(-WARM_UP, requests):
        for name, call in kinds.items():
            started = time.perf_counter()
            call(turn)
            if turn >= 0:  # before that it warms up
                times[name].append((time.perf_counter() - started) * 1000)
    base = median(next(iter(times.values())))
    header = ("what", "bytes", "p50 ms", "p95 ms", "p50 to bare", "target p95")
    rows = [
        (
            name,
            f"{sizes[name]:,}",
            f"{median(took):.1f}",
            f"{percentile(took, 0.95):.1f}",
            f"{median(took) / base:.1f}x",
            f"{TARGET_MS:.0f}" if "recommendations" in name else "-",
        )
        for name, took in times.items()
    ]
    return format_table(header, rows)


def ask_anew(ask: Ask, tokens: list[str], turn: int) -> bytes:
    """Ask for one person with a dial where it never was, so that nothing is remembered."""
    dial = 0.4 + random.random() / 5  # noqa: S311 - any
    return ask(f"/api/recommendations?diversity={dial}", tokens[turn % len(tokens)])


def ask_again(ask: Ask, tokens: list[str], turn: int) -> bytes:
    """Ask what has been asked for this person before."""
    return ask("/recommendations", tokens[turn % len(tokens)])


def check_posters(body: bytes) -> None:
    """Stop when posters were not in the cache after all."""
    if not all(film["poster_url"] and film["overview"] for film in json.loads(body)):
        raise RuntimeError("Recommendations came without posters.")


if __name__ == "__main__":
    main()
