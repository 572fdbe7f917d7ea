"""What a page says when something cannot be read or written, and how it goes on."""

from __future__ import annotations

import logging

import streamlit as st

from recommender.errors import CatalogueError
from recommender.service import find_latest_copy_day, get_marquee

_LOGGER = logging.getLogger(__name__)


def render_people_error(problem: str) -> None:
    """Say that films can be looked at, but not what anybody says of them; nothing without trouble.

    Parameters
    ----------
    problem
        From ``Visitor.problem``.
    """
    if not problem:
        return
    day = find_latest_copy_day(get_marquee().settings) if "restore" in problem else None
    copy = f" The latest sound copy is of {day.day} {day:%B %Y}." if day else ""
    st.warning(
        "**Your films cannot be read or saved at the moment.** Everything else works. "
        f"For whoever runs Marquee: {problem}{copy}",
        icon=":material/cloud_off:",
    )


def recover_catalogue(error: CatalogueError) -> None:
    """Have a catalogue that broke while it was in use built anew, and run the page again.

    When that has just been done and was no help, say what is wrong.

    Parameters
    ----------
    error
        What the page could not read.
    """
    _LOGGER.warning("Films could not be read: %s", error)
    if get_marquee().restart():
        st.rerun()
    st.error(f"**Films cannot be shown at the moment.** {error}", icon=":material/warning:")
    st.button("Try again", key="trouble_again")
