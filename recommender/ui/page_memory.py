"""Controls as they were left, for whoever comes back to a page by a link without a query."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def recall(name: str, keys: Sequence[str]) -> None:
    """Set controls as they were left, where neither the page nor the address says otherwise.

    Parameters
    ----------
    name
        Of the memory, in the session.
    keys
        Of the controls; call it before they are drawn.
    """
    memory = st.session_state.get(name)
    if memory and not any(key in st.query_params or key in st.session_state for key in keys):
        st.session_state.update(memory)


def remember(name: str, keys: Sequence[str]) -> None:
    """Keep how controls stand; call it after they are drawn."""
    st.session_state[name] = {key: st.session_state[key] for key in keys if key in st.session_state}
