"""Streamlit's secrets, handed over once to who needs them."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from recommender.ui.run_cache import cached_for_run

_KEPT = "secrets"


def read_secrets() -> dict[str, str]:
    """Return the plain values of ``.streamlit/secrets.toml``; empty without that file.

    Sections belong to others (``[auth]`` to Streamlit itself) and stay where they are.
    """
    return cached_for_run(_KEPT, _read)


def _read() -> dict[str, str]:
    try:
        if not st.secrets.load_if_toml_exists():
            return {}
        return {
            name: str(value)
            for name, value in st.secrets.items()
            if isinstance(value, str | int | float)
        }
    except (StreamlitSecretNotFoundError, TypeError):  # a file that makes no sense
        return {}
