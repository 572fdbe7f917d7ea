"""Error banner for unreadable user data, and recovery of a damaged catalogue."""

from __future__ import annotations

import logging

import streamlit as st

from recommender.errors import CatalogueError
from recommender.service import find_latest_copy_day, get_marquee

_LOGGER = logging.getLogger(__name__)


def render_people_error(problem: str) -> None:
    """Render an error banner if user data cannot be read; the page still shows films.

    Parameters
    ----------
    problem
        Error message from ``Visitor.problem``; "" renders no banner.
    """
    if not problem:
        return
    day = find_latest_copy_day(get_marquee().settings) if "restore" in problem else None
    copy = f" The latest sound copy is of {day.day} {day:%B %Y}." if day else ""
    st.warning(
        "**Your films cannot be read or saved at the moment.** Everything else works. "
        f"For the operator: {problem}{copy}",
        icon=":material/cloud_off:",
    )


def recover_catalogue(error: CatalogueError) -> None:
    """Rebuild a damaged catalogue, and rerun the page.

    If it was rebuilt a moment ago, render the error instead.

    Parameters
    ----------
    error
        Error raised while the page was reading films.
    """
    _LOGGER.warning("Films could not be read: %s", error)
    if get_marquee().restart():
        st.rerun()
    st.error(f"**Films cannot be shown at the moment.** {error}", icon=":material/warning:")
    st.button("Try again", key="trouble_again")
