"""Time the app in a browser, beside other Streamlit apps: ``python benchmarks/browser.py``.

Starts the real ``streamlit run app.py`` with a new data folder and a real Chromium, and the apps
in ``benchmarks/peers`` the same way. Times of clicks are taken inside the page, from the click to
the animation frame that shows the answer.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table, median, percentile
from benchmarks.serving import PROJECT, Served, serve
from benchmarks.websocket import Visitor
from recommender.catalogue import Catalogue

PEERS = PROJECT / "benchmarks" / "peers"
TYPED = ("godfather", "spirited", "inception", "casablanca", "heat 1995")
TASTE = 6
CHROMIUM_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--no-first-run")

SCRIPT = (Path(__file__).parent / "in_page.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class App:
    """An app to time: how to recognise its wall, and how to press a heart."""

    name: str
    script: Path
    wall: str
    like: str
    films: int


MARQUEE = App("Marquee", PROJECT / "app.py", "bench.posters()", "bench.like", 24)
NATIVE = App("native", PEERS / "native_wall.py", "bench.nativePosters()", "bench.likeNative", 40)


class Lab:
    """A folder, a browser and a number of rounds: what every measurement needs."""

    def __init__(self, browser: Browser, folder: Path, rounds: int, likes: int) -> None:
        self.browser = browser
        self.folder = folder
        self.rounds = rounds
        self.likes = likes
        self.data_dir = folder / "data"

    @contextmanager
    def serve(self, app: App, data_dir: Path | None = None) -> Iterator[Served]:
        """Run an app: Marquee with its settings, the others with Streamlit's own."""
        environ = {
            "MARQUEE_DATA_DIR": str(data_dir or self.data_dir),
            "BENCHMARK_CATALOGUE": str(self.data_dir / "catalogue.db"),
        }
        folder = PROJECT if app is MARQUEE else self.folder
        log = self.folder / f"{app.name}.log"
        with serve(app.script, folder=folder, log=log, environ=environ) as served:
            yield served

    @contextmanager
    def visit(self, state: Path | None = None) -> Iterator[Page]:
        """Open a browser of a new visitor, or of one whose cookies were kept."""
        context = self.browser.new_context(
            viewport={"width": 1280, "height": 900}, storage_state=state
        )
        context.add_init_script(SCRIPT)
        page = context.new_page()
        page.set_default_timeout(60_000)
        try:
            yield page
        finally:
            context.close()


def open_wall(page: Page, app: App, address: str, films: int = 1) -> float:
    """Return how long it takes from asking for a page to its wall, in ms."""
    page.goto(address, wait_until="commit")
    return float(page.evaluate(f"bench.until(() => {app.wall}.length >= {films})"))


def time_starts(lab: Lab, app: App) -> tuple[list[float], list[float]]:
    """Return the seconds from the command to the first wall: first starts, and later ones."""
    first: list[float] = []
    later: list[float] = []
    for number in range(lab.rounds):
        data_dir = lab.folder / f"{app.name}-{number}"
        for taken in (first, later):
            with lab.serve(app, data_dir) as served, lab.visit() as page:
                open_wall(page, app, served.address)
                taken.append(time.perf_counter() - served.started)
        shutil.rmtree(data_dir, ignore_errors=True)
    return first, later


def time_opening(lab: Lab, app: App, address: str) -> tuple[list[float], list[float]]:
    """Return the ms to the first wall on a warm server: empty browser cache, and filled."""
    empty, filled = [], []
    for _ in range(lab.rounds * 2):
        with lab.visit() as page:
            empty.append(open_wall(page, app, address))
            filled.append(open_wall(page, app, address))
    return empty, filled


def time_likes(page: Page, app: App, likes: int) -> tuple[list[float], list[float]]:
    """Return the ms from clicks on hearts to the heart shown, and to the server's answer."""
    films = min(app.films, 10)
    answers = [page.evaluate(f"{app.like}({n % films})") for n in range(likes)]
    return [shown for shown, _ in answers], [saved for _, saved in answers]


def time_switches(page: Page, rounds: int) -> list[float]:
    """Return the ms from a click on Search, at home, to its wall of 40."""
    taken = []
    for _ in range(rounds):
        taken.append(
            page.evaluate(
                """async () => {
                    const link = [...document.querySelectorAll('a')]
                        .find(a => a.innerText.trim() === 'Search');
                    const started = performance.now();
                    link.click();
                    const shown = () => bench.walls().some(w => w._wall.films.length === 40
                        && w._wall.list.ariaLabel === 'Results') && bench.posters().length >= 40;
                    return await bench.until(shown) - started;
                }"""
            )
        )
        page.go_back()
        page.wait_for_timeout(400)
    return taken


def time_keystrokes(page: Page, address: str, catalogue: Catalogue) -> list[float]:
    """Return the ms from a key to the results on screen, for keys that change the first film."""
    taken = []
    for word in TYPED:
        open_wall(page, MARQUEE, f"{address}/search")
        box = page.get_by_role("searchbox")
        box.click()
        before = ""
        for end in range(1, len(word) + 1):
            found = catalogue.search(word[:end], limit=1).films
            now = found[0].tconst if found else ""
            if now and now != before:
                page.evaluate("first => bench.nextKey(first)", now)
                page.keyboard.press(word[end - 1])
                taken.append(float(page.evaluate("bench.answer")))
            else:
                page.keyboard.press(word[end - 1])
            before = now
            page.wait_for_timeout(300)  # let this answer pass before the next key
    return taken


def keep_taste(lab: Lab, address: str) -> tuple[Path, str]:
    """Like a few films at home; return the browser's state and the cookie."""
    state = lab.folder / "state.json"
    with lab.visit() as page:
        open_wall(page, MARQUEE, address, 40)
        for place in range(TASTE):
            page.evaluate(f"bench.like({place})")
        page.context.storage_state(path=state)
        cookies = page.context.cookies()
    return state, "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)


def time_reruns(address: str, page: str, cookie: str, *, fragment: bool) -> tuple[float, float]:
    """Return the median ms of reruns that change nothing, and the KB the server sends."""
    with Visitor(address, page=page, cookie=cookie) as visitor:
        for _ in range(3):
            visitor.rerun()
        name = visitor.fragments[0] if fragment else ""
        reruns = [visitor.rerun(name) for _ in range(43)][3:]
    return median([rerun.round_trip_ms for rerun in reruns]), reruns[-1].sent_bytes / 1000


def tabulate_walls(lab: Lab) -> str:
    """Return the table of starts, openings and likes: Marquee, the peer, and their ratio."""
    rows: list[list[str]] = []

    def add(what: str, own: Sequence[float], peer: Sequence[float], target: str, unit: str) -> None:
        digits = 2 if unit == "s" else 0
        mine, theirs = median(own), median(peer)
        shown = [f"{value:.{digits}f} {unit}" for value in (mine, percentile(own, 0.95), theirs)]
        rows.append([what, target, *shown, f"{theirs / mine:.1f}x" if mine >= 1 else "-"])

    starts = {app.name: time_starts(lab, app) for app in (NATIVE, MARQUEE)}
    add("very first start to first poster", starts["Marquee"][0], starts["native"][0], "12 s", "s")
    add("later start to first poster", starts["Marquee"][1], starts["native"][1], "4 s", "s")
    opened, likes = {}, {}
    for app in (NATIVE, MARQUEE):
        with lab.serve(app) as served:
            opened[app.name] = time_opening(lab, app, served.address)
            with lab.visit() as page:
                open_wall(page, app, served.address, 40)
                likes[app.name] = time_likes(page, app, lab.likes)
    own, peer = opened["Marquee"], opened["native"]
    add("page open to posters with hearts, empty browser cache", own[0], peer[0], "2500 ms", "ms")
    add("page open to posters with hearts, filled browser cache", own[1], peer[1], "-", "ms")
    own, peer = likes["Marquee"], likes["native"]
    add(f"like to heart shown, {lab.likes} clicks", own[0], peer[0], "50 ms", "ms")
    add(f"like to server's answer, {lab.likes} clicks", own[1], peer[1], "150 ms", "ms")
    header = ["what", "target", "Marquee", "p95", "native columns", "ratio"]
    return format_table(header, rows)


def tabulate_moves(lab: Lab) -> str:
    """Return the table of what only Marquee has: rows with hearts, switching pages, typing."""
    rows: list[list[str]] = []

    def add(what: str, taken: Sequence[float], target: str) -> None:
        slowest = percentile(taken, 0.95)
        rows.append([what, target, str(len(taken)), f"{median(taken):.0f}", f"{slowest:.0f}"])

    with lab.serve(MARQUEE) as served, Catalogue(lab.data_dir / "catalogue.db") as catalogue:
        state, _ = keep_taste(lab, served.address)
        with lab.visit(state) as page:
            for name, path in {"Search": "/search", "For you": "/for_you"}.items():
                open_wall(page, MARQUEE, served.address + path, 10)
                add(f"{name}: like to server's answer", time_likes(page, MARQUEE, 50)[1], "100")
            open_wall(page, MARQUEE, served.address, 20)
            add("Home to Search: click to 40 posters", time_switches(page, lab.rounds * 3), "-")
            taken = time_keystrokes(page, served.address, catalogue)
            add("Search: key to results (150 ms of it waiting)", taken, "-")
            taken = []
            for _ in range(lab.rounds * 2):
                taken.append(open_wall(page, MARQUEE, served.address, 20))
            add("Home with likes: open to 20 posters", taken, "1000")
    return format_table(["what", "target ms", "times", "p50 ms", "p95 ms"], rows)


def tabulate_reruns(lab: Lab) -> str:
    """Return the table of reruns that change nothing, by page, beside an empty app."""
    empty = App("empty", PEERS / "empty.py", "", "", 0)
    rows = []
    base = 0.0
    for name, folder in (("default settings", lab.folder), ("our settings", PROJECT)):
        log = lab.folder / "empty.log"
        with serve(empty.script, folder=folder, log=log) as served:
            taken, size = time_reruns(served.address, "", "", fragment=False)
        base = base or taken
        rows.append(
            [f"an empty app, {name}", f"{taken:.1f}", f"{size:.1f}", f"{base / taken:.1f}x"]
        )
    with lab.serve(MARQUEE) as served:
        _, cookie = keep_taste(lab, served.address)
        for title, page, who, fragment in (
            ("Home, new visitor", "", "", False),
            ("Home, new visitor: its wall", "", "", True),
            ("Home with likes", "", cookie, False),
            ("Search", "search", cookie, False),
            ("Search: its wall", "search", cookie, True),
            ("For you", "for_you", cookie, False),
            ("For you: its wall", "for_you", cookie, True),
            ("How it works", "about", cookie, False),
        ):
            taken, size = time_reruns(served.address, page, who, fragment=fragment)
            rows.append([title, f"{taken:.1f}", f"{size:.1f}", f"{base / taken:.1f}x"])
    header = ["rerun that changes nothing", "p50 ms", "sent KB", "ratio to the empty app"]
    return format_table(header, rows)


def main() -> None:
    """Read the command line, measure, and print the tables."""
    parser = argparse.ArgumentParser(description="Time the app in a browser, beside peers.")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each app (default 3)")
    parser.add_argument("--likes", type=int, default=50, help="clicks on hearts (default 50)")
    parser.add_argument(
        "--only", choices=("walls", "moves", "reruns"), help="one of the three tables"
    )
    options = parser.parse_args()
    if options.rounds < 1 or options.likes < 1:
        parser.error("--rounds and --likes are at least 1")
    names = ("chromium", "google-chrome", "chromium-headless-shell")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        raise SystemExit("No Chromium on this machine: apt-get install chromium")
    parts = {"walls": tabulate_walls, "moves": tabulate_moves, "reruns": tabulate_reruns}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_ARGUMENTS)
        )
        lab = Lab(browser, Path(folder), options.rounds, options.likes)
        with lab.serve(MARQUEE) as served, lab.visit() as page:  # build the catalogue once
            open_wall(page, MARQUEE, served.address)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before, ", end="", flush=True)
        tables = [part(lab) for name, part in parts.items() if options.only in {None, name}]
        print(f"{os.getloadavg()[0]:.1f} after\n")
        print("\n\n".join(tables))
        browser.close()


if __name__ == "__main__":
    main()
