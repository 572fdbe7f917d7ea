"""Progress page shown while the catalogue and the model are loading."""

from __future__ import annotations

import streamlit as st

from recommender.errors import MarqueeError
from recommender.service import Marquee, Stage, configure, get_marquee
from recommender.ui.secrets import read_secrets

_POLL_S = 0.1


def require_marquee() -> Marquee:
    """Return the loaded `Marquee`; until it is loaded, render progress, or an error, and stop."""
    configure(read_secrets())
    marquee = get_marquee()
    startup = marquee.startup
    if startup.state.stage is not Stage.DONE:
        _watch(marquee)
    return marquee


def _watch(marquee: Marquee) -> None:
    startup = marquee.startup
    if startup.state.stage is not Stage.FAILED:
        startup.start()
    # Most starts end within this wait, and show no progress bar.
    startup.wait(0.25)
    place = st.empty()
    while not startup.wait(_POLL_S):
        state = startup.state
        place.progress(state.fraction, text=f"Setting up, once: {state.text}")
    place.empty()
    error = startup.state.error
    if error is None:
        return
    if not isinstance(error, MarqueeError):
        raise error
    st.error(f"**Marquee cannot show films yet.** {error}", icon=":material/warning:")
    st.button("Try again", on_click=startup.start)
    st.stop()
