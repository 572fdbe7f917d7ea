"""Overlay on every page: notifications with undo, keyboard shortcuts, tour card, phone tab bar.

The layout renders the overlay, so it persists across page changes. Streamlit's toasts are not
used, because they have no buttons.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import streamlit as st

from recommender.ui.component_code import OVERLAY
from recommender.ui.notifications import latest_notification, undo_notification

_KEY = "overlay"
# The overlay is hidden until its stylesheet is loaded.
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
    """Redirect of the browser by a full page load, after an optional POST.

    Attributes
    ----------
    post
        Route that the browser posts to first, to set or remove a cookie; "" for none.
    to
        URL to load; "" reloads the current page.
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
    """Render the overlay component; call it before the page is rendered.

    Parameters
    ----------
    tour
        Tour card from `build_tour_card`; None if no tour is offered.
    tabs
        Page titles in the phone tab bar, by URL path.
    current
        URL path of the current page.
    redirect
        Redirect that the browser follows; None for no redirect.
    """
    latest = latest_notification()
    data = {
        "notification": latest
        and {"number": latest.number, "text": latest.text, "undo": latest.undo is not None},
        "tour": tour,
        "tabs": dict(tabs),
        "current": current,
        "redirect": redirect and asdict(redirect),
        # This value differs in every run, so that the browser component sees every run.
        "readAt": time.time() * 1000,
    }
    _component(key=_KEY, data=data, on_saved_change=lambda: None, on_undo_change=_undo_latest)


def _undo_latest() -> None:
    state = st.session_state.get(_KEY)
    undo_notification(state.get("undo") if state is not None else None)
