"""Save and restore of widget values in session state, for page links without a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

_NOTHING = object()


def restore_widgets(name: str, keys: Sequence[str]) -> None:
    """Restore saved widget values, unless session state or the URL already has a value.

    Parameters
    ----------
    name
        Session key of the saved values.
    keys
        Keys of the widgets; call this before they are rendered.
    """
    memory = st.session_state.get(name)
    if not memory or any(key in st.session_state for key in keys):
        return
    if set(keys).isdisjoint(st.query_params):
        st.session_state.update(memory)


def save_widgets(name: str, keys: Sequence[str]) -> None:
    """Save widget values in session state; call this after the widgets are rendered."""
    stands = {key: st.session_state.get(key, _NOTHING) for key in keys}
    st.session_state[name] = {key: value for key, value in stands.items() if value is not _NOTHING}


def is_changed(neutral: Mapping[str, object]) -> bool:
    """Return whether any widget differs from its default value, in the URL or session state.

    Parameters
    ----------
    neutral
        Default values by widget key.
    """
    if not set(neutral).isdisjoint(st.query_params):
        return True
    return any(
        st.session_state.get(key, middle) not in (middle, None) for key, middle in neutral.items()
    )
