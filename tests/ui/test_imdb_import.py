"""The import on *How it works*: offered, watched, stopped, and told about when it is over."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recommender.service import ImportRun, ImportState, Stage
from recommender.settings import load_settings
from recommender.ui.imdb_import import format_progress

ENDLESS = """
import json, time
told = {"fraction": 0.4, "text": "Reading title.basics: 7 rows",
        "bytes_done": 2**20, "bytes_total": 2**21, "seconds_left": 200.0}
print(json.dumps({"progress": told}), flush=True)
time.sleep(600)
"""


def show() -> None:
    """Draw the section alone; the test puts its pieces into the session."""
    import streamlit as st  # noqa: PLC0415

    from recommender.ui.imdb_import import render_import  # noqa: PLC0415

    render_import(st.session_state["settings"], st.session_state["run"])


@pytest.fixture
def open_page(tmp_path: Path) -> Callable[..., AppTest]:
    def open_section(program: str, **environ: str) -> AppTest:
        settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path)} | environ)
        page = AppTest.from_function(show, default_timeout=60)
        page.session_state["settings"] = settings
        page.session_state["run"] = ImportRun(settings, command=(sys.executable, "-c", program))
        return page.run()

    return open_section


def test_an_import_is_started_watched_and_stopped(open_page: Callable[..., AppTest]) -> None:
    page = open_page(ENDLESS)
    run: ImportRun = page.session_state["run"]
    page.button("about_import_start").click().run()
    while not run.state.bytes_done:
        time.sleep(0.01)
    page.run()
    assert [button.key for button in page.button] == ["about_import_stop"]
    page.button("about_import_stop").click().run()
    assert run.state.stage is Stage.IDLE
    page.run()
    assert "stopped" in page.info[0].value
    assert page.button("about_import_start")


def test_what_went_wrong_is_shown(open_page: Callable[..., AppTest]) -> None:
    page = open_page("import sys; sys.exit('Error: name.basics.tsv.gz is cut off.')")
    run: ImportRun = page.session_state["run"]
    page.button("about_import_start").click().run()
    assert run.wait(60)
    page.run()
    assert "cut off" in page.error[0].value


def test_a_public_server_may_leave_it_out(open_page: Callable[..., AppTest]) -> None:
    page = open_page(ENDLESS, MARQUEE_ALLOW_IMPORT="0")
    assert not page.button
    assert not page.header


def test_progress_is_said_with_bytes_and_time() -> None:
    state = ImportState(
        stage=Stage.RUNNING,
        fraction=0.4,
        text="Reading title.basics: 7 rows",
        bytes_done=2**20,
        bytes_total=2**21,
        seconds_left=200.0,
    )
    said = "40%  ·  Reading title.basics: 7 rows  ·  1 of 2 MB  ·  about 3 min left"
    assert format_progress(state) == said
