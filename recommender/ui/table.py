"""HTML table that scrolls horizontally on phones, by touch or keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st


def render_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, label: str) -> None:
    """Render an HTML table of plain text; the first cell of each row is its header.

    Streamlit's own table cannot be scrolled by keyboard.

    Parameters
    ----------
    head
        Names of the columns.
    rows
        Rows of cells, one cell per column; shown as plain text.
    label
        Label of the table for screen readers.
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
