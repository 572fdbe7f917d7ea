"""The tour in Chromium, by mouse and keyboard: start, return, leave; no other data changes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, run_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def demo(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(data_dir, folder)
    with run_server(folder, "--", "--demo") as running:
        yield running


def rows(server: Server) -> set[tuple[int, str, str]]:
    with closing(sqlite3.connect(server.data_dir / "people.db")) as db:
        return set(db.execute("SELECT user_id, tconst, kind FROM interactions").fetchall())


def expect_step(page: Page, number: int) -> None:
    expect(page.locator(".tour-card .count")).to_have_text(f"Step {number} of 8")


def test_the_tour_is_played_by_keyboard_and_leaves_nothing(demo: Server, visit: Visit) -> None:
    page = visit(f"{demo.address}/search?q=heat+1995")
    page.locator(".grid .action.like").click()
    page.wait_for_function("() => window.marquee.interactions.ack > 0")
    page.get_by_role("link", name="My films").click()
    expect(page.get_by_role("heading", name="My films")).to_be_visible()
    expect(page.get_by_role("list", name="1 film")).to_be_visible()
    own = rows(demo)
    assert {tconst for _, tconst, _ in own} == {"tt0113277"}

    page.get_by_role("link", name="Start the tour").click()
    expect_step(page, 1)
    expect(page.get_by_text("0 of 5 films liked")).to_be_visible()
    page.keyboard.press("n")
    expect_step(page, 2)
    expect(page.get_by_text("Looking as The stargazer")).to_be_visible()
    page.keyboard.press("n")
    expect_step(page, 3)
    first = page.locator(".grid .card").first
    expect(first).to_have_attribute("data-id", "tt0068646")
    first.locator(".action.like").click()
    expect(page.locator(".overlay .notification")).to_contain_text("Liked The Godfather")
    page.locator(".tour-card .next").click()
    expect_step(page, 4)
    expect(page.locator(".tour-card .text")).to_contain_text(
        "of these 24 picks were not here before"
    )
    expect(page.locator(".tour-card .text")).to_contain_text("The Godfather Part II")
    page.keyboard.press("n")
    expect_step(page, 5)
    expect(page.get_by_role("heading", level=1, name="The Godfather Part II")).to_be_visible()
    page.keyboard.press("n")
    expect_step(page, 6)
    expect(page.locator('[data-testid="stVegaLiteChart"] svg')).to_be_visible()
    page.keyboard.press("n")
    expect_step(page, 7)
    expect(page.get_by_role("heading", name="Without The Godfather")).to_be_visible()
    page.keyboard.press("n")
    expect_step(page, 8)
    expect(page.get_by_role("button", name="Back to the best picks")).to_be_visible()

    page.keyboard.press("b")
    expect_step(page, 7)
    page.get_by_role("link", name="Leave the tour").click()
    expect(page.get_by_role("link", name="Start the tour")).to_be_visible()
    page.get_by_role("link", name="My films").click()
    expect(page.get_by_role("list", name="1 film")).to_be_visible()
    assert rows(demo) == own


def test_a_step_is_an_address_and_the_way_to_it_is_kept(demo: Server, visit: Visit) -> None:
    page = visit(f"{demo.address}/for_you?tour=4", viewport={"width": 390, "height": 844})
    expect_step(page, 4)
    expect(page.locator(".tour-card .text")).to_contain_text(
        "of these 24 picks were not here before"
    )
    page.reload()
    expect_step(page, 4)
    page.locator(".tour-card .next").click()
    expect_step(page, 5)
    page.go_back()
    expect_step(page, 4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".grid a.open").first.click()
    page.get_by_role("link", name="Take me there").click()
    expect(page.get_by_role("heading", level=1, name="For you")).to_be_visible()
    expect(page.get_by_role("link", name="Take me there")).to_have_count(0)


def test_nobody_is_offered_a_tour_unasked(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/?tour=2")
    expect(page.get_by_text("0 of 5 films liked")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name="Start the tour")).to_have_count(0)
