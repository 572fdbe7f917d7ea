"""Nothing jumps: layout shift as browsers report it, on every page, wide and on a phone.

``MARQUEE_SHIFTS=all`` opens every page a second time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, wait_until_at_rest

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
MOST = 0.05
MOVING = {"reduced_motion": "no-preference"}
PAGES = {
    "home": "/",
    "search": "/search?q=nolan",
    "for_you": "/for_you",
    "film": "/film?tconst=tt0113277",
    "library": "/library",
    "insights": "/insights",
    "account": "/account",
    "about": "/about",
}
TIMES = ("first", "again") if os.environ.get("MARQUEE_SHIFTS") == "all" else ("first",)
# The worst run of shifts less than a second apart, at most five seconds long: web.dev/cls.
WATCH = """
window.shift = { worst: 0, now: 0, began: -9e9, last: -9e9, sources: [] };
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const s = window.shift;
    if (entry.startTime - s.last > 1000 || entry.startTime - s.began > 5000) {
      s.now = 0;
      s.began = entry.startTime;
    }
    s.now += entry.value;
    s.last = entry.startTime;
    s.worst = Math.max(s.worst, s.now);
    for (const source of entry.sources)
      s.sources.push((source.node?.parentElement?.className || '') + ' '
        + (source.node?.textContent || '').slice(0, 40));
  }
}).observe({ type: 'layout-shift', buffered: true });
"""


def read_shift(page: Page) -> dict[str, Any]:
    expect(page.get_by_text("Information courtesy of IMDb")).to_be_visible()
    page.wait_for_load_state("networkidle")
    wait_until_at_rest(page)  # and what comes after the last answer
    found: dict[str, Any] = page.evaluate("window.shift")
    return found


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["wide", "phone"])
def person(request: pytest.FixtureRequest, server: Server, visit: Visit) -> Page:
    width, height = request.param
    page = visit(server.address, viewport={"width": width, "height": height}, **MOVING)
    page.context.add_init_script(WATCH)
    page.get_by_role("button", name="The stargazer").click(timeout=60_000)
    expect(page.get_by_text("Looking as")).to_be_visible(timeout=30_000)
    return page


def test_nothing_jumps_on_any_page(person: Page, server: Server) -> None:
    """Opened by its address with what the browser keeps, and where there is time opened again."""
    jumped = {}
    for name, address in PAGES.items():
        for time in TIMES:
            person.goto(server.address + address)
            shift = read_shift(person)
            if shift["worst"] >= MOST:
                jumped[f"{name}, {time}"] = shift
    assert jumped == {}


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
def test_nothing_jumps_at_the_very_first_visit(
    size: tuple[int, int], server: Server, visit: Visit
) -> None:
    page = visit("about:blank", viewport={"width": size[0], "height": size[1]}, **MOVING)
    page.context.add_init_script(WATCH)
    page.goto(server.address)
    shift = read_shift(page)
    assert shift["worst"] < MOST, shift


def test_nothing_jumps_between_pages(server: Server, visit: Visit) -> None:
    page = visit("about:blank", **MOVING)
    page.context.add_init_script(WATCH)
    page.goto(server.address)
    read_shift(page)
    for name in ("Search", "For you", "Insights", "How it works", "Home"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute(
            "aria-current", "page", timeout=30_000
        )
        read_shift(page)
    shift = read_shift(page)
    assert shift["worst"] < MOST, shift
