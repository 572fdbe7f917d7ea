"""Home in Chromium: the wall to start from follows a pick, and nothing under the hand moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def shown(page: Page) -> list[str]:
    found: list[str] = page.locator(".grid .card").evaluate_all("c => c.map(n => n.dataset.id)")
    return found


def test_the_wall_follows_a_pick_below_the_hand(server: Server, visit: Visit) -> None:
    page = visit(server.address)
    expect(page.locator(".grid .card")).to_have_count(40)
    before = shown(page)
    card = page.locator(".grid .card").nth(3)
    place = card.bounding_box()
    card.locator(".action.like").click()
    expect(page.get_by_text("1 of 5 films liked")).to_be_visible()
    page.wait_for_function(
        """before => {
            const roots = [...document.querySelectorAll('*')].map(n => n.shadowRoot);
            const wall = roots.find(root => root?.querySelector('.grid'));
            const ids = [...wall.querySelectorAll('.card')].map(n => n.dataset.id);
            return ids.length === 40 && ids.slice(13).join() !== before.slice(13).join();
        }""",
        arg=before,
    )
    assert shown(page)[:12] == before[:12]
    assert card.bounding_box() == place
    expect(card.locator(".action.like")).to_have_attribute("aria-pressed", "true")


def test_a_borrowed_taste_by_keyboard_and_back(server: Server, visit: Visit) -> None:
    page = visit(server.address)
    page.get_by_role("button", name="The film-noir lover").press("Enter")
    expect(page.get_by_text("Looking as")).to_be_visible()
    expect(page.get_by_role("heading", name="Because you liked Double Indemnity")).to_be_visible()
    page.get_by_role("button", name="Remove").press("Enter")
    expect(page.get_by_role("heading", name="Films you will like, and why")).to_be_visible()
    expect(page.get_by_text("0 of 5 films liked")).to_be_visible()


def test_dials_stand_in_the_url_and_are_remembered_without_it(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/for_you")
    dial = page.get_by_role("slider", name="How new")
    dial.focus()
    dial.press("ArrowLeft")
    expect(page).to_have_url(f"{server.address}/for_you?age=Rather+old")
    page.get_by_role("link", name="Search").click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.get_by_role("link", name="For you").click()
    expect(page.get_by_role("slider", name="How new")).to_have_attribute(
        "aria-valuetext", "Rather old"
    )
    other = visit(f"{server.address}/for_you?known=Hidden+gems", page.context)
    expect(other.get_by_role("slider", name="How well known")).to_have_attribute(
        "aria-valuetext", "Hidden gems"
    )
    expect(other.get_by_role("slider", name="How new")).to_have_attribute(
        "aria-valuetext", "Any age"
    )
