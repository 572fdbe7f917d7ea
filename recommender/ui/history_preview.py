"""Preview of a history import: film counts, import rules, ambiguous films, unmatched films."""

from __future__ import annotations

import csv
import io

import streamlit as st

from recommender.entities import Film, InteractionKind
from recommender.service import HistoryPreview
from recommender.ui.formatting import escape, format_count
from recommender.ui.table import render_table
from recommender.users import escape_formula

_AT_A_TIME = 8
_MOST_ROWS = 100
_LISTS = {
    "I want to see them": InteractionKind.WATCHLIST,
    "I like them": InteractionKind.LIKE,
    "I have seen them": InteractionKind.SEEN,
}
_LEAVE_OUT = "Leave it out"


def show_counts(preview: HistoryPreview) -> None:
    """Render the numbers of matched, ambiguous and unmatched films of an import."""
    counts = (
        ("found", len(preview.matched)),
        ("to choose", len(preview.ambiguous)),
        ("not found", len(preview.unmatched)),
    )
    row = st.container(horizontal=True, key="history_counts")
    for name, count in counts:
        row.metric(name.capitalize(), f"{count:,}", border=True, width=104)
    if preview.ignored_files:
        names = ", ".join(preview.ignored_files[:5])
        more = ", …" if len(preview.ignored_files) > 5 else ""
        st.caption(f"Skipped files without films: {escape(names[:300])}{more}")


def ask_rules(preview: HistoryPreview, *, key: str) -> tuple[float, InteractionKind]:
    """Render the import rules; return the minimum rating of a like and the kind of list entries."""
    threshold, listed_as = preview.threshold, InteractionKind.WATCHLIST
    if preview.has_ratings:
        step = 0.5 if preview.scale == 5 else 1.0
        options = [step * n for n in range(1, int(preview.scale / step) + 1)]
        threshold = st.select_slider(
            "Count as a like from",
            options,
            value=threshold,
            format_func=lambda rating: f"{rating:g} of {preview.scale} stars",
            key=f"{key}_threshold",
            width=420,
            help="Films below count as seen. Marquee does not keep ratings.",
        )
    if preview.has_list:
        choice = st.radio(
            "The films on your list", list(_LISTS), key=f"{key}_list", horizontal=True
        )
        listed_as = _LISTS[choice or "I want to see them"]
    return threshold, listed_as


def ask_choices(preview: HistoryPreview, *, key: str) -> dict[int, str]:
    """Render a selection for each ambiguous film; return the selected IMDb ids by position."""
    if not preview.ambiguous:
        return {}
    shown_key, picked_key = f"{key}_shown", f"{key}_picked"
    shown = st.session_state.setdefault(shown_key, _AT_A_TIME)
    chosen: dict[int, str] = st.session_state.setdefault(picked_key, {})
    count = format_count(len(preview.ambiguous), "film", "films")
    with st.expander(f"Choose which film is meant: {count}", expanded=True):
        for place, film in enumerate(preview.ambiguous[:shown]):
            names = [f"{n}. {_describe(choice)}" for n, choice in enumerate(film.choices, 1)]
            picked = st.selectbox(
                f"{escape(film.label)} is", [_LEAVE_OUT, *names], key=f"{key}_choice_{place}"
            )
            st.caption(escape(film.reason))
            chosen.pop(place, None)
            if picked in names:
                chosen[place] = film.choices[names.index(picked)].tconst
        if shown < len(preview.ambiguous):
            st.button("Show more", on_click=_show_more, args=(shown_key,), key=f"{key}_more")
    return dict(chosen)


def show_unmatched(preview: HistoryPreview) -> None:
    """Render the unmatched films of an import, each with its reason, and a download of the list."""
    if not preview.unmatched:
        return
    count = format_count(len(preview.unmatched), "film", "films")
    with st.expander(f"Not found: {count}"):
        rows = [(film.label, film.reason) for film in preview.unmatched[:_MOST_ROWS]]
        render_table(["In your files", "Why"], rows, label="Films that were not found")
        if len(preview.unmatched) > _MOST_ROWS:
            st.caption(f"The first {_MOST_ROWS}; the file has all of them.")
        st.download_button(
            "Download this list",
            lambda: _list_unmatched(preview),
            file_name="not-found.csv",
            mime="text/csv",
            on_click="ignore",
        )


def _list_unmatched(preview: HistoryPreview) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["line", "film", "why"])
    for film in preview.unmatched:
        writer.writerow(
            [film.entries[0].line, escape_formula(film.label), escape_formula(film.reason)]
        )
    return file.getvalue().encode("utf-8-sig", "replace")


def _describe(film: Film) -> str:
    return f"{film.label}, by {film.directors[0]}" if film.directors else film.label


def _show_more(key: str) -> None:
    st.session_state[key] += _AT_A_TIME
