"""TMDb data for pages: posters and texts of films, the attribution, the connection status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from recommender.service import build_media_payload, get_marquee
from recommender.tmdb import TmdbState

PAGE_WAIT_S = 0.4
"""Seconds that a film page waits for TMDb details; film walls do not wait."""
_NOTICE = (
    'Posters, overviews and where to watch: TMDB (<a href="https://www.themoviedb.org" '
    'target="_blank" rel="noopener noreferrer">https://www.themoviedb.org</a>). This product uses '
    "the TMDB API but is not endorsed or certified by TMDB. Where to watch comes from JustWatch."
)
_NO_KEY = (
    "These posters are drawn. For photographs and overviews, set <code>TMDB_API_KEY</code> to a "
    'free key from <a href="https://www.themoviedb.org/settings/api" target="_blank" '
    'rel="noopener noreferrer">https://www.themoviedb.org/settings/api</a> and start Marquee '
    "again."
)


@dataclass(frozen=True, slots=True)
class Media:
    """Posters and texts of films by id, the pending ids, and whether TMDb is in use."""

    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    expected: bool = False


def find_media(tconsts: Sequence[str], *, details: bool) -> Media:
    """Return the cached posters and texts of films, and prefetch the others from TMDb.

    Parameters
    ----------
    tconsts
        IMDb ids of the films, in display order.
    details
        Whether to fetch the details of a film page too, and wait for them briefly.
    """
    enrichment = get_marquee().enrichment
    if not _is_used():
        return Media()
    if details:
        films = (enrichment.fetch_film(tconst, wait_s=PAGE_WAIT_S) for tconst in tconsts)
        found = {film.tconst: film for film in films if film is not None}
    else:
        found = enrichment.fetch(tconsts, wait_s=0)
    pending = enrichment.pending(tconsts)
    return Media(
        known={tconst: build_media_payload(film) for tconst, film in found.items()},
        pending=[tconst for tconst in tconsts if tconst in pending],
        expected=True,
    )


def format_notice(*, first_page: bool) -> str:
    """Return the TMDb attribution as HTML; without TMDb, a hint to add an API key, or "".

    Parameters
    ----------
    first_page
        Whether the page is Home, the only page that mentions a missing API key.
    """
    if _is_used():
        return _NOTICE
    return _NO_KEY if first_page and not get_marquee().enrichment.has_key else ""


def _is_used() -> bool:
    return get_marquee().enrichment.is_used


def render_status() -> None:
    """Render the status of the TMDb connection."""
    status = get_marquee().enrichment.check(wait_s=PAGE_WAIT_S)
    kept = (
        f"{status.cached.films:,} films are kept here, {status.cached.size_bytes / 2**20:.1f} MB; "
        "each is asked for again after a month and forgotten after six."
    )
    if status.state is TmdbState.REFUSED:
        st.warning(
            "TMDb does not know the key in `TMDB_API_KEY`, so it is not asked any more. Put "
            "another in its place and start Marquee again. Until then posters are drawn.",
            icon=":material/key_off:",
        )
    else:
        st.markdown(_STANDING[status.state])
    st.caption(kept)


_STANDING = {
    TmdbState.NO_KEY: (
        "**TMDb: no key.** Every poster is drawn by Marquee itself: the genres choose shapes and "
        "colours, and the same film always gets the same sheet. With a free key from "
        "https://www.themoviedb.org/settings/api in `TMDB_API_KEY`, or in "
        "`.streamlit/secrets.toml`, photographs, overviews and where to watch join them."
    ),
    TmdbState.UNTRIED: "**TMDb: there is a key;** it has not been tried yet.",
    TmdbState.WORKING: (
        "**TMDb: working.** Where it has no poster, or does not answer in time, Marquee's own "
        "drawing stays."
    ),
    TmdbState.UNREACHED: (
        "**TMDb: not reached just now.** It is tried again by itself; until then drawn posters "
        "stay and what is kept is shown."
    ),
}
