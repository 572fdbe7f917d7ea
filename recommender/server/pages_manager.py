"""Turns off Streamlit's ``pages/`` folder, so that only ``st.navigation`` runs pages.

Streamlit takes a folder named ``pages`` for its older way of making pages. On a cold deep link it
may run the page's file past ``app.py``. The one switch against it has no public name
(https://github.com/streamlit/streamlit/issues/9624); a test fails when Streamlit changes it.
"""

from __future__ import annotations

from streamlit.runtime.pages_manager import PagesManager


def turn_off_pages_directory() -> None:
    """Make ``st.navigation`` the only way to run a page."""
    PagesManager.uses_pages_directory = False
