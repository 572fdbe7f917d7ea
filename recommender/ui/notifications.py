"""Notifications with an optional undo, kept in the session and shown by the overlay."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

_KEY = "notification"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """Message with an optional undo function; ``number`` increases with every message."""

    number: int
    text: str
    undo: Callable[[], object] | None


def notify(text: str, *, undo: Callable[[], object] | None = None) -> None:
    """Show a notification in the overlay, with an Undo button if ``undo`` is given.

    Parameters
    ----------
    text
        Message, one sentence of plain text.
    undo
        Function that the Undo button calls; None for no button.
    """
    latest = latest_notification()
    # Clock-based, so that the browser can distinguish it from numbers of an earlier session.
    number = max(time.time_ns() // 1_000_000, latest.number + 1 if latest else 0)
    st.session_state[_KEY] = Notification(number=number, text=text, undo=undo)


def latest_notification() -> Notification | None:
    """Return the latest notification of this session; None if there is none."""
    latest: Notification | None = st.session_state.get(_KEY)
    return latest


def undo_notification(number: object) -> None:
    """Run the undo of the latest notification, at most once, if its number matches.

    Parameters
    ----------
    number
        Notification number sent by the browser; not validated, so of any type.
    """
    latest = latest_notification()
    if latest is None or latest.undo is None or latest.number != number:
        return
    st.session_state[_KEY] = Notification(number=latest.number, text=latest.text, undo=None)
    latest.undo()
