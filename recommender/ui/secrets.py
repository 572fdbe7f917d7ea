"""Access to the settings in Streamlit's ``secrets.toml``."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError


def read_secrets() -> dict[str, str]:
    """Return the top-level values of ``.streamlit/secrets.toml``; empty without that file.

    Sections such as ``[auth]``, which Streamlit reads itself, are left out.
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
