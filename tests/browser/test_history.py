"""One's own history in a real browser: chosen, looked at, decided on, written, taken back."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from recommender.users import read_history
from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RATINGS = (
    "Date,Name,Year,Letterboxd URI,Rating\n2021-03-04,Heat,1995,x,4.5\n"
    "2021-03-05,Crash,,x,5\n2021-03-06,Alien,1979,x,3\n2021-03-07,=1+1,1990,x,5\n"
)


def imported(server: Server) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(server.data_dir / "people.db")) as db:
        return set(db.execute("SELECT tconst, kind FROM interactions WHERE source LIKE 'import:%'"))


def choose_and_add(page: Page) -> None:
    choice = page.get_by_role("combobox", name="Crash is")
    choice.click()
    choice.fill("1996")
    expect(page.get_by_role("option")).to_have_count(1)
    choice.press("Enter")
    expect(page.get_by_text("This will add 2 likes, 1 seen film.")).to_be_visible()
    page.get_by_role("button", name="Add 3 films").click()


def test_a_history_comes_in_and_goes_again(
    server: Server, visit: Callable[..., Page], tmp_path: Path
) -> None:
    export = tmp_path / "letterboxd.zip"
    with zipfile.ZipFile(export, "w") as archive:
        archive.writestr("ratings.csv", RATINGS)
    page = visit(
        f"{server.address}/library?list=Import+and+export", viewport={"width": 390, "height": 844}
    )
    page.locator('input[type="file"]').set_input_files(export)
    expect(page.get_by_text("This will add 1 like, 1 seen film.")).to_be_visible()
    assert imported(server) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    choose_and_add(page)
    expect(page.get_by_text("Added 3 entries from Letterboxd.")).to_be_visible()
    written = {("tt0113277", "like"), ("tt0115964", "like"), ("tt0078748", "seen")}
    assert imported(server) == written
    page.locator(".overlay").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Removed 3 entries from Letterboxd.")).to_be_visible()
    assert imported(server) == set()
    page.locator('input[type="file"]').set_input_files(export)
    choose_and_add(page)
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()
    assert imported(server) == written

    with page.expect_download() as caught:
        page.get_by_role("button", name="Download marquee.csv").click()
    entries = read_history([("marquee.csv", Path(caught.value.path()).read_bytes())]).entries
    assert {(entry.tconst, entry.kind) for entry in entries} == written

    page.reload()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Removed 3 entries from Letterboxd.")).to_be_visible()
    assert imported(server) == set()
    page.get_by_text("Liked 0").click()
    expect(page.get_by_text("No likes yet")).to_be_visible()
