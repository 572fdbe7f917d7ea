"""Marquee as people meet it: the real server, a real Chromium, nothing from anywhere else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 30_000
"""Longer than anything takes where one person tries it; a machine that tests is busy."""
FIRST_START_MS = 180_000
"""Building the catalogue and fitting the model, beside everything else that is being tested."""

expect.set_options(timeout=PATIENCE_MS)

# Asked once a frame. A run of the script, or a fade, may begin some frames after what set it off.
AT_REST = """() => {
    const app = document.querySelector('[data-test-script-state]');
    const moving = document.getAnimations().filter(a => a.playState === 'running'
        && a.effect.getComputedTiming().iterations !== Infinity);
    const rests = app?.dataset.testScriptState === 'notRunning' && !moving.length
        && document.fonts.status === 'loaded'
        && !document.querySelector(`[data-testid='stSkeleton'], .stMain [data-stale='true']`);
    window.restedFrames = rests ? (window.restedFrames || 0) + 1 : 0;
    return window.restedFrames > 15;
}"""


def wait_until_at_rest(page: Page) -> None:
    """Wait until the script has ended, nothing moves, and some frames were drawn without change."""
    page.evaluate("() => { window.restedFrames = 0; }")
    page.wait_for_function(AT_REST)


@dataclass(frozen=True, slots=True)
class Server:
    """A running Marquee."""

    address: str
    data_dir: Path
    pid: int


@dataclass  # no slots: playwright hangs its wrappers on the object
class Seen:
    """Errors and calls to other hosts that a browser reported."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._on_request(request.url))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._is_expected(message):
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    @staticmethod
    def _is_expected(message: ConsoleMessage) -> bool:
        """Tell what goes on another way: browsers note every answer that is not a success."""
        url = message.location.get("url", "")
        # On a deep link Streamlit first asks for itself below the page's path, and finds nothing.
        return "/_stcore/" in url

    def _on_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.foreign.append(url)


def find_free_port() -> int:
    """Return a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a program that was just started answers."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until:
        try:
            requests.get(url, timeout=5).raise_for_status()
        except requests.RequestException:
            assert process.poll() is None, f"what should answer at {url} stopped by itself"
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{url} did not answer in {PATIENCE_MS / 1000:.0f} s")


def wait_until_ready(server: Server) -> None:
    """Wait until a server that answers knows its films, too."""
    until = time.monotonic() + FIRST_START_MS / 1000
    while requests.get(f"{server.address}/readyz", timeout=60).status_code != 200:
        assert time.monotonic() < until, f"{server.address} was not ready in time"
        time.sleep(0.1)


@contextmanager
def run_server(
    data_dir: Path, *more: str, port: int | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run ``streamlit run app.py``, on a free port when none is given, until the block ends."""
    port = port or find_free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    options += ["--server.headless", "true", *more]  # no window of its own on a desktop
    environ = {**os.environ, "MARQUEE_DATA_DIR": str(data_dir), **(env or {})}
    log = (data_dir.parent / f"server-{port}.log").open("w+b")
    with (
        log,
        subprocess.Popen(
            [*command, *options], cwd=PROJECT, env=environ, stdout=log, stderr=log
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for_answer(f"{address}/healthz", process)
            yield Server(address, data_dir, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def press_until(box: Locator, key: str, answer: Locator) -> None:
    """Press a key on a box until it answers: a page that is drawn meanwhile may lose one."""
    for _ in range(6):
        box.press(key)
        try:
            expect(answer).to_be_visible(timeout=PATIENCE_MS / 6)
        except AssertionError:
            continue
        return
    expect(answer).to_be_visible(timeout=1)


@pytest.fixture(scope="session")
def server(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Marquee for all browser tests; each test is a visitor of its own."""
    folder = tmp_path_factory.mktemp("browser") / "data"
    shutil.copytree(data_dir, folder)
    with run_server(folder) as running:
        yield running


@pytest.fixture
def seen() -> Iterator[Seen]:
    """Fails the test if the browser saw an error or asked another host."""
    noticed = Seen()
    yield noticed
    assert not noticed.errors
    assert not noticed.foreign


@pytest.fixture
def visit(browser: Browser, seen: Seen) -> Iterator[Callable[..., Page]]:
    """Open a page as a new visitor, or as another page of the same ``context``.

    Nothing fades or slides for visitors who do not ask for it: what moves is drawn again and again.
    """
    opened: list[BrowserContext] = []

    def open_page(url: str, context: BrowserContext | None = None, **options: object) -> Page:
        if context is None:
            settings: dict[str, object] = {"viewport": {"width": 1280, "height": 900}}
            settings |= {"reduced_motion": "reduce", **options}
            context = browser.new_context(**settings)  # type: ignore[arg-type]
            opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        seen.watch(page)
        page.goto(url)
        return page

    yield open_page
    for context in opened:
        context.close()
