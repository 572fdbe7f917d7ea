"""Keeps Streamlit from reading the theme's settings anew for each run of a page.

Every run sends the whole theme, and Streamlit puts it together from its settings each time: a
tenth of a page's time. Settings do not change while the server runs. One private function is
wrapped; a test fails when Streamlit no longer has it, or it says something else.
"""

from __future__ import annotations

from functools import wraps

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

_NAME = "_populate_theme_msg"


def remember_theme() -> None:
    """Put each section of the theme together once, and copy it from then on."""
    build = getattr(app_session, _NAME)
    if hasattr(build, "__wrapped__"):
        return
    kept: dict[str, CustomThemeConfig] = {}

    @wraps(build)
    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in kept:
            made = CustomThemeConfig()
            build(made, section)
            kept[section] = made
        if kept[section].ByteSize():
            msg.MergeFrom(kept[section])

    setattr(app_session, _NAME, populate)
