"""Every page at its address, wide in light and narrow in dark: nothing jumps, axe finds nothing.

``MARQUEE_SHIFTS=all`` opens every page a second time, ``MARQUEE_AXE_LOOKS=all`` lets axe look at
both themes in both widths.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Seen, Server, wait_until_at_rest
from tests.browser.test_layout_shift import MOST, WATCH, read_shift

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "home": "/",
    "search": "/search?q=nolan",
    "for_you": "/for_you",
    "film": "/film?tconst=tt0083658",
    "library": "/library",
    "insights": "/insights",
    "account": "/account",
    "about": "/about",
}
TIMES = ("first", "again") if os.environ.get("MARQUEE_SHIFTS") == "all" else ("first",)
Theme = Literal["light", "dark"]
Look = tuple[Theme, int, int]
# Contrast goes with the theme and layout with the width, so two looks find nearly everything.
LOOKS: tuple[Look, ...] = (("light", 1440, 900), ("dark", 390, 844))
BOTH: tuple[Theme, ...] = ("light", "dark")
# What waits for what stands above it is named in frame.css, which costs less than asking all.
UNNAMED = """() => [...document.querySelectorAll(
    ':is(.st-key-page, .st-key-page .stVerticalBlock) > *')].filter(node => !node.matches(
    ':is(.stElementContainer, [data-testid="stLayoutWrapper"], .stTabs)')).map(n => n.className)"""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # the rest need not be written down
}


@dataclass(frozen=True, slots=True)
class Stargazer:
    """A visitor with a taste, so that every page has something on it, in one look."""

    context: BrowserContext
    theme: Theme
    first_shift: dict[str, Any]


def test_every_page_is_listed() -> None:
    pages = {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")}
    assert pages == set(PAGES)


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


@pytest.fixture(scope="module", params=LOOKS, ids=["wide", "phone"])
def stargazer(
    request: pytest.FixtureRequest, browser: Browser, server: Server
) -> Iterator[Stargazer]:
    """Yield a new visitor, whose first visit is measured and who then applies a persona."""
    theme, width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="no-preference",
    )
    context.add_init_script(WATCH)
    page, seen = context.new_page(), Seen()
    seen.watch(page)
    page.goto(server.address)
    first_shift = read_shift(page)
    page.get_by_role("button", name="The stargazer").click()
    expect(page.get_by_text("Looking as")).to_be_visible()
    page.close()
    assert not seen.errors
    assert not seen.foreign
    yield Stargazer(context, theme, first_shift)
    context.close()


def look(page: Page, axe: Axe) -> list[str]:
    """Return what axe finds on a page at rest, and finds a second time."""
    found: list[str] = []
    for _ in range(2):
        wait_until_at_rest(page)
        violations = axe.run(page, options=RULES).response["violations"]
        found = [f"{v['id']}: {node['html'][:300]}" for v in violations for node in v["nodes"]]
        if not found:
            break
    return found


def test_nothing_jumps_at_the_very_first_visit(stargazer: Stargazer) -> None:
    assert stargazer.first_shift["worst"] < MOST, stargazer.first_shift


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps_and_axe_finds_nothing(
    name: str, server: Server, stargazer: Stargazer, visit: Callable[..., Page], axe: Axe
) -> None:
    """Opened by its address with what the browser keeps, and where there is time opened again."""
    page = visit("about:blank", stargazer.context)
    jumped = {}
    for time in TIMES:
        page.goto(server.address + PAGES[name])
        shift = read_shift(page)
        if shift["worst"] >= MOST:
            jumped[time] = shift
    if name == "home":
        expect(page.get_by_text("Looking as")).to_be_visible()
    page.emulate_media(reduced_motion="reduce", color_scheme=stargazer.theme)
    found = look(page, axe)
    if os.environ.get("MARQUEE_AXE_LOOKS") == "all":
        [other] = set(BOTH) - {stargazer.theme}
        page.emulate_media(reduced_motion="reduce", color_scheme=other)
        found += [f"in the other theme: {finding}" for finding in look(page, axe)]
    assert page.evaluate(UNNAMED) == []
    page.close()
    assert jumped == {}
    assert found == []
