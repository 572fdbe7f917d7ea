"""The main road, end to end: search with a typo, like, see why, open, go back, refresh."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import FIRST_START_MS, Seen, Server, run_server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def stored_likes(server: Server) -> set[str]:
    with closing(sqlite3.connect(server.data_dir / "people.db")) as db:
        return {row[0] for row in db.execute("SELECT tconst FROM interactions WHERE kind = 'like'")}


def wait_until_saved(page: Page, cards: int) -> None:
    """Wait until the server has acknowledged as many hearts as are pressed."""
    expect(page.locator('.grid .action.like[aria-pressed="true"]')).to_have_count(cards)
    page.wait_for_function("() => !window.marquee.interactions.pending.length")


CODE = ("/assets/components/overlay.js", "/assets/components/wall.js")


def test_the_main_road(server: Server, visit: Visit) -> None:
    page = visit(server.address)
    expect(page.get_by_role("heading", name="Films you will like, and why")).to_be_visible()
    expect(page.locator(".grid .card")).to_have_count(40)

    # search as you type, with a typo
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").press_sequentially("godfathr", delay=20)
    expect(page.locator(".grid .card").first).to_have_attribute("data-id", "tt0068646")
    expect(page.get_by_text("Nothing is called")).to_be_visible()
    expect(page).to_have_url(f"{server.address}/search?q=godfathr")

    # five likes, ten milliseconds apart
    page.get_by_role("searchbox").fill("nolan")
    expect(page.locator(".grid .card").first).to_have_attribute("data-id", "tt0468569")
    wanted = [page.locator(".grid .card").nth(n).get_attribute("data-id") for n in range(5)]
    page.evaluate(
        """async () => {
            const roots = [...document.querySelectorAll('*')].map(n => n.shadowRoot);
            const wall = roots.find(root => root?.querySelector('.wall'));
            for (const heart of [...wall.querySelectorAll('.action.like')].slice(0, 5)) {
                heart.click();
                await new Promise(done => setTimeout(done, 10));
            }
        }"""
    )
    wait_until_saved(page, 5)
    assert set(wanted) <= stored_likes(server)

    # recommendations, each with its reason
    page.get_by_role("link", name="For you").click()
    expect(page.get_by_role("heading", name="For you")).to_be_visible()
    cards = page.get_by_role("list", name="Recommended for you").locator(".card")
    expect(cards).to_have_count(24)
    assert all("match" in text for text in cards.locator(".because").all_inner_texts())
    offered = {card.get_attribute("data-id") for card in cards.all()}
    assert not offered & set(wanted)

    # open one, go back, refresh
    title = cards.first.locator(".title").inner_text()
    cards.first.locator("a.open").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_role("heading", name="More like this")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="For you")).to_be_visible()

    # the code of walls and overlay came once, with the first page
    loaded = page.evaluate(
        "() => performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname)"
    )
    assert sorted(path for path in loaded if path in CODE) == sorted(CODE)
    page.reload()
    page.get_by_role("link", name="My films").click()
    expect(page.locator('.grid .action.like[aria-pressed="true"]')).to_have_count(5)


def test_a_heart_has_a_name_and_is_its_visitors_alone(server: Server, visit: Visit) -> None:
    mine = visit(f"{server.address}/search?q=heat+1995")
    expect(mine.get_by_alt_text("Heat (1995)")).to_be_visible()
    heart = mine.get_by_role("button", name="Like Heat (1995)")
    box = heart.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    heart.click()
    wait_until_saved(mine, 1)
    second_tab = visit(f"{server.address}/library", mine.context)
    expect(second_tab.locator(".grid .card")).to_have_count(1)
    somebody = visit(f"{server.address}/library")
    expect(somebody.get_by_text("No likes yet")).to_be_visible()

    # and a script cannot read who a visitor is
    [cookie] = [c for c in mine.context.cookies() if c["name"] == "marquee_guest"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["value"] not in mine.evaluate("document.cookie")


def test_without_cookies_a_like_goes_back_and_the_page_says_why(
    server: Server, visit: Visit, seen: Seen
) -> None:
    def without_cookie(route: Route) -> None:
        answer = requests.get(route.request.url, timeout=10)  # outside the browser's cookie jar
        route.fulfill(body=answer.text, content_type="text/html")

    page = visit("about:blank")
    page.context.route(f"{server.address}/search*", without_cookie)
    page.goto(f"{server.address}/search?q=heat+1995")
    heart = page.locator(".action.like").first
    heart.click()
    expect(page.get_by_text("Marquee needs one cookie to remember your likes")).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "false")
    assert all("401" in error for error in seen.errors)
    seen.errors.clear()


def test_quick_likes_before_a_navigation_are_all_stored_and_shown(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/search?q=kurosawa")
    hearts = page.locator(".grid .action.like")
    expect(hearts.nth(9)).to_be_visible()
    ids = [page.locator(".grid .card").nth(n).get_attribute("data-id") for n in range(10)]
    page.evaluate(
        """() => {
            const roots = [...document.querySelectorAll('*')].map(n => n.shadowRoot);
            const wall = roots.find(root => root?.querySelector('.wall'));
            for (const heart of [...wall.querySelectorAll('.action.like')].slice(0, 10))
                heart.click();
            const links = [...document.querySelectorAll('a')];
            links.find(a => a.innerText.trim() === 'My films').click();
        }"""
    )
    expect(page.get_by_role("heading", name="My films")).to_be_visible()
    expect(page.locator(".grid .card")).to_have_count(10)
    assert set(ids) <= stored_likes(server)
    page.goto(f"{server.address}/search?q=kurosawa")
    expect(page.locator('.grid .action.like[aria-pressed="true"]')).to_have_count(10)


def test_the_wall_works_by_keyboard(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/search?q=kurosawa")
    cards = page.locator(".grid .card")
    expect(cards.first).to_be_visible()
    cards.first.locator("a.open").focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1).locator("a.open")).to_be_focused()
    page.keyboard.press("l")
    expect(cards.nth(1).locator(".action.like")).to_have_attribute("aria-pressed", "true")
    wait_until_saved(page, 1)
    expect(cards.nth(1).locator("a.open")).to_be_focused()  # an answer moves no focus
    page.keyboard.press("h")
    expect(cards.nth(1).locator(".action.like")).to_have_attribute("aria-pressed", "false")
    undo = cards.nth(1).locator(".undo button")
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(undo).not_to_be_visible()
    expect(cards.nth(1).locator("a.open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="More like this")).to_be_visible()


def test_for_you_offers_to_refresh_picks_after_a_like(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/for_you")
    cards = page.get_by_role("list", name="Recommended for you").locator(".card")
    expect(cards).to_have_count(24)
    before = [card.get_attribute("data-id") for card in cards.all()]
    cards.nth(2).locator(".action.like").click()
    refresh = page.get_by_role("button", name="Refresh picks")
    expect(refresh).to_be_visible()
    assert [card.get_attribute("data-id") for card in cards.all()] == before
    refresh.click()
    expect(refresh).not_to_be_visible()
    assert before[2] not in [card.get_attribute("data-id") for card in cards.all()]


def test_back_leads_to_the_same_results_at_the_same_place(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/search")
    page.get_by_role("searchbox").fill("the")
    cards = page.locator(".grid .card")
    expect(page).to_have_url(f"{server.address}/search?q=the")
    page.get_by_role("button", name="Show more films").click()
    expect(cards).to_have_count(80)
    cards.nth(60).scroll_into_view_if_needed()
    left_at = page.locator(".stMain").evaluate("main => main.scrollTop")
    cards.nth(60).locator("a.open").click()
    expect(page.get_by_role("heading", name="More like this")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.stMain').scrollTop === 0")
    page.go_back()
    expect(page).to_have_url(f"{server.address}/search?q=the")
    expect(page.get_by_role("searchbox")).to_have_value("the")
    expect(cards).to_have_count(80)
    page.wait_for_function(
        "top => Math.abs(document.querySelector('.stMain').scrollTop - top) < 5", arg=left_at
    )
    page.go_forward()
    expect(page.get_by_role("heading", name="More like this")).to_be_visible()


def test_a_person_on_a_film_leads_to_their_films(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/film?tconst=tt0113277")
    page.get_by_role("link", name="Michael Mann").first.click()
    expect(page.get_by_role("searchbox")).to_have_value("Michael Mann")
    expect(page.locator(".grid .card").first).to_be_visible()


def test_a_phone_shows_two_posters_a_row_and_nothing_overflows(
    server: Server, visit: Visit
) -> None:
    page = visit(server.address, viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator(".grid .card")).to_have_count(40)
    tops = {card.bounding_box()["y"] for card in page.locator(".grid .card").all()[:2]}  # type: ignore[index]
    assert len(tops) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_first_start_shows_progress_and_a_cold_link_opens(tmp_path: Path, visit: Visit) -> None:
    with run_server(tmp_path / "data") as fresh:
        page = visit(f"{fresh.address}/film?tconst=tt0113277")
        heading = page.get_by_role("heading", level=1, name="Heat")
        expect(heading).to_be_visible(timeout=FIRST_START_MS)
        expect(page).to_have_title("Heat (1995) · Marquee")
        expect(page.get_by_role("link", name="How it works")).to_be_visible()
        assert (fresh.data_dir / "catalogue.db").exists()
        page.close()
