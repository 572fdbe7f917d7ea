"""Controls of the IMDb dataset import on the page *How it works*: start, progress, stop."""

from __future__ import annotations

import streamlit as st

from recommender.service import (
    ImportRequest,
    ImportRun,
    ImportState,
    Stage,
    get_import_run,
)
from recommender.settings import Settings
from recommender.ui.formatting import escape

_LOOK_EVERY_S = 1.0
_ENOUGH_VOTES = 50


def render_import(settings: Settings, run: ImportRun | None = None) -> None:
    """Render the IMDb import's start button or progress, if the settings allow an import.

    Parameters
    ----------
    settings
        Settings with the permission to import and the data folder.
    run
        Import job to start, watch and stop; None for the process-wide job.
    """
    if not settings.allow_import:
        return
    run = run or get_import_run(settings)
    st.header("All of IMDb", anchor=False)
    st.markdown(
        "IMDb publishes its facts every day, for personal and non-commercial use. An import "
        "fetches over a gigabyte and takes some minutes; these films then take the place of the "
        "catalogue, for everybody here. Likes stay, and Marquee can be used meanwhile."
    )
    if run.state.stage is Stage.RUNNING:
        _watch(run)
    else:
        _offer(run)


def _offer(run: ImportRun) -> None:
    state = run.state
    if state.stage is Stage.FAILED:
        st.error(f"**The import failed; the catalogue is as it was.** {escape(state.text)}")
    elif state.stage is Stage.DONE:
        st.success(_format_result(state))
    elif state.text:
        st.info(state.text)
    votes = st.number_input(
        "Minimum number of votes",
        min_value=0,
        max_value=100_000,
        value=_ENOUGH_VOTES,
        step=10,
        key="about_import_votes",
        help="0 imports every film, rated or not.",
        width=320,
    )
    st.button(
        "Import from IMDb",
        on_click=_begin,
        args=(run, int(votes)),
        key="about_import_start",
    )


def _begin(run: ImportRun, min_votes: int) -> None:
    run.start(ImportRequest(min_votes=min_votes, keep_files=True))


@st.fragment(run_every=_LOOK_EVERY_S)
def _watch(run: ImportRun) -> None:
    state = run.state
    if state.stage is not Stage.RUNNING:
        st.rerun()
    st.progress(state.fraction, text=escape(format_progress(state)))
    st.button("Stop the import", on_click=run.stop, key="about_import_stop")


def format_progress(state: ImportState) -> str:
    """Format the import's current step, progress and remaining time as text."""
    parts = [f"{state.fraction:.0%}", state.text]
    if state.bytes_total:
        done, total = state.bytes_done / 2**20, state.bytes_total / 2**20
        parts.append(f"{done:,.0f} of {total:,.0f} MB")
    if state.seconds_left is not None:
        parts.append(_format_time_left(state.seconds_left))
    return "  ·  ".join(parts)


def _format_time_left(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left"


def _format_result(state: ImportState) -> str:
    left_out = [f"{count:,} {why}" for why, count in state.facts.get("left_out", {}).items()]
    return escape(state.text + (f" Left out: {', '.join(left_out)}." if left_out else ""))
