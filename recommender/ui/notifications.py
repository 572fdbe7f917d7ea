"""Short messages with an undo, shown by the overlay on whatever page comes next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

_NEWS = "news"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """Something that was done, and what takes it back; ``number`` grows with every piece."""

    number: int
    text: str
    undo: Callable[[], object] | None


def notify(text: str, *, undo: Callable[[], object] | None = None) -> None:
    """Say something in passing.

    Parameters
    ----------
    text
        A sentence; shown as it is, whatever is in it.
    undo
        What takes back what the sentence tells of; None when nothing can.
    """
    # Of the clock: the browser must know it from that of a session before.
    number = max(time.time_ns() // 1_000_000, _latest_number() + 1)
    st.session_state[_NEWS] = Notification(number=number, text=text, undo=undo)


def latest_notification() -> Notification | None:
    """Return what was told last in this session; None when nothing was."""
    news: Notification | None = st.session_state.get(_NEWS)
    return news


def undo_notification(number: object) -> None:
    """Undo what was told under a number, once; any other is passed over.

    Parameters
    ----------
    number
        It comes from a browser.
    """
    news = latest_notification()
    if news is None or news.undo is None or news.number != number:
        return
    st.session_state[_NEWS] = Notification(number=news.number, text=news.text, undo=None)
    news.undo()


def _latest_number() -> int:
    news = latest_notification()
    return 0 if news is None else news.number
