"""Overlay on every page: notifications with undo, shortcuts, the tour's card, tabs for phones.

The layout renders it, so it stays while pages change. Streamlit's toasts have no buttons.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import streamlit as st

from recommender.ui.component_code import OVERLAY
from recommender.ui.notifications import latest_notification, undo_notification

_KEY = "overlay"
# Hidden until its style is loaded.
_HTML = """<div class="overlay" hidden>
<div class="notifications" role="status"></div>
<button class="help" type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts"
 title="Keyboard shortcuts (?)">?</button>
<div class="tour-card" role="region" aria-label="Tour" hidden></div>
<dialog aria-labelledby="shortcuts-title"></dialog>
</div>
<nav class="tabs" aria-label="Pages" hidden></nav>"""

_component = st.components.v2.component("marquee_overlay", html=_HTML, js=OVERLAY.loader)


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect:
    """Where the browser goes by a full page load.

    Attributes
    ----------
    post
        Route that the browser posts to first, to set or remove a cookie; "" for none.
    to
        Address; "" for the current one.
    """

    post: str = ""
    to: str = ""


def render_overlay(
    *,
    tour: Mapping[str, object] | None,
    tabs: Mapping[str, str],
    current: str,
    redirect: Redirect | None = None,
) -> None:
    """Render the overlay, before the page.

    Parameters
    ----------
    tour
        Card of the tour, from `build_tour_card`; None where no tour is offered.
    tabs
        Titles of the pages in the phone's tab bar, by path.
    current
        Path of the current page.
    redirect
        Full page load to make; None to stay.
    """
    latest = latest_notification()
    data = {
        "notification": latest
        and {"number": latest.number, "text": latest.text, "undo": latest.undo is not None},
        "tour": tour,
        "tabs": dict(tabs),
        "current": current,
        "redirect": redirect and asdict(redirect),
        # Also makes the data of every run different, so that the browser sees every run.
        "readAt": time.time() * 1000,
    }
    _component(key=_KEY, data=data, on_saved_change=lambda: None, on_undo_change=_undo_latest)


def _undo_latest() -> None:
    state = st.session_state.get(_KEY)
    undo_notification(state.get("undo") if state is not None else None)
