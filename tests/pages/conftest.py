"""Pages run by Streamlit's own AppTest on the real catalogue, with people's data of one test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from recommender.entities import InteractionKind
from recommender.server import GUEST_COOKIE, turn_off_pages_directory
from recommender.service import Marquee, close_marquee, get_marquee
from recommender.users import new_token

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Marquee]:
    """The process's Marquee on a copy of the prepared catalogue, without user data."""
    shutil.copytree(data_dir, tmp_path / "data")
    (tmp_path / "data" / "people.db").unlink(missing_ok=True)
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path / "data"))
    keep_pages_directory_off(monkeypatch)
    st.cache_data.clear()
    close_marquee()
    yield get_marquee()
    close_marquee()


def keep_pages_directory_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest forgets the server's switch before each run; without it a cold link skips app.py."""
    begin = PagesManager.__init__

    def begin_switched_off(self: PagesManager, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        turn_off_pages_directory()

    monkeypatch.setattr(PagesManager, "__init__", begin_switched_off)


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    """Guest cookie of this test's visitor; AppTest has no cookies of its own."""
    value = new_token()
    monkeypatch.setattr("recommender.ui.identity.read_cookie", {GUEST_COOKIE: value}.get)
    return value


@pytest.fixture
def like(marquee: Marquee, token: str) -> Callable[..., None]:
    """Like films (or say something else of them) as this test's visitor, oldest first."""

    def say(*tconsts: str, kind: InteractionKind = InteractionKind.LIKE) -> None:
        user = marquee.people.open_guest(token)
        for tconst in tconsts:
            marquee.people.set_interaction(user.user_id, tconst, kind, on=True)

    return say


@pytest.fixture
def open_page(marquee: Marquee, token: str) -> Callable[..., AppTest]:
    """Open a page cold, as a link does, with the visitor's identity and a query."""

    def run(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=30)
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, app.exception
        return app

    return run
