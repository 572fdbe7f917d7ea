"""Short messages with an undo, shown by the overlay on whatever page comes next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

_KEY = "notification"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """A message and its undo; ``number`` grows with every message."""

    number: int
    text: str
    undo: Callable[[], object] | None


def notify(text: str, *, undo: Callable[[], object] | None = None) -> None:
    """Show a message.

    Parameters
    ----------
    text
        A sentence, shown as plain text.
    undo
        Called when the visitor presses Undo; None without an undo.
    """
    latest = latest_notification()
    # By the clock, so that the browser can tell it from those of an earlier session.
    number = max(time.time_ns() // 1_000_000, latest.number + 1 if latest else 0)
    st.session_state[_KEY] = Notification(number=number, text=text, undo=undo)


def latest_notification() -> Notification | None:
    """Return the latest message of this session; None without one."""
    latest: Notification | None = st.session_state.get(_KEY)
    return latest


def undo_notification(number: object) -> None:
    """Undo the message with a number, once; ignore any other number.

    Parameters
    ----------
    number
        From the browser, so of any type.
    """
    latest = latest_notification()
    if latest is None or latest.undo is None or latest.number != number:
        return
    st.session_state[_KEY] = Notification(number=latest.number, text=latest.text, undo=None)
    latest.undo()
