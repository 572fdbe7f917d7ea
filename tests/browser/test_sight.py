"""The first posters are there before Streamlit is, where the page itself will have them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Server, wait_until_ready

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SCRIPTS = "**/static/js/**"
NEAR_PX = 6


def place(poster: Locator) -> tuple[float, ...]:
    box = poster.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def open_held(page: Page, url: str) -> None:
    """Go somewhere and keep Streamlit from starting there, until its scripts are let go."""

    def keep(route: Route) -> None:
        """Neither answer nor refuse: what waits goes on by itself once nobody keeps it."""

    page.route(SCRIPTS, keep)
    page.goto(url, wait_until="commit")


@pytest.fixture
def ready(server: Server) -> Server:
    """A server that knows its films: before that there is nothing to foresee."""
    wait_until_ready(server)
    return server


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 1440, "height": 900}},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    ],
    ids=["wide", "phone"],
)
def test_posters_come_with_the_page_and_stay_where_they_are(
    look: dict[str, object], ready: Server, visit: Visit
) -> None:
    page = visit("about:blank", **look)
    for path in ("/", "/search", "/film?tconst=tt0113277"):
        open_held(page, ready.address + path)
        first = page.locator("#shell .poster").first
        expect(first).to_be_visible()
        before = place(first)
        page.unroute(SCRIPTS)
        wall = page.locator(".wall .poster").first
        expect(wall).to_be_visible()
        expect(first).not_to_be_visible()
        page.wait_for_load_state("networkidle")
        assert place(wall) == pytest.approx(before, abs=NEAR_PX), path


def test_a_poster_that_is_clicked_early_opens_its_film(ready: Server, visit: Visit) -> None:
    page = visit("about:blank")
    open_held(page, f"{ready.address}/search?q=heat+1995")
    page.locator("#shell .posters a").first.click(no_wait_after=True)
    page.unroute(SCRIPTS)
    expect(page).to_have_url(f"{ready.address}/film?tconst=tt0113277")
