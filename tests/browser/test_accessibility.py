"""axe-core finds nothing on any page, light and dark, wide and narrow; and pages do not jump."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.conftest import Server, wait_until_at_rest

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
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
Look = tuple[Literal["light", "dark"], int]
# Contrast goes with the theme and layout with the width, so two looks find nearly everything.
TWO: tuple[Look, ...] = (("light", 1280), ("dark", 390))
ALL: tuple[Look, ...] = (*TWO, ("light", 390), ("dark", 1280))
LOOKS = ALL if os.environ.get("MARQUEE_AXE_LOOKS") == "all" else TWO
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # the rest need not be written down
}


def test_every_page_is_listed() -> None:
    pages = {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")}
    assert pages == set(PAGES)


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


@pytest.fixture(scope="module")
def stargazer(browser: Browser, server: Server) -> StorageState:
    """The cookies of a visitor with a taste, so that every page has something on it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.address)
    page.get_by_role("button", name="The stargazer").click()
    expect(page.get_by_text("Looking as")).to_be_visible()
    cookies = context.storage_state()
    context.close()
    return cookies


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


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(
    name: str, server: Server, stargazer: StorageState, visit: Visit, axe: Axe
) -> None:
    page = visit(server.address + PAGES[name], storage_state=stargazer)
    expect(page.get_by_text("Information courtesy of IMDb")).to_be_visible()
    if name == "home":
        expect(page.get_by_text("Looking as")).to_be_visible()
    found = []
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{theme} {width} {finding}" for finding in look(page, axe)]
    assert found == []
