"""Charts on a page: a finding above each, and an alt text for screen readers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

import altair as alt
import streamlit as st
from altair.utils import schemapi

from recommender.charts import CHOSEN
from recommender.ui.formatting import escape

Opens = Literal["tconst", "person"]
_ADDRESSES: Mapping[Opens, str] = MappingProxyType(
    {"tconst": "film?tconst={}", "person": "search?q={}"}
)

# Altair compares each chart with its grammar, for a quarter of a film page's time. Charts are
# compared in their tests.
schemapi.disable_debug_mode()

# The browser goes there itself, as from a wall: `st.switch_page` leaves the history with an entry
# too many, and Back would come to another section than the one left.
_follow = st.components.v2.component(
    "marquee_follow",
    js=(Path(__file__).parent / "assets" / "links.js").read_text(encoding="utf-8")
    + "export default ({ data }) => follow(data.address);\n",
)


def render_chart(
    chart: alt.Chart | alt.LayerChart,
    *,
    finding: str,
    about: str,
    key: str,
    heading: bool = False,
    opens: Opens | None = None,
) -> None:
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
    heading
        Whether the finding is the heading of a section and not a line of text.
    opens
        What the chart reports of a mark that is clicked; the click opens that film or person.
    """
    if heading:
        st.header(escape(finding), anchor=False)
    else:
        st.markdown(f"**{escape(finding)}**")
    alt_text = f"{about}. {finding}."
    if opens is None:
        st.altair_chart(chart, key=key, alt=alt_text)
        return
    event = st.altair_chart(chart, key=key, alt=alt_text, on_select="rerun", selection_mode=CHOSEN)
    chosen = read_chosen(event, opens)
    if chosen:
        _follow(key=f"{key}_follow", data={"address": _ADDRESSES[opens].format(quote(chosen))})


def open_chosen(label: str, choices: Mapping[str, str], *, key: str) -> None:
    """Render a choice of what the marks of a chart open, for whoever has no pointer.

    Parameters
    ----------
    label
        What is chosen.
    choices
        By tconst, what the mark says when it is pointed at.
    key
        Stable name of the choice on the page.
    """
    chosen = st.selectbox(
        label,
        list(choices),
        index=None,
        key=key,
        format_func=choices.__getitem__,
        placeholder="Choose or type a film",
    )
    if chosen:
        _follow(key=f"{key}_follow", data={"address": _ADDRESSES["tconst"].format(quote(chosen))})


def read_chosen(event: object, field: Opens) -> str:
    """Return what was clicked in a chart, nothing when nothing was.

    Parameters
    ----------
    event
        What the chart reports; it comes from a browser, so anything else in it is passed over.
    field
        Which of its fields is meant.
    """
    selection = event.get("selection") if isinstance(event, Mapping) else None
    chosen = selection.get(CHOSEN) if isinstance(selection, Mapping) else None
    if isinstance(chosen, list) and chosen and isinstance(chosen[0], Mapping):
        value = chosen[0].get(field)
        return value if isinstance(value, str) else ""
    return ""
