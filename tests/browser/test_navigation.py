"""Navigation between pages in a real browser: no skeleton, no flash of another page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seen, Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

HEADINGS = {
    "Home": "Films you will like, and why",
    "Search": "Search",
    "For you": "For you",
    "Insights": "Insights",
    "How it works": "How it works",
}
IDLE_ON_HOME_MS = 15_000
SAMPLES_MS = (50, 150, 400)
# Clicks a link and records the visible headings after each delay.
CLICK_AND_SAMPLE = """(link, delays) => {
    window.samples = [];
    link.click();
    for (const delay of delays) setTimeout(() => {
        const shown = [...document.querySelectorAll('h1')].filter(h => h.checkVisibility());
        window.samples.push(shown.map(h => h.innerText.trim()));
    }, delay);
}"""


def open_page(page: Page, name: str) -> list[list[str]]:
    """Click a link of the navigation; return the visible headings at each sample."""
    link = page.get_by_role("link", name=name, exact=True).first
    link.evaluate(CLICK_AND_SAMPLE, list(SAMPLES_MS))
    expect(page.get_by_role("heading", level=1, name=HEADINGS[name], exact=True)).to_be_visible()
    page.wait_for_function("count => window.samples.length === count", arg=len(SAMPLES_MS))
    samples: list[list[str]] = page.evaluate("window.samples")
    return samples


def test_navigation_after_a_while_shows_only_the_old_or_the_new_page(
    server: Server, visit: Visit
) -> None:
    page = visit(server.address)
    expect(page.get_by_role("heading", level=1, name=HEADINGS["Home"])).to_be_visible()
    page.wait_for_timeout(IDLE_ON_HOME_MS)  # the fault this test is about began after 12 s
    current = "Home"
    for name in ("How it works", "Search", "For you", "Insights", "Home"):
        for shown in open_page(page, name):
            assert set(shown) <= {HEADINGS[current], HEADINGS[name]}, f"{current} -> {name}"
        text = page.inner_text("body")
        assert "longer than it should" not in text
        assert page.locator("#shell").count() == 0
        current = name


@pytest.mark.parametrize("path", ["/foo/bar", "/nothing-here"])
def test_unknown_address_shows_a_link_to_home(
    server: Server, visit: Visit, seen: Seen, path: str
) -> None:
    page = visit(server.address + path)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.get_by_role("link", name="Go to Home").click()
    expect(page.get_by_role("heading", level=1, name=HEADINGS["Home"])).to_be_visible()
    seen.errors[:] = [error for error in seen.errors if path not in error]  # the 404 itself
