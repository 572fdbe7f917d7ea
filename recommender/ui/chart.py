"""A chart on a page: its finding above it, and the same words for those who cannot see it."""

from __future__ import annotations

import altair as alt
import streamlit as st

from recommender.ui.words import escape


def render_chart(chart: alt.Chart | alt.LayerChart, *, finding: str, about: str, key: str) -> None:
    """Render a chart.

    Parameters
    ----------
    chart
        From ``recommender.charts``.
    finding
        What is to be seen in it, as a sentence without a full stop.
    about
        What kind of chart it is and of what, for its alt text.
    key
        Stable name of the chart on the page.
    """
    st.markdown(f"**{escape(finding)}**")
    st.altair_chart(chart, key=key, alt=f"{about}. {finding}.")
