"""Streamlit's secrets, read once at the start and by pages."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError


def read_secrets() -> dict[str, str]:
    """Return the plain values of ``.streamlit/secrets.toml``; empty without that file.

    Sections belong to others (``[auth]`` to Streamlit itself) and stay where they are.
    """
    try:
        if not st.secrets.load_if_toml_exists():
            return {}
        return {
            name: str(value)
            for name, value in st.secrets.items()
            if isinstance(value, str | int | float)
        }
    except (StreamlitSecretNotFoundError, TypeError):  # an unreadable file
        return {}
