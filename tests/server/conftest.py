from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

PROJECT_DIR = Path(__file__).resolve().parents[2]

APP = """
import time
from pathlib import Path
import streamlit as st

if __name__ == "__main__":
    st.navigation(
        [st.Page("pages/home.py", default=True), st.Page("pages/film.py", title="Film")],
        position="top",
    ).run()
else:
    from starlette.routing import Route
    from recommender.server import build_app_parts

    def warm_up():
        time.sleep(0.5)
        Path(__file__).with_name("warm").touch()

    def fail(request):
        raise RuntimeError("a canary of a message")

    server = build_app_parts(
        warm_up=warm_up,
        routes=[Route("/fails", fail)],
        closing=[lambda: Path(__file__).with_name("closed").touch()],
    )
    app = st.App(
        __file__, routes=server.routes, middleware=server.middleware, lifespan=server.lifespan
    )
"""

HOME = """
import altair as alt
import pandas as pd
import streamlit as st

JS = '''
export default function({data, parentElement, setStateValue}) {
  const button = parentElement.querySelector('button');
  button.textContent = data.label;
  button.onclick = () => setStateValue('pressed', true);
}
'''
st.title("Home of the tiny app")
HTML, CSS = "<button></button>", "button { color: red }"
heart = st.components.v2.component("heart", html=HTML, css=CSS, js=JS)
answer = heart(key="heart", data={"label": "Like Heat (1995)"}, on_pressed_change=lambda: None)
st.write("pressed" if answer.pressed else "not pressed")
frame = pd.DataFrame({"film": ["Heat", "Alien"], "score": [0.8, 0.6]})
chart = alt.Chart(frame).mark_bar().encode(
    x="score:Q",
    y=alt.Y("film:N", sort="-x"),
    color=alt.condition("datum.score > 0.7", alt.value("teal"), alt.value("gray")),
    tooltip=["film", alt.Tooltip("score:Q", format=".1%")],
).transform_calculate(twice="datum.score * 2").properties(height=120)
st.altair_chart(chart)
st.dataframe(frame)
st.image("data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=")
token = st.context.cookies.get("marquee_guest")
st.markdown(f"token {token}")
"""

FILM = """
import streamlit as st
st.title("A film of the tiny app")
st.markdown(f"token {st.context.cookies.get('marquee_guest')}")
"""


@dataclass(frozen=True, kw_only=True)
class TinyApp:
    """A real ``streamlit run`` of a small app that uses the server's parts as app.py does."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    warm_at_first_answer: bool


@pytest.fixture(scope="session")
def tiny_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyApp]:
    folder = tmp_path_factory.mktemp("tiny-app")
    (folder / "pages").mkdir()
    (folder / "app.py").write_text(APP)
    (folder / "pages" / "home.py").write_text(HOME)
    (folder / "pages" / "film.py").write_text(FILM)
    with run_streamlit(folder) as running:
        yield running


@contextmanager
def run_streamlit(folder: Path) -> Iterator[TinyApp]:
    """Start ``streamlit run`` on a free port of this machine, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", "app.py"),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR), "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for_answer(url, process)
        warm = (folder / "warm").exists()
        yield TinyApp(url=url, folder=folder, process=process, warm_at_first_answer=warm)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "streamlit stopped while starting"
        try:
            requests.get(f"{url}/healthz", timeout=1).raise_for_status()
        except requests.RequestException:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("streamlit did not answer in 30 s")
