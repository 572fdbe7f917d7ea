"""What goes along on every page: news with their undo, shortcuts, a tour's card, tabs for thumbs.

Streamlit's toasts hold no buttons, and what a page draws is gone with it. This is drawn by the
frame, so it stays while pages change. A wall tells it in the browser what was marked; pages tell
it through ``news``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import partial

import streamlit as st

from recommender.ui.component_code import OVERLAY
from recommender.ui.notifications import latest_notification, undo_notification
from recommender.ui.operations import go_on, save_new_marks
from recommender.ui.visitor import load_visitor

_KEY = "overlay"
# Hidden until its style is there.
_HTML = """<div class="overlay" hidden>
<div class="news" role="status"></div>
<button class="help" type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts"
 title="Keyboard shortcuts (?)">?</button>
<div class="tour-card" role="region" aria-label="Tour" hidden></div>
<dialog aria-labelledby="shortcuts-title"></dialog>
</div>
<nav class="tabs" aria-label="Pages" hidden></nav>"""

_component = st.components.v2.component("marquee_overlay", html=_HTML, js=OVERLAY.loader)


def render_overlay(*, tour: Mapping[str, object] | None, tabs: Mapping[str, str], now: str) -> None:
    """Render it, with what was told last: before the page, which may take its time.

    Parameters
    ----------
    tour
        The card of a tour, from `build_tour_card`; None where no tour is offered.
    tabs
        The pages used most, by address: the bar on phones.
    now
        The address of the page that is shown.
    """
    news, visitor = latest_notification(), load_visitor()
    said = news and {"number": news.number, "text": news.text, "undo": news.undo is not None}
    told = {
        "news": said,
        "tour": tour,
        "tabs": tabs,
        "now": now,
        "who": visitor.tag,
        "delivered": visitor.delivered,
        "run": time.monotonic_ns(),  # what is told twice in the same words is heard once
    }
    # Bytes, as Streamlit would look for tables in anything else and write it out twice.
    _component(
        key=_KEY,
        data=json.dumps(told).encode(),
        on_marks_change=partial(save_new_marks, _KEY),
        on_undo_change=_take_back,
        on_told_change=go_on,
    )


def _take_back() -> None:
    state = st.session_state.get(_KEY)
    undo_notification(state.get("undo") if state is not None else None)
