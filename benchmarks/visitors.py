"""What people do in a running Marquee, for a load: they browse and think, or click hearts."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from benchmarks.tab import Tab

QUERIES = ("godfathr", "heat 1995", "nolan", "amelie", "star wars", "alien", "kurosawa", "jaws")
PIECES = 3
"""Parts in which a query is typed: the field waits 150 ms for the next letter."""
TYPING_S = 0.3
TRIES = 60


@dataclass
class Tally:
    """What was measured: milliseconds by action, what went wrong, and what must be stored."""

    since: float = 0.0
    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    clicks: int = 0
    wanted: dict[tuple[str, str], bool] = field(default_factory=dict)
    """By token and tconst: whether the last acknowledged click said like."""

    def note(self, action: str, took_ms: float) -> None:
        """Take down how long something took, once everybody is there."""
        if time.perf_counter() >= self.since:
            self.took_ms[action].append(took_ms)


class Hearts:
    """Hearts of one tab, posted as ``interactions.js`` does: one request at a time, retried."""

    def __init__(self, tab: Tab, tally: Tally) -> None:
        self._tab = tab
        self._tally = tally
        self._token = tab.cookie.partition("=")[2].partition(";")[0]
        self._pending: dict[str, tuple[int, bool, float]] = {}
        self._number = 0
        self._worker: asyncio.Task[None] | None = None

    def click(self, tconst: str, *, on: bool) -> None:
        """Press a heart; it is sent with what else is waiting."""
        self._number = max(self._number + 1, int(time.time() * 1000))
        self._pending[tconst] = (self._number, on, time.perf_counter())
        self._tally.clicks += 1
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._deliver())

    async def settle(self) -> None:
        """Wait until everything is acknowledged."""
        if self._worker is not None:
            await self._worker

    async def _deliver(self) -> None:
        while self._pending:
            batch = dict(self._pending)
            interactions = {f"{film}:like": [number, on] for film, (number, on, _) in batch.items()}
            if not await self._post(interactions):
                self._tally.errors.append(f"{len(batch)} likes were not acknowledged")
                return
            now = time.perf_counter()
            for film, (number, on, clicked) in batch.items():
                self._tally.note("like", (now - clicked) * 1000)
                self._tally.wanted[self._token, film] = on
                if self._pending[film][0] == number:
                    del self._pending[film]

    async def _post(self, interactions: dict[str, list[Any]]) -> bool:
        body = json.dumps({"interactions": interactions}).encode()
        headers = f"Cookie: {self._tab.cookie}\r\nOrigin: {self._tab.address}\r\n"
        headers += "Content-Type: application/json\r\n"
        for _ in range(TRIES):
            try:
                status, _, _ = await self._tab.line.request(
                    "POST", "/app/interactions", headers=headers, body=body
                )
            except OSError:
                status = 502
            if status not in {502, 504}:
                return status == 200
            await asyncio.sleep(0.5)
        return False


async def click_hearts(address: str, tally: Tally, *, per_second: float, until: float) -> None:
    """Open Search and click hearts at a steady pace, whether answers come or not."""
    tab = await Tab(address).open("search")
    await tab.type("q", "the")
    films = [film["id"] for film in tab.walls["search_wall"]["films"]]
    hearts = Hearts(tab, tally)
    # People do not click in step.
    offset = random.Random(tab.cookie).uniform(0, 1 / per_second)  # noqa: S311 - no secret
    await asyncio.sleep(max(0.0, tally.since + offset - time.perf_counter()))
    begun, clicks = time.perf_counter(), 0
    while (now := time.perf_counter()) < until:
        hearts.click(films[clicks % len(films)], on=clicks // len(films) % 2 == 0)
        clicks += 1
        await asyncio.sleep(max(0.0, begun + clicks / per_second - now))
    await hearts.settle()
    tally.errors += tab.errors
    await tab.close()


async def browse(address: str, tally: Tally, *, think_s: float, until: float, seed: int) -> None:
    """Look around as a guest: search as one types, like, open films and For you, and think."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    tab = Tab(address)
    started = time.perf_counter()
    await tab.open()
    tally.note("first page, with its walls", (time.perf_counter() - started) * 1000)
    hearts = Hearts(tab, tally)
    seen: list[str] = []
    while True:
        pause = chance.uniform(0.5, 1.5) * think_s
        if time.perf_counter() + pause > until:
            break
        await asyncio.sleep(pause)
        await chance.choice(DOINGS)(tab, hearts, seen, chance, tally)
        for wall in tab.walls.values():
            seen.extend(film["id"] for film in wall["films"])
        del seen[:-200]
    await hearts.settle()
    tally.errors += tab.errors
    await tab.close()


async def do_search(
    tab: Tab, hearts: Hearts, seen: list[str], chance: random.Random, tally: Tally
) -> None:
    """Open Search and type."""
    tally.note("open Search", await tab.go("search"))
    query = chance.choice(QUERIES)
    for piece in range(1, PIECES + 1):
        await asyncio.sleep(TYPING_S)
        tally.note("type in Search", await tab.type("q", query[: len(query) * piece // PIECES]))


async def do_like(
    tab: Tab, hearts: Hearts, seen: list[str], chance: random.Random, tally: Tally
) -> None:
    """Press one heart of what is shown."""
    films = [film["id"] for wall in tab.walls.values() for film in wall["films"]]
    if films:
        hearts.click(chance.choice(films), on=True)
        await hearts.settle()


async def do_for_you(
    tab: Tab, hearts: Hearts, seen: list[str], chance: random.Random, tally: Tally
) -> None:
    """Open For you."""
    tally.note("open For you", await tab.go("for_you"))


async def do_film(
    tab: Tab, hearts: Hearts, seen: list[str], chance: random.Random, tally: Tally
) -> None:
    """Open a film that was seen somewhere."""
    if seen:
        tally.note("open a film", await tab.go("film", f"tconst={chance.choice(seen)}"))


async def do_home(
    tab: Tab, hearts: Hearts, seen: list[str], chance: random.Random, tally: Tally
) -> None:
    """Open Home."""
    tally.note("open Home", await tab.go(""))


DOINGS = (do_search, do_search, do_like, do_like, do_for_you, do_film, do_film, do_home)
"""Actions of a visitor, all equally likely."""
RUNS = {do_search: 1 + PIECES}
"""Script runs an action causes, where it is more than one."""


async def type_names(
    address: str, tally: Tally, *, think_s: float, until: float, seed: int
) -> None:
    """Type into the one field of an empty app, as often and as fast as people do in Marquee.

    Opening a page in Marquee is one piece of text here.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    tab = Tab(address)
    started = time.perf_counter()
    await tab.open()
    tally.note("first page", (time.perf_counter() - started) * 1000)
    field_name = next(iter(tab.fields))
    while True:
        pause = chance.uniform(0.5, 1.5) * think_s
        if time.perf_counter() + pause > until:
            break
        await asyncio.sleep(pause)
        doing = chance.choice(DOINGS)
        for piece in range(RUNS.get(doing, 1)):
            if piece:
                await asyncio.sleep(TYPING_S)
            tally.note("any", await tab.type(field_name, str(chance.random())))
    tally.errors += tab.errors
    await tab.close()
