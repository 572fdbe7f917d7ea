"""Pages are found again as they were left: by Back, and by a link without a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PATIENT_MS = 20_000


def shown(page: Page) -> list[str]:
    found: list[str] = page.locator(".grid .card").evaluate_all("c => c.map(n => n.dataset.id)")
    return found


def open_film(page: Page, place: int) -> None:
    page.locator(".grid a.open").nth(place).click()
    expect(page.get_by_role("heading", name="More like this")).to_be_visible(timeout=PATIENT_MS)


def test_search_stands_as_it_was_left_also_by_its_link(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/search?q=nolan&genre=Drama&sort=Newest")
    expect(page.locator(".grid .card").nth(5)).to_be_visible(timeout=PATIENT_MS)
    before = shown(page)
    open_film(page, 2)
    page.get_by_role("link", name="Search").click()
    expect(page.get_by_role("searchbox")).to_have_value("nolan", timeout=PATIENT_MS)
    expect(page.locator(".grid .card")).to_have_count(len(before))
    assert shown(page) == before
    expect(page).to_have_url(re.compile("q=nolan"))
    stands = parse_qs(urlsplit(page.url).query)
    assert stands == {"q": ["nolan"], "genre": ["Drama"], "sort": ["Newest"]}


def test_a_surprise_is_the_same_at_the_same_place_after_a_film(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/for_you?age=Rather+old&surprise=5")
    cards = page.locator(".grid .card")
    expect(cards).to_have_count(24, timeout=PATIENT_MS)
    before = shown(page)
    cards.nth(20).scroll_into_view_if_needed()
    left_at = page.locator(".stMain").evaluate("main => main.scrollTop")
    assert left_at > 100
    open_film(page, 20)
    page.go_back()
    expect(page).to_have_url(f"{server.address}/for_you?age=Rather+old&surprise=5")
    expect(cards).to_have_count(24, timeout=PATIENT_MS)
    page.wait_for_function(
        "top => Math.abs(document.querySelector('.stMain').scrollTop - top) < 5", arg=left_at
    )
    assert shown(page) == before


def test_my_films_opens_on_the_list_that_was_left(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/library?list=Not+interested")
    expect(page.get_by_text("Films you are not interested in")).to_be_visible(timeout=PATIENT_MS)
    page.get_by_role("link", name="How it works").click()
    expect(page.get_by_role("heading", level=1, name="How it works")).to_be_visible()
    page.get_by_role("link", name="My films").click()
    expect(page.get_by_text("Films you are not interested in")).to_be_visible()
