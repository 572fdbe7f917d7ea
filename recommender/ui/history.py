"""Import and export widgets for a user's film history: upload, preview, undo, download."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from recommender.entities import InteractionKind
from recommender.errors import MarqueeError, PeopleError
from recommender.service import (
    HistoryPreview,
    export_history,
    get_marquee,
    plan_history,
    preview_history,
)
from recommender.ui.formatting import escape, format_count
from recommender.ui.history_preview import ask_choices, ask_rules, show_counts, show_unmatched
from recommender.ui.identity import find_people, find_user, open_user
from recommender.ui.notifications import notify
from recommender.ui.visitor import show_not_saved
from recommender.users import EXPORT_FORMATS, HistoryFormat, Import, ImportRow, People

_ROUND = "history_round"
_PREVIEW = "history_looked"
_POLL_S = 0.05
_MOST_IMPORTS_SHOWN = 5
_WHERE = """
- **Letterboxd**: Settings, Data, *Export your data*. The zip as it comes.
- **IMDb**: Your ratings or your watchlist, the three dots, *Export*.
- **MovieLens**: *ratings.csv* and *links.csv* together, or what movielens.org exports.
- **Marquee**: any file from below. A CSV with columns *Title* and *Year* works, too.
"""


def render_import() -> None:
    """Render the import of a history: file upload, preview of matched films, import button."""
    st.subheader("Import", anchor=False)
    st.markdown(
        "Films you rated, watched or listed elsewhere. You see what was found before anything is "
        "saved, and you can undo an import."
    )
    number = st.session_state.setdefault(_ROUND, 0)
    files = st.file_uploader(
        "Files from Letterboxd, IMDb, MovieLens or Marquee",
        type=["zip", "csv", "tsv", "txt", "json"],
        accept_multiple_files=True,
        key=f"history_files_{number}",
    )
    if not files:
        st.session_state.pop(_PREVIEW, None)
        with st.expander("Where to find them"):
            st.markdown(_WHERE)
        return
    preview = _preview(files)
    if preview is not None:
        _render_preview(preview, number)


def render_imports() -> None:
    """Render the user's past imports, latest first, each with an undo button."""
    try:
        user = find_user()
        imports = find_people().imports.list(user.user_id) if user else []
    except PeopleError:
        return  # the page shows a banner, from load_visitor
    if not imports:
        return
    st.subheader("Past imports", anchor=False)
    for done in imports[:_MOST_IMPORTS_SHOWN]:
        row = st.container(horizontal=True, vertical_alignment="center")
        count = format_count(done.added, "entry", "entries")
        row.markdown(f"**{escape(done.source)}**, {done.at:%d %B %Y %H:%M} UTC: {count}")
        row.button(
            "Undo this import",
            key=f"history_undo_{done.import_id}",
            icon=":material/undo:",
            help=f"Removes only what came from {done.source}",
            on_click=_undo,
            args=(done,),
        )


def render_export() -> None:
    """Render the export of the user's interactions: format selection and download button."""
    st.subheader("Export", anchor=False)
    form = st.selectbox(
        "Format",
        list(EXPORT_FORMATS),
        format_func=lambda form: form.value,
        key="history_format",
        width=260,
        help="Marquee's own formats hold everything, with times.",
    )
    if form not in (HistoryFormat.MARQUEE_CSV, HistoryFormat.MARQUEE_JSON):
        st.caption(
            "Only likes are exported, as 4 of 5: Marquee keeps no ratings."
            if form is HistoryFormat.MOVIELENS
            else 'This format has no place for "not interested".'
            if form is HistoryFormat.LETTERBOXD
            else 'This format has no place for "not interested". A like is exported as 8 of 10: '
            "Marquee keeps no ratings."
        )
    try:
        user = find_user()
    except PeopleError:
        user = None
    name = EXPORT_FORMATS[form]
    st.download_button(
        f"Download {name}",
        partial(_export, find_people(), user.user_id, form) if user else b"",
        file_name=name,
        mime=mimetypes.guess_type(name)[0],
        icon=":material/download:",
        on_click="ignore",
        disabled=user is None,
    )


def _export(people: People, user_id: int, form: HistoryFormat) -> bytes:
    return export_history(get_marquee(), user_id, form, people=people).data


def _preview(files: Sequence[UploadedFile]) -> HistoryPreview | None:
    """Return the import preview of uploaded files, cached per upload; None if they are invalid."""
    marquee = get_marquee()
    preview_key = (*(file.file_id for file in files), marquee.catalogue.fingerprint)
    looked: tuple[object, HistoryPreview] | None = st.session_state.get(_PREVIEW)
    if looked is not None and looked[0] == preview_key:
        return looked[1]
    place = st.empty()

    def tell(part: float, what: str) -> None:
        place.progress(part, text=what)

    try:
        preview = preview_history(
            marquee,
            [(file.name, file.getvalue()) for file in files],
            progress=tell,
        )
    except MarqueeError as error:
        place.error(escape(str(error)), icon=":material/error:")
        return None
    place.empty()
    st.session_state[_PREVIEW] = (preview_key, preview)
    return preview


def _render_preview(preview: HistoryPreview, number: int) -> None:
    show_counts(preview)
    threshold, listed_as = ask_rules(preview, key=f"history_{number}")
    chosen = ask_choices(preview, key=f"history_{number}")
    show_unmatched(preview)
    rows = plan_history(preview, threshold=threshold, listed_as=listed_as, chosen=chosen)
    kinds = [kind for _, kind, _ in rows]
    names = {
        InteractionKind.LIKE: ("like", "likes"),
        InteractionKind.SEEN: ("seen film", "seen films"),
        InteractionKind.WATCHLIST: ("for your watchlist", "for your watchlist"),
        InteractionKind.HIDE: ("not interested", "not interested"),
        InteractionKind.LESS: ("less like this", "less like this"),
    }
    counts = [(kinds.count(kind), names[kind]) for kind in names if kind in kinds]
    parts = [format_count(count, *name) for count, name in counts]
    st.markdown(f"This will add {', '.join(parts)}." if parts else "There is nothing to add yet.")
    films = format_count(len({tconst for tconst, _, _ in rows}), "film", "films")
    bar = st.container(horizontal=True)
    place = st.empty()
    bar.button("Choose other files", on_click=_start_over)
    if bar.button(f"Add {films}", type="primary", disabled=not rows, key=f"history_add_{number}"):
        _write(preview, rows, place)


def _write(
    preview: HistoryPreview, rows: list[ImportRow], place: st.delta_generator.DeltaGenerator
) -> None:
    """Write an import in a separate thread, so that it continues if the page run is stopped."""
    written = [0.0]
    try:
        user, imports = open_user(), find_people().imports
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(
                imports.write,
                user.user_id,
                rows,
                source=preview.source.value,
                progress=written.append,
            )
            while not work.done():
                place.progress(written[-1], text=f"Importing {written[-1]:.0%}")
                time.sleep(_POLL_S)
            done = work.result()
    except PeopleError as error:
        show_not_saved(error)
        return
    _notify_done(done)
    _start_over()
    st.rerun()


def _notify_done(done: Import) -> None:
    kept = f" {done.kept:,} stay as they are here." if done.kept else ""
    if done.added:
        words = f"Added {format_count(done.added, 'entry', 'entries')} from {done.source}.{kept}"
        notify(words, undo=partial(_undo, done))
    else:
        notify(f"Nothing new in these files: you have it all here.{kept}")


def _undo(done: Import) -> None:
    try:
        user = find_user()
        if user is not None:
            removed = find_people().imports.undo(user.user_id, done.import_id)
            notify(f"Removed {format_count(removed, 'entry', 'entries')} from {done.source}.")
    except PeopleError as error:
        show_not_saved(error)


def _start_over() -> None:
    st.session_state.pop(_PREVIEW, None)
    st.session_state[_ROUND] += 1
