"""The theme that is copied is the theme Streamlit would have put together."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from recommender.server.theme_message import remember_theme


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> object:
    """Streamlit's own, put back afterwards; the theme is that of the settings here."""
    own = app_session._populate_theme_msg
    while hasattr(own, "__wrapped__"):
        own = own.__wrapped__
    monkeypatch.setattr(app_session, "_populate_theme_msg", own)
    config.get_config_options(force_reparse=True)
    return own


def test_each_section_is_as_streamlit_makes_it_the_first_time_and_later(build: object) -> None:
    made: dict[str, CustomThemeConfig] = {}
    for section in ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.dark.sidebar"):
        made[section] = CustomThemeConfig()
        app_session._populate_theme_msg(made[section], section)
    assert made["theme.light"].primary_color == "#b9321a"
    remember_theme()
    remember_theme()  # the second time changes nothing
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
    remember_theme()
    for _ in range(3):
        app_session._populate_theme_msg(CustomThemeConfig())
    assert asked == ["theme"]
