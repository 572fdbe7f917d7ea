"""Keeps Streamlit from running a file of ``pages/`` by itself.

Streamlit takes a folder named ``pages`` for its older way of making pages and may, on a link that
is opened cold, run the page's file past ``app.py``. One private switch turns that off; a test
fails when Streamlit no longer has it.
"""

from __future__ import annotations

from streamlit.runtime.pages_manager import PagesManager


def turn_off_pages_directory() -> None:
    """Make ``st.navigation`` in ``app.py`` the only thing that knows pages."""
    PagesManager.uses_pages_directory = False
