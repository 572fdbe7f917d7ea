"""Take the screenshots of every page: ``python docs/take_screenshots.py``.

Starts Marquee on a free port with a new data folder, gives it a taste by clicking hearts, and
writes ``docs/screenshots/<page>-<width>-<theme>.png``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
WIDTHS = (1440, 390)
THEMES = ("light", "dark")
PAGES = {
    "home": "/",
    "search": "/search?q=godfathr",
    "for_you": "/for_you",
    "film": "/film?tconst=tt0113277",
    "library": "/library",
    "insights": "/insights",
    "about": "/about",
    "account": "/account",
}
TASTE = (
    "spirited away",
    "heat 1995",
    "rear window",
    "once upon a time in the west",
    "alien 1979",
    "my neighbor totoro",
    "collateral",
)


@contextmanager
def running_app(data_dir: Path) -> Iterator[str]:
    """Run the app until the block ends; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    options += ["--server.headless", "true"]  # no window of its own on a desktop
    environ = {**os.environ, "MARQUEE_DATA_DIR": str(data_dir)}
    server = subprocess.Popen(  # noqa: S603 - our own command
        [*command, *options], cwd=PROJECT, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(address + "/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"No answer from {address} in 30 s.")


def give_taste(page: Page, address: str) -> None:
    """Like a handful of films, as a person would."""
    for query in TASTE:
        page.goto(f"{address}/search?q={query.replace(' ', '+')}")
        heart = page.locator(".action.like").first
        heart.wait_for(timeout=30_000)
        heart.click()
        page.wait_for_function(
            "() => [...document.querySelectorAll('*')].some(n => n.shadowRoot &&"
            " Number(n.shadowRoot.querySelector('.wall')?.dataset.ack) > 0)",
            timeout=10_000,
        )


def take(browser: Browser, address: str, state: Path, out: Path, names: list[str]) -> None:
    """Take each page in every width and theme."""
    for width in WIDTHS:
        for theme in THEMES:
            context = browser.new_context(
                viewport={"width": width, "height": 900 if width > 600 else 844},
                color_scheme=theme,
                storage_state=state,
                device_scale_factor=1,
                has_touch=width < 600,
                is_mobile=width < 600,
            )
            page = context.new_page()
            for name in names:
                page.goto(address + PAGES[name])
                page.wait_for_selector(".colophon", timeout=30_000)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(1200)
                page.screenshot(path=out / f"{name}-{width}-{theme}.png")
            context.close()


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "screenshots")
    parser.add_argument("--new-visitor", action="store_true", help="take the first visit instead")
    parser.add_argument("pages", nargs="*", help=f"some of {', '.join(PAGES)}; all when none")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium on this machine: apt-get install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.locator(".card").first.wait_for(timeout=60_000)
        if not options.new_visitor:
            give_taste(page, address)
        state = Path(folder) / "state.json"
        context.storage_state(path=state)
        take(browser, address, state, options.out, options.pages or list(PAGES))
        browser.close()


if __name__ == "__main__":
    main()
