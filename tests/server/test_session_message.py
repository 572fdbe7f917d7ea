"""What is copied of a session's first message is what Streamlit would have put together."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.run_descriptor import RunDescriptor

from recommender.server.session_message import remember_first_messages


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> object:
    """Streamlit's own, put back afterwards; the theme is that of the settings here."""
    for owner, name in (
        (AppSession, "_create_new_session_message"),
        (app_session, "_populate_theme_msg"),
    ):
        own = getattr(owner, name)
        while hasattr(own, "__wrapped__"):
            own = own.__wrapped__
        monkeypatch.setattr(owner, name, own)
    config.get_config_options(force_reparse=True)
    return own


def test_each_section_is_as_streamlit_makes_it_the_first_time_and_later(build: object) -> None:
    made: dict[str, CustomThemeConfig] = {}
    for section in ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.dark.sidebar"):
        made[section] = CustomThemeConfig()
        app_session._populate_theme_msg(made[section], section)
    assert made["theme.light"].primary_color == "#b9321a"
    remember_first_messages()
    remember_first_messages()  # the second time changes nothing
    assert app_session._populate_theme_msg is not build
    for _ in range(2):
        for section, own in made.items():
            copied = CustomThemeConfig()
            app_session._populate_theme_msg(copied, section)
            assert copied == own


def test_it_is_put_together_once(monkeypatch: pytest.MonkeyPatch, build: object) -> None:
    asked: list[str] = []

    def count(msg: CustomThemeConfig, section: str = "theme") -> None:
        asked.append(section)
        msg.primary_color = "#fff"

    monkeypatch.setattr(app_session, "_populate_theme_msg", count)
    remember_first_messages()
    for _ in range(3):
        app_session._populate_theme_msg(CustomThemeConfig())
    assert asked == ["theme"]


PAGES = {
    "hash1": {"page_script_hash": "hash1", "page_name": "Home", "icon": "", "script_path": "a.py"},
    "hash2": {"page_script_hash": "hash2", "page_name": "For_you", "icon": "", "script_path": ""},
}


class Session(AppSession):
    """A session as far as its first message needs it."""

    def __init__(self) -> None:
        self.id = "one"
        told: Any = SimpleNamespace(name="app", main_script_path="app.py", is_hello=False)
        pages: Any = SimpleNamespace(
            main_script_path="app.py", main_script_hash="main", get_pages=dict
        )
        self._script_data, self._pages_manager = told, pages
        self._run_on_save, self._state = False, AppSessionState.APP_IS_RUNNING

    def __del__(self) -> None:
        """Let go of nothing: nothing was opened."""


def create(session: Any, page: str, *fragments: str, pages: Any = PAGES) -> ForwardMsg:
    run = RunDescriptor.create(list(fragments) or None)
    run = dataclasses.replace(run, script_run_id=f"run of {page}")
    message: ForwardMsg = session._create_new_session_message(page, run, pages)
    return message


def tell_a_life(session: Any) -> list[ForwardMsg]:
    """Return what a session tells first in runs of several pages and parts, as they come."""
    told = [create(session, "hash1"), create(session, "hash2"), create(session, "hash2", "a", "b")]
    session._run_on_save, session._state = True, AppSessionState.APP_NOT_RUNNING
    told += [create(session, "hash1"), create(session, "hash1", pages={"hash1": PAGES["hash1"]})]
    return [*told, create(session, "hash1", pages=None)]


def test_each_run_is_told_what_streamlit_tells_it(build: object) -> None:
    own = tell_a_life(Session())
    assert len({message.SerializeToString(deterministic=True) for message in own}) == len(own)
    remember_first_messages()
    remember_first_messages()  # the second time changes nothing
    assert tell_a_life(Session()) == own


def test_it_is_made_once_for_the_pages_there_are(
    monkeypatch: pytest.MonkeyPatch, build: object
) -> None:
    made: list[int] = []
    monkeypatch.setattr(app_session, "_populate_config_msg", lambda _: made.append(1))
    remember_first_messages()
    session = Session()
    for page in ("hash1", "hash2", "hash1"):
        create(session, page)
    assert len(made) == 1
    create(session, "hash1", pages={"hash1": PAGES["hash1"]})
    create(Session(), "hash1")
    assert len(made) == 3
