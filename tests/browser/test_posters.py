"""Photographs on the walls, from a TMDb of our own: they come late, move nothing, tell nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.conftest import Server, run_server
from tests.browser.test_main_journey import wait_until_saved
from tests.tmdb.fake_tmdb import FakeTmdb, serve_fake_tmdb
from tests.tmdb.shapes import details_answer, film_entry, find_answer

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
KEY = "eyJ" + "canary" * 6
HEAT = "tt0113277"
UNKNOWN = "tt0039834"  # on no wall of this file, so nothing of it was fetched before
HOSTILE = (
    "<script>alert(1)</script> <iframe srcdoc='<script>parent.x=1</script>'></iframe> "
    "![](http://foreign.example/x) <img src=http://foreign.example/y onerror=alert(2)> M*A*S*H "
    "\u202eright to left\u202c [a](javascript:alert(3)) $x^2$ :material/home:"
)
WATCH_SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""
WALLS = "[...document.querySelectorAll('*')].map(n => n.shadowRoot).filter(Boolean)"

HEIGHTS = f"{WALLS}.flatMap(r => [...r.querySelectorAll('.card')]).map(c => c.offsetHeight)"


@dataclass(frozen=True, slots=True)
class Running:
    server: Server
    api: FakeTmdb
    images: FakeTmdb

    def log(self) -> str:
        port = self.server.address.rpartition(":")[2]
        path = self.server.data_dir.parent / f"server-{port}.log"
        return path.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def running(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Marquee with a key, whose TMDb and image host are two hosts of ours."""
    folder = tmp_path_factory.mktemp("posters") / "data"
    shutil.copytree(data_dir, folder)
    with serve_fake_tmdb() as api, serve_fake_tmdb() as images:
        env = {"TMDB_API_KEY": KEY, "TMDB_API_URL": api.api, "TMDB_IMAGE_URL": images.image_base}
        with run_server(folder, "--logger.level", "debug", env=env) as server:
            yield Running(server, api, images)


@pytest.fixture(autouse=True)
def well_again(running: Running) -> Iterator[None]:
    yield
    running.api.mode, running.api.latency_s, running.images.images = "well", 0.0, "well"


def cards_of(page: Page) -> Locator:
    return page.locator(".grid .card")


def wait_for_photos(page: Page, count: int) -> None:
    """Bring every card into view once, since pictures load when they are about to be seen."""
    for card in cards_of(page).all()[::5]:
        card.scroll_into_view_if_needed()
    cards_of(page).last.scroll_into_view_if_needed()
    page.wait_for_function(
        # A function: the policy forbids the page to evaluate a text a second time.
        f"() => {WALLS}.flatMap(r => [...r.querySelectorAll('.photo.ready')])"
        f".filter(i => i.naturalWidth > 0).length >= {count}"
    )


def test_posters_arrive_late_on_every_card_and_move_nothing(running: Running, visit: Visit) -> None:
    running.api.latency_s = 0.3
    page = visit("about:blank")
    page.add_init_script(WATCH_SHIFTS)
    page.goto(f"{running.server.address}/search?q=the")
    expect(cards_of(page)).to_have_count(40)
    before, heights = page.evaluate("window.shifts"), page.evaluate(HEIGHTS)
    wait_for_photos(page, 40)
    assert page.evaluate("window.shifts") == before
    assert page.evaluate(HEIGHTS) == heights
    card = cards_of(page).first
    photo = card.locator(".photo")
    assert photo.get_attribute("loading") == "lazy"
    assert "/w342/" in str(photo.get_attribute("src"))
    assert "342w" in str(photo.get_attribute("srcset"))
    assert card.locator(".action.like").get_attribute("aria-label") == (
        f"Like {photo.get_attribute('alt')}"
    )
    expect(page.get_by_text("not endorsed or certified by TMDB")).to_be_visible()


def test_a_like_between_the_wall_and_its_posters_is_kept(running: Running, visit: Visit) -> None:
    running.api.latency_s = 0.3
    page = visit(f"{running.server.address}/search?q=hitchcock")
    heart = cards_of(page).nth(2).locator(".action.like")
    heart.click()
    wait_until_saved(page, 1)
    wait_for_photos(page, 10)
    expect(heart).to_have_attribute("aria-pressed", "true")


def test_a_picture_that_is_none_leaves_the_drawn_art(running: Running, visit: Visit) -> None:
    running.images.images = "html"
    page = visit(f"{running.server.address}/search?q=kurosawa")
    expect(cards_of(page).first).to_be_visible()
    page.wait_for_function(
        f"() => {WALLS}.flatMap(r => [...r.querySelectorAll('.grid .poster')]).some(p => p._photo)"
    )
    expect(cards_of(page).first.locator(".photo")).to_have_count(0)
    art = cards_of(page).first.locator(".art")
    assert str(art.get_attribute("alt")).endswith(")")
    assert art.evaluate("image => image.naturalWidth") > 0


def test_a_film_page_shows_what_there_is_and_hostile_words_are_words(
    running: Running, visit: Visit
) -> None:
    running.api.answers[HEAT] = find_answer(film_entry(949, title=HOSTILE, overview=HOSTILE))
    running.api.details[949] = details_answer(
        949,
        keywords={"keywords": [{"name": HOSTILE[:60]}]},
        credits={"crew": [{"job": "Original Music Composer", "name": "<b>C. Composer</b>"}]},
    )
    page = visit(f"{running.server.address}/film?tconst={HEAT}")
    expect(page.locator(".overview")).to_have_text(HOSTILE)
    expect(page.locator(".overview *")).to_have_count(0)
    trailer = page.get_by_role("link", name="Watch the trailer")
    assert trailer.get_attribute("href") == "https://www.youtube.com/watch?v=official123"
    assert "noopener" in str(trailer.get_attribute("rel"))
    expect(page.get_by_text("Streamer", exact=True)).to_be_visible()
    expect(page.get_by_text("<b>C. Composer</b>")).to_be_visible()
    expect(page.locator(".wide.ready")).to_have_count(1)
    assert not page.locator("iframe[srcdoc], img[src*=foreign]").count()
    assert page.evaluate("window.x") is None


def test_a_film_page_without_anything_of_tmdb_has_no_empty_places(
    running: Running, visit: Visit
) -> None:
    running.api.answers[UNKNOWN] = find_answer()
    page = visit(f"{running.server.address}/film?tconst={UNKNOWN}")
    expect(page.get_by_role("heading", level=1, name="A Ship to India")).to_be_visible()
    expect(page.get_by_role("heading", name="More like this")).to_be_visible()
    expect(page.locator(".feature .photo, .feature .outward, .wide")).to_have_count(0)


def test_the_key_is_found_nowhere(running: Running, visit: Visit) -> None:
    page = visit("about:blank")
    frames: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        # Playwright hangs a mark on a handler, which a built-in method cannot carry.
        socket.on("framereceived", lambda frame: frames.append(frame))  # noqa: PLW0108
        socket.on("framesent", lambda frame: frames.append(frame))  # noqa: PLW0108

    page.on("websocket", listen)
    said = ""
    for path in ("", "/about", f"/film?tconst={HEAT}", "/search?q=nolan"):
        page.goto(running.server.address + path)
        expect(page.get_by_text("not endorsed or certified by TMDB")).to_be_visible()
        said += page.content()
    traffic = b"".join(frame if isinstance(frame, bytes) else frame.encode() for frame in frames)
    assert len(traffic) > 10_000
    assert running.api.api_calls()[0].headers["authorization"] == f"Bearer {KEY}"
    assert running.images.asked
    said += running.log() + "".join(map(repr, running.images.asked))
    assert KEY not in said
    assert KEY.encode() not in traffic
    for file in running.server.data_dir.rglob("*"):
        assert file.is_dir() or KEY.encode() not in file.read_bytes()


def test_the_wall_is_whole_while_tmdb_hangs(running: Running, visit: Visit) -> None:
    running.api.mode = "hang"
    page = visit(f"{running.server.address}/search?q=of")
    expect(cards_of(page)).to_have_count(40)
    assert not page.locator(".stException").count()
