"""Streamlit widgets, layout and session code shared by ``app.py`` and ``pages/``."""
