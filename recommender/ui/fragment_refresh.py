"""Full page rerun if the layout around a Streamlit fragment is out of date."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from recommender.errors import MarqueeError
from recommender.ui.identity import find_account
from recommender.ui.notifications import Notification, latest_notification


@dataclass(frozen=True, slots=True)
class PageContext:
    """Data rendered outside fragments: the account id and the latest notification."""

    user_id: int | None
    notification: Notification | None


def read_context() -> PageContext:
    """Return the account id and the latest notification; call it in a full page run."""
    try:
        user = find_account()
    except MarqueeError:
        user = None  # the page shows a banner, from load_visitor
    return PageContext(None if user is None else user.user_id, latest_notification())


def rerun_if_context_changed(rendered: PageContext) -> None:
    """Rerun the whole page if the account or the latest notification changed since rendering.

    Parameters
    ----------
    rendered
        Context that `read_context` returned in the last full page run.
    """
    if read_context() != rendered:
        st.rerun()
