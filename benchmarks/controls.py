"""How long a control takes from the key or click to the new wall, in a browser, beside a peer.

The peer is a dial and forty pictures in Streamlit's own columns. Run: ``python
benchmarks/controls.py``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import CHROMIUM_ARGUMENTS, MARQUEE, PEERS, App, Lab, open_wall
from benchmarks.measure import format_table, median, percentile

LIMIT_MS = 150
TIMES = 20
PEER = App("native dial", PEERS / "native_dial.py", "bench.nativePosters()", "", 40)
WATCH = """
Object.assign(window.bench, {
  shown: () => bench.cards().map(card => card.dataset.id).join() + [...document.querySelectorAll(
    '[data-testid=stImage] img')].map(image => image.src).join(),
  change: (event) => {
    bench.changed = new Promise(done => {
      const before = bench.shown();
      document.addEventListener(event, ({ timeStamp }) => bench.until(
        () => bench.shown() !== before).then(at => done(at - timeStamp)),
        { once: true, capture: true });
    });
  },
});
"""


def main() -> None:
    """Read the command line, measure, and print the table."""
    argparse.ArgumentParser(description="Time controls in a browser, beside a peer.").parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium on this machine: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_ARGUMENTS)
        )
        lab = Lab(browser, Path(folder), 1, 1)
        before = os.getloadavg()[0]
        taken = time_marquee(lab)
        peer = time_peer(lab)
        rows = [
            [name, str(len(ms)), f"{median(ms):.0f}", f"{percentile(ms, 0.95):.0f}",
             f"{median(peer) / median(ms):.1f}x"]
            for name, ms in {**taken, "a dial over native columns": peer}.items()
        ]  # fmt: skip
        print(format_table(["control", "times", "p50 ms", "p95 ms", "ratio"], rows))
        print(f"\nLimit {LIMIT_MS} ms. Load {before:.1f} before, {os.getloadavg()[0]:.1f} after.")
        browser.close()


def time_marquee(lab: Lab) -> dict[str, list[float]]:
    """Return the ms of each control of Marquee, for a visitor with likes."""
    with lab.serve(MARQUEE) as served, lab.visit() as page:
        open_wall(page, MARQUEE, served.address, 24)
        page.get_by_role("button", name="The stargazer").click()
        page.get_by_text("Looking as").wait_for()
        open_wall(page, MARQUEE, f"{served.address}/for_you", 24)
        taken = {
            f"For you: {label}": time_dial(page, label)
            for label in ("How well known", "How varied", "How new")
        }
        taken["For you: surprise me"] = time_clicks(
            page, lambda: page.get_by_role("button", name="Surprise me").click()
        )
    return taken


def time_peer(lab: Lab) -> list[float]:
    """Return the ms of a dial over Streamlit's own columns."""
    with lab.serve(PEER) as served, lab.visit() as page:
        open_wall(page, PEER, served.address, 40)
        return time_dial(page, "How well known")


def time_dial(page: Page, label: str) -> list[float]:
    """Return the ms from keys on a dial to another wall; it is turned to and fro."""
    page.evaluate(WATCH)
    page.wait_for_timeout(1500)
    dial = page.get_by_role("slider", name=label)
    dial.focus()
    taken = []
    for turn in range(TIMES):
        page.evaluate("bench.change('keydown')")
        dial.press("ArrowRight" if turn % 4 in {0, 3} else "ArrowLeft")
        taken.append(float(page.evaluate("bench.changed")))
        page.wait_for_timeout(400)
    return taken


def time_clicks(page: Page, click: Callable[[], None]) -> list[float]:
    """Return the ms from clicks to another wall."""
    page.evaluate(WATCH)
    taken = []
    for _ in range(TIMES):
        page.evaluate("bench.change('click')")
        click()
        taken.append(float(page.evaluate("bench.changed")))
        page.wait_for_timeout(400)
    return taken


if __name__ == "__main__":
    main()
