"""Two processes on one data folder behind nginx share likes and model, and lose nothing."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.tab import Tab
from benchmarks.visitors import Hearts, Tally
from recommender.users import token_digest

pytestmark = pytest.mark.slow

GODFATHER = "tt0068646"


def post_like(address: str, cookie: str, tconst: str) -> requests.Response:
    return requests.post(
        f"{address}/app/interactions",
        data=json.dumps({"interactions": {f"{tconst}:like": [7, True]}}),
        headers={"Cookie": cookie, "Origin": address, "Content-Type": "application/json"},
        timeout=20,
    )


def liked_films(data_dir: Path, cookie: str) -> set[str]:
    with closing(sqlite3.connect(data_dir / "people.db")) as db:
        rows = db.execute(
            "SELECT tconst FROM interactions JOIN sessions USING (user_id) "
            "WHERE kind = 'like' AND token_digest = ?",
            (token_digest(cookie.partition("=")[2]),),
        )
        return {tconst for (tconst,) in rows}


def test_like_of_one_process_shows_in_the_other(members: Any) -> None:
    first, second = members

    async def look() -> tuple[int, list[str]]:
        tab = await Tab(first.address).open()
        status = post_like(first.address, tab.cookie, GODFATHER).status_code
        await tab.close()
        other = await Tab(second.address, cookie=tab.cookie).open("search")
        await other.type("q", "godfather")
        interactions: dict[str, list[str]] = other.walls["search_wall"]["interactions"]
        shown = interactions.get(GODFATHER, [])
        await other.close()
        return status, shown

    assert asyncio.run(look()) == (200, ["like"])


def test_each_process_serves_its_own_metrics(members: Any) -> None:
    first, second = members

    def likes(member: Any) -> float:
        said = requests.get(f"http://127.0.0.1:{member.metrics_port}/metrics", timeout=5).text
        counts = re.findall(r'(?m)^marquee_interactions_total{[^}]*kind="like"[^}]*} (\S+)$', said)
        assert "marquee_requests_total" in said
        return sum(map(float, counts))

    async def like() -> int:
        tab = await Tab(first.address).open()
        status = post_like(first.address, tab.cookie, GODFATHER).status_code
        await tab.close()
        return status

    before = likes(first), likes(second)
    assert asyncio.run(like()) == 200
    assert (likes(first), likes(second)) == (before[0] + 1, before[1])


def test_model_memory_is_shared(members: Any) -> None:
    shares = [mapped_kb(member.pid, member.data_dir / "model") for member in members]
    for resident, proportional in shares:
        assert resident > 500
        # Each of two processes is charged half of a page that both have.
        assert proportional < resident * 0.75


def mapped_kb(pid: int, folder: Path) -> tuple[int, int]:
    """Return how much of a folder's files a process has in memory, whole and by its share."""
    resident = proportional = 0
    inside = False
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            inside = str(folder) in line
        elif inside and name == "Rss:":
            resident += int(rest.split()[0])
        elif inside and name == "Pss:":
            proportional += int(rest.split()[0])
    return resident, proportional


def test_visitor_stays_with_one_process(proxy: Any) -> None:
    reached: list[set[str]] = []
    for _ in range(12):
        with requests.Session() as visitor:
            visitor.get(f"{proxy.address}/", timeout=20)
            before = len(proxy.lines())
            for _ in range(3):
                assert visitor.get(f"{proxy.address}/healthz", timeout=20).status_code == 200
            reached.append({line[0] for line in proxy.lines()[before:]})
    assert all(len(members) == 1 for members in reached)
    assert len(set.union(*reached)) == 2


def test_rolling_restart_loses_no_like_and_tabs_reconnect(proxy: Any, members: Any) -> None:
    tally = Tally()

    async def keep_open(tab: Tab, done: asyncio.Event) -> int:
        """Connect again whenever the connection ends, as Streamlit's page does."""
        times = 0
        while not done.is_set():
            try:
                await tab.run()
                await asyncio.sleep(0.1)
            except (ConnectionClosed, InvalidStatus, OSError, TimeoutError):
                await asyncio.sleep(0.2)
                try:
                    await tab.connect()
                    times += 1
                except (ConnectionClosed, InvalidStatus, OSError, TimeoutError):
                    pass
        return times

    async def restart_all(done: asyncio.Event) -> list[float]:
        took = []
        for member in members:
            await asyncio.sleep(1)
            took.append(await asyncio.to_thread(member.stop))
            await asyncio.sleep(1)
            await asyncio.to_thread(member.start)
            await asyncio.to_thread(member.wait_until_ready)
        await asyncio.sleep(1)
        done.set()
        return took

    async def click_on(tab: Tab, done: asyncio.Event) -> None:
        films = [film["id"] for film in tab.walls["search_wall"]["films"]]
        hearts = Hearts(tab, tally)
        clicks = 0
        while not done.is_set():
            # In each pass half are on and half off, whenever it ends.
            hearts.click(films[clicks % 40], on=(clicks // 40 + clicks) % 2 == 0)
            clicks += 1
            await asyncio.sleep(0.1)
        await hearts.settle()

    async def run() -> tuple[list[float], list[int], list[Tab]]:
        tabs = [await Tab(proxy.address).open("search") for _ in range(4)]
        for tab in tabs:
            await tab.type("q", "the")
        done = asyncio.Event()
        opened = asyncio.gather(*(keep_open(tab, done) for tab in tabs))
        clicked = asyncio.gather(*(click_on(tab, done) for tab in tabs))
        took = await restart_all(done)
        times = await opened
        await clicked
        for tab in tabs:
            await tab.close()
        return took, times, tabs

    took, reconnected, tabs = asyncio.run(run())
    assert max(took) < 10
    assert sum(reconnected) >= len(tabs)  # each lost its process at least once
    assert not tally.errors
    assert tally.clicks > 100
    for tab in tabs:
        token = tab.cookie.partition("=")[2]
        wanted = {film for (of, film), on in tally.wanted.items() if of == token and on}
        unwanted = {film for (of, film), on in tally.wanted.items() if of == token and not on}
        stored = liked_films(members[0].data_dir, tab.cookie)
        assert wanted
        assert wanted <= stored
        assert not unwanted & stored
