"""Make the moving picture that opens the README: ``python docs/make_tour.py``.

Starts Marquee on a free port with a new data folder, goes the way a visitor goes (a borrowed taste,
a search with a typing error, a like, the picks with their reasons, the map) and writes what it sees
as one animated picture, ``docs/tour.webp``.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright
from take_screenshots import PROJECT, running_app

WIDTH, HEIGHT = 1180, 780
SHOWN_WIDTH = 960
QUALITY = 80
POINTER = """
place => {
    let pointer = document.getElementById('tour-pointer');
    if (!pointer) {
        pointer = document.createElement('div');
        pointer.id = 'tour-pointer';
        pointer.style.cssText = 'position:fixed;z-index:9999999;width:26px;height:26px;'
            + 'margin:-13px;border-radius:50%;pointer-events:none;background:rgb(185 50 26/.35);'
            + 'border:2px solid #b9321a';
        document.body.append(pointer);
    }
    pointer.style.left = place.x + 'px';
    pointer.style.top = place.y + 'px';
    pointer.hidden = place.x < 0;
}
"""


class Film:
    """Pictures of a page, and how long each is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.lasts_ms: list[int] = []

    def take(self, lasts_ms: int) -> None:
        """Add what the page looks like now."""
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        size = (SHOWN_WIDTH, round(SHOWN_WIDTH * HEIGHT / WIDTH))
        self.frames.append(picture.resize(size, Image.Resampling.LANCZOS))
        self.lasts_ms.append(lasts_ms)

    def point(self, target: Locator) -> None:
        """Show where the visitor is about to click."""
        box = target.bounding_box()
        if box is None:
            raise SystemExit("What the tour should click is not on the page.")
        middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self.page.mouse.move(middle["x"], middle["y"])
        self.page.evaluate(POINTER, middle)
        self.take(650)

    def click(self, target: Locator) -> None:
        """Point at something, click it, and take the pointer away."""
        self.point(target)
        target.click()
        self.page.evaluate(POINTER, {"x": -99, "y": -99})

    def save(self, path: Path) -> None:
        """Write the pictures as one that moves."""
        first, *rest = self.frames
        first.save(
            path,
            save_all=True,
            append_images=rest,
            duration=self.lasts_ms,
            loop=0,
            quality=QUALITY,
            method=6,
        )


def settle(page: Page, sight: Locator) -> None:
    """Wait until something is to be seen and nothing moves any more."""
    sight.wait_for(timeout=60_000)
    page.wait_for_timeout(1800)


def play(page: Page, address: str) -> Film:
    """Go the visitor's way and return the pictures of it."""
    film = Film(page)
    page.goto(address)
    page.locator(".grid .card").first.wait_for(timeout=300_000)  # a first start builds everything
    settle(page, page.locator(".grid .card").nth(9))
    film.take(1200)
    film.click(page.get_by_role("button", name="The stargazer"))
    settle(page, page.get_by_role("heading", name="For you", exact=True))
    film.take(1700)
    film.click(page.get_by_role("link", name="Search"))
    settle(page, page.get_by_role("searchbox"))
    page.get_by_role("searchbox").click()
    for part in ("god", "fa", "thr"):
        page.keyboard.type(part, delay=30)
        page.wait_for_timeout(1500)
        film.take(350)
    heart = page.get_by_role("button", name="Like The Godfather (1972)")
    settle(page, heart)
    film.take(900)
    film.click(heart)
    settle(page, page.locator(".overlay .undo"))
    film.take(1200)
    film.click(page.get_by_role("link", name="For you"))
    settle(page, page.get_by_role("list", name="Recommended for you").locator(".card").nth(9))
    film.take(1900)
    film.click(page.locator(".grid a.open").first)
    settle(page, page.get_by_role("heading", name="More like this"))
    film.take(1700)
    film.click(page.get_by_role("link", name="Insights"))
    settle(page, page.locator('[data-testid="stVegaLiteChart"] svg'))
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 130)
    page.wait_for_timeout(500)
    film.point(page.locator('[data-testid="stVegaLiteChart"] svg g[class*=view_] path').last)
    page.wait_for_timeout(600)
    film.take(2600)
    return film


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "tour.webp")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium on this machine: apt-get install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
        )
        page.set_default_timeout(60_000)
        film = play(page, address)
        browser.close()
    film.save(options.out)


if __name__ == "__main__":
    main()
