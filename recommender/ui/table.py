"""HTML table that scrolls sideways on phones, by touch and by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st


def render_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, label: str) -> None:
    """Render a table of texts; the first cell of a row is its header.

    The keyboard cannot scroll Streamlit's own table.

    Parameters
    ----------
    head
        Names of the columns.
    rows
        Texts, one per column; shown as plain text.
    label
        What a screen reader calls the table.
    """
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in rest)
        + "</tr>"
        for first, *rest in rows
    )
    st.html(
        f'<div class="marquee-table" role="region" tabindex="0" aria-label="{escape(label)}">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
