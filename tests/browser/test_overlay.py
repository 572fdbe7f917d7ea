"""What goes along on every page in Chromium: news with an undo, shortcuts and their list."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Seen, Server, wait_until_at_rest

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
HEAT = "tt0113277"


def notification(page: Page) -> Locator:
    return page.locator(".overlay .notification")


def wait_until_there(page: Page) -> None:
    page.wait_for_function(
        """() => [...document.querySelectorAll('*')]
            .some(node => node.shadowRoot?.querySelector('.overlay')?._overlay)"""
    )


def interactions_of(server: Server, page: Page) -> set[tuple[str, str]]:
    """What the visitor of a page has said of films, as it stands on the disk."""
    ids = page.locator(".grid .card, .row .card, .feature.card").evaluate_all(
        "cards => cards.map(card => card.dataset.id)"
    )
    with closing(sqlite3.connect(server.data_dir / "people.db")) as db:
        [user] = db.execute("SELECT max(user_id) FROM users").fetchone()
        rows = db.execute("SELECT tconst, kind FROM interactions WHERE user_id = ?", (user,))
        return {(tconst, kind) for tconst, kind in rows if tconst in ids}


def wait_for_interactions(server: Server, page: Page, wanted: set[tuple[str, str]]) -> None:
    for _ in range(100):
        if interactions_of(server, page) == wanted:
            return
        page.wait_for_timeout(50)
    assert interactions_of(server, page) == wanted


def test_every_mark_of_a_wall_can_be_undone_by_mouse_and_keyboard(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/search?q=heat+1995")
    card = page.locator(".grid .card").first
    card.locator(".action.watchlist").click()
    expect(notification(page)).to_contain_text("On your watchlist: Heat")
    wait_for_interactions(server, page, {(HEAT, "watchlist")})
    card.locator("a.open").focus()
    page.keyboard.press("h")  # hiding takes it off the watchlist, and the undo puts it back
    expect(notification(page)).to_contain_text("Not interested: Heat")
    wait_for_interactions(server, page, {(HEAT, "hide")})
    page.keyboard.press("Control+z")
    expect(notification(page)).to_contain_text("Undone.")
    wait_for_interactions(server, page, {(HEAT, "watchlist")})
    expect(card.locator(".action.watchlist")).to_have_attribute("aria-pressed", "true")
    card.locator(".action.like").click()
    expect(notification(page).get_by_role("button", name="Undo")).to_be_visible()
    wait_for_interactions(server, page, {(HEAT, "watchlist"), (HEAT, "like")})
    notification(page).get_by_role("button", name="Undo").click()
    wait_for_interactions(server, page, {(HEAT, "watchlist")})
    expect(card.locator(".action.like")).to_have_attribute("aria-pressed", "false")


def hold_interactions(page: Page) -> list[Route]:
    """Hold requests that save interactions until each is continued."""
    held: list[Route] = []
    page.route("**/app/interactions", lambda route: held.append(route))  # noqa: PLW0108 - Playwright writes into it
    return held


def test_an_undo_outlives_its_page(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/search?q=heat+1995")
    page.locator(".grid .action.like").click()
    wait_for_interactions(server, page, {(HEAT, "like")})
    page.get_by_role("link", name="My films").click()
    expect(page.locator(".grid .card")).to_have_count(1)
    notification(page).get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("No likes yet")).to_be_visible()


def test_a_like_that_is_saved_after_the_next_page_is_shown_there(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/search?q=heat+1995")
    held = hold_interactions(page)
    page.locator(".grid .action.like").click()
    page.get_by_role("link", name="My films").click()
    expect(page.get_by_text("No likes yet")).to_be_visible()
    expect(page.get_by_role("heading", name="Search")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(f'.grid .card[data-id="{HEAT}"]')).to_be_visible()
    expect(page.get_by_text("No likes yet")).to_have_count(0)


def test_a_like_on_its_way_is_shown_on_the_page_of_its_film(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/film?tconst={HEAT}")
    held = hold_interactions(page)
    card = page.locator(".row .card").first
    title = card.locator(".title").inner_text()
    card.locator(".action.like").click()
    card.locator("a.open").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    heart = page.locator(".card.feature .action.like")
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="More like this")).to_be_visible()
    held[0].continue_()
    # The page is rerun once, so that what the server renders knows the like, too.
    expect(page.get_by_role("button", name="Liked. Undo")).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "true")


def test_a_like_that_cannot_be_saved_goes_back_and_can_be_tried_again(
    server: Server, visit: Visit, seen: Seen
) -> None:
    page = visit(f"{server.address}/search?q=heat+1995")
    refused = {"status": 503, "json": {"reason": "storage"}}
    page.route("**/app/interactions", lambda route: route.fulfill(**refused))
    heart = page.locator(".grid .action.like")
    heart.click()
    expect(notification(page)).to_contain_text("That could not be saved: Liked Heat")
    expect(heart).to_have_attribute("aria-pressed", "false")
    page.unroute("**/app/interactions")
    notification(page).get_by_role("button", name="Try again").click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    wait_for_interactions(server, page, {(HEAT, "like")})
    assert all("503" in error for error in seen.errors)
    seen.errors.clear()


def test_code_that_was_lost_on_the_way_is_asked_for_again(
    server: Server, visit: Visit, seen: Seen
) -> None:
    page = visit("about:blank")
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if len(lost) < 4:
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    page.route("**/assets/components/*.js*", lose)
    page.goto(f"{server.address}/search?q=heat+1995")
    expect(page.locator(f'.grid .card[data-id="{HEAT}"]')).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    assert len(lost) == 4
    assert all("/assets/components/" in error for error in seen.errors)
    seen.errors.clear()


def test_notification_stays_while_it_has_the_focus(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/search?q=heat+1995")
    page.clock.install()
    page.locator(".grid .action.like").click()
    expect(notification(page)).to_be_visible()
    page.clock.run_for(6_000)
    expect(notification(page)).to_be_visible()
    notification(page).get_by_role("button", name="Undo").focus()
    page.clock.run_for(30_000)
    expect(notification(page)).to_be_visible()
    page.locator(".grid a.open").focus()
    page.mouse.move(5, 5)
    page.clock.run_for(10_000)
    expect(notification(page)).to_have_count(0)


def test_what_buttons_do_can_be_undone_too(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/film?tconst={HEAT}")
    wait_until_there(page)
    page.get_by_role("button", name="Less like this").click()
    expect(notification(page)).to_contain_text("You will see less like Heat")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Less like this")).to_be_visible()
    page.goto(server.address)
    page.get_by_role("button", name="The stargazer").click()
    expect(notification(page)).to_contain_text("The stargazer: 6 likes join yours")
    notification(page).get_by_role("button", name="Undo").click()
    expect(page.get_by_text("0 of 5 films liked")).to_be_visible()


def test_a_cleared_shelf_comes_back(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/search?q=kurosawa")
    for place in range(3):
        page.locator(".grid .action.like").nth(place).click()
    page.get_by_role("link", name="My films").click()
    expect(page.locator(".grid .card")).to_have_count(3)
    page.get_by_role("button", name="Clear this list").click()
    expect(notification(page)).to_contain_text("Removed 3 films from this list")
    expect(page.locator(".grid .card")).to_have_count(0)
    notification(page).get_by_role("button", name="Undo").click()
    expect(page.locator(".grid .card")).to_have_count(3)


def test_shortcuts_work_anywhere_but_where_one_types(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/about")
    wait_until_there(page)
    page.keyboard.press("/")
    expect(page).to_have_url(f"{server.address}/search")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused(timeout=20_000)
    page.keyboard.type("is it? / what")
    expect(box).to_have_value("is it? / what")
    expect(page.get_by_role("dialog")).to_have_count(0)
    box.fill("heat 1995")
    expect(page.locator(".grid .card").first).to_have_attribute("data-id", HEAT)
    page.locator(".grid a.open").first.focus()
    page.keyboard.press("/")
    expect(box).to_be_focused()


def test_the_list_of_shortcuts_opens_closes_and_turns_them_off(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/search?q=heat+1995")
    link = page.locator(".grid a.open").first
    wait_until_there(page)
    wait_until_at_rest(page)  # a page that is still being drawn may take the focus away
    link.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Move between films")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(link).to_be_focused()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Close").click()
    link.focus()
    page.keyboard.press("?")
    expect(dialog).not_to_be_visible()


def test_less_like_a_shown_film_is_told_and_taken_back_on_for_you(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/for_you")
    wait_until_there(page)
    page.get_by_role("button", name="Fine-tune").click()
    page.get_by_role("combobox", name="Show me less like").click()
    page.get_by_role("option").nth(2).click()
    expect(notification(page)).to_contain_text("You will see less like")
    expect(page.get_by_role("button", name="Undo: less like")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="For you").click()
    page.keyboard.press("Control+z")
    expect(notification(page)).not_to_contain_text("You will see less like")
