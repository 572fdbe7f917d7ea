"""What stands around a part of a page that runs alone: when it changes, all has to run again."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from recommender.errors import MarqueeError
from recommender.ui.identity import find_account
from recommender.ui.notifications import Notification, latest_notification


@dataclass(frozen=True, slots=True)
class Around:
    """Whose account is signed in, by number, and what was told last: the frame shows both."""

    account: int | None
    news: Notification | None


def remember_context() -> Around:
    """Return what stands around, as of this run of the whole page."""
    try:
        user = find_account()
    except MarqueeError:
        user = None  # the page says so already, from load_visitor
    return Around(None if user is None else user.user_id, latest_notification())


def rerun_if_context_changed(drawn: Around) -> None:
    """Run the whole page when what stands around is not what it was drawn with.

    Parameters
    ----------
    drawn
        From `remember_context`, in the run of the whole page.
    """
    if remember_context() != drawn:
        st.rerun()
