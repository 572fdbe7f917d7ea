"""Rerun of the whole page when what was rendered around a fragment is out of date."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from recommender.errors import MarqueeError
from recommender.ui.identity import find_account
from recommender.ui.notifications import Notification, latest_notification


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the layout shows and a fragment does not: account and latest notification."""

    user_id: int | None
    notification: Notification | None


def read_context() -> PageContext:
    """Return the context of this run; call it in the run of the whole page."""
    try:
        user = find_account()
    except MarqueeError:
        user = None  # the page shows a banner, from load_visitor
    return PageContext(None if user is None else user.user_id, latest_notification())


def rerun_if_context_changed(rendered: PageContext) -> None:
    """Rerun the whole page if its context is no longer the one it was rendered with.

    Parameters
    ----------
    rendered
        From `read_context`, in the run of the whole page.
    """
    if read_context() != rendered:
        st.rerun()
