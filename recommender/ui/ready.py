"""Waiting for the catalogue and the model, with progress that is real."""

from __future__ import annotations

import streamlit as st

from recommender.errors import MarqueeError
from recommender.service import Marquee, Stage, get_marquee, hand_over_secrets
from recommender.ui.secrets import read_secrets

_POLL_S = 0.1


def require_marquee() -> Marquee:
    """Return Marquee, ready to be asked; until it is, show how far it is, and stop if it fails."""
    hand_over_secrets(read_secrets())
    marquee = get_marquee()
    preparation = marquee.preparation
    if preparation.standing.stage is not Stage.DONE:
        _watch(marquee)
    return marquee


def _watch(marquee: Marquee) -> None:
    preparation = marquee.preparation
    if preparation.standing.stage is not Stage.FAILED:
        preparation.start()
    # Later starts are over before anything would be drawn: no flicker for them.
    preparation.wait(0.25)
    place = st.empty()
    while not preparation.wait(_POLL_S):
        standing = preparation.standing
        place.progress(standing.fraction, text=f"Setting up, once: {standing.text}")
    place.empty()
    error = preparation.standing.error
    if error is None:
        return
    if not isinstance(error, MarqueeError):
        raise error
    st.error(f"**Marquee cannot show films yet.** {error}", icon=":material/warning:")
    st.button("Try again", on_click=preparation.start)
    st.stop()
