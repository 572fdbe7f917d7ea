"""Keeps Streamlit from putting together anew, for each run, what it tells a browser first.

Every run begins with a message of pages, settings and the whole theme, and Streamlit makes it from
its settings each time. They do not change while the server runs: a session's message is made once
for the pages it has, and copied; the theme's sections are made once for all sessions. Two private
functions are wrapped; tests fail when Streamlit no longer has them, or they say something else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession

_THEME: Final = "_populate_theme_msg"
_MESSAGE: Final = "_create_new_session_message"
_KEPT: Final = "_marquee_first_message"


def remember_first_messages() -> None:
    """Make themes and first messages once, and copy them from then on.

    Raises
    ------
    AttributeError
        If this Streamlit has other names.
    """
    theme, message = getattr(app_session, _THEME), getattr(AppSession, _MESSAGE)
    if not hasattr(theme, "__wrapped__"):
        setattr(app_session, _THEME, _remember_theme(theme))
    if not hasattr(message, "__wrapped__"):
        setattr(AppSession, _MESSAGE, _remember_message(message))


def _remember_theme(build: Callable[..., None]) -> Callable[..., None]:
    kept: dict[str, CustomThemeConfig] = {}

    @wraps(build)
    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in kept:
            made = CustomThemeConfig()
            build(made, section)
            kept[section] = made
        if kept[section].ByteSize():
            msg.MergeFrom(kept[section])

    return populate


def _remember_message(create: Callable[..., ForwardMsg]) -> Callable[..., ForwardMsg]:
    @wraps(create)
    def create_once(
        self: AppSession, page_script_hash: str, run_descriptor: Any, pages: Any = None
    ) -> ForwardMsg:
        of, kept = self.__dict__.get(_KEPT, (None, None))
        if not pages or kept is None or of != pages:
            kept = create(self, page_script_hash, run_descriptor, pages)
            self.__dict__[_KEPT] = (pages, kept)
            return kept
        message = ForwardMsg()
        message.new_session.CopyFrom(kept.new_session)
        # What a run may change of it.
        run = message.metadata.run
        run.script_run_id = run_descriptor.script_run_id
        run.fragment_ids.extend(run_descriptor.fragment_ids)
        message.new_session.page_script_hash = page_script_hash
        status = self._create_session_status_changed_message().session_status_changed
        message.new_session.initialize.session_status.CopyFrom(status)
        return message

    return create_once
