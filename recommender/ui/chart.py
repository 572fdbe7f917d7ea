"""Rendering of Altair charts with a finding as heading and an alt text for screen readers."""

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

# Tests validate the charts; validation in every page run would be slow.
schemapi.disable_debug_mode()

# `st.switch_page` adds an extra history entry, so Back would lead to another section.
_open_address = st.components.v2.component(
    "marquee_link",
    js=(Path(__file__).parent / "assets" / "links.js").read_text(encoding="utf-8")
    + "export default ({ data }) => openAddress(data.address);\n",
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
    """Render an Altair chart below its finding; a click may open a film or person.

    Parameters
    ----------
    chart
        Chart from ``recommender.charts``.
    finding
        Main finding of the chart, as a sentence without a full stop.
    about
        Kind of chart and its data, for the alt text.
    key
        Widget key.
    heading
        Render the finding as the heading of a section.
    opens
        Chart field that a click selects; its value is the film or person to open.
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
        _open_address(
            key=f"{key}_open_address", data={"address": _ADDRESSES[opens].format(quote(chosen))}
        )


def open_chosen(label: str, choices: Mapping[str, str], *, key: str) -> None:
    """Render a select box with the films of a chart, for keyboard users.

    Parameters
    ----------
    label
        Label of the select box.
    choices
        Text of each film by tconst.
    key
        Widget key.
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
        _open_address(
            key=f"{key}_open_address", data={"address": _ADDRESSES["tconst"].format(quote(chosen))}
        )


def read_chosen(event: object, field: Opens) -> str:
    """Return the value that a click on a chart selected; "" without a click.

    Parameters
    ----------
    event
        Vega-Lite selection event from the browser; malformed values are ignored.
    field
        Chart field of the selection.
    """
    selection = event.get("selection") if isinstance(event, Mapping) else None
    chosen = selection.get(CHOSEN) if isinstance(selection, Mapping) else None
    if isinstance(chosen, list) and chosen and isinstance(chosen[0], Mapping):
        value = chosen[0].get(field)
        return value if isinstance(value, str) else ""
    return ""
