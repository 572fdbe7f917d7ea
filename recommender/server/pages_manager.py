"""Switch that turns off Streamlit's ``pages/`` folder, so that only ``st.navigation`` runs pages.

Streamlit treats a ``pages`` folder as its legacy multipage API. If the first request is for a
page's URL, it may run the page's file without ``app.py``. The switch is a private attribute
(https://github.com/streamlit/streamlit/issues/9624); a test fails if Streamlit changes it.
"""

from __future__ import annotations

from streamlit.runtime.pages_manager import PagesManager


def turn_off_pages_directory() -> None:
    """Turn off Streamlit's legacy ``pages/`` folder, so that only ``st.navigation`` runs pages."""
    PagesManager.uses_pages_directory = False
