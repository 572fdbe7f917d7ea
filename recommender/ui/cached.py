"""What is asked again and again, kept: recommendations by profile, dials and filters.

Streamlit's caches can be emptied by any visitor, so only what is cheap to lose is kept in them:
one recommendation takes milliseconds. The model itself lives in ``recommender.service``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from recommender.engine import Candidates, Dials
from recommender.entities import Film, Profile, Recommendation
from recommender.service import (
    Row,
    adapt_wall,
    build_browse_rows,
    build_home_rows,
    get_marquee,
)


@dataclass(frozen=True, slots=True)
class Gallery:
    """Recommendations and how long they took to make, in milliseconds."""

    picks: tuple[Recommendation, ...]
    took_ms: float


def recommend(
    profile: Profile,
    *,
    top_n: int,
    dials: Dials | None = None,
    filters: Candidates | None = None,
) -> Gallery:
    """Return recommendations, from the cache when the same were asked before."""
    edition = get_marquee().model_edition
    return _recommend(
        profile, dials or Dials(), filters or Candidates(), top_n=top_n, edition=edition
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _recommend(
    profile: Profile, dials: Dials, filters: Candidates, *, top_n: int, edition: str
) -> Gallery:
    started = time.perf_counter()
    picks = get_marquee().recommend(profile, top_n=top_n, dials=dials, filters=filters)
    return Gallery(tuple(picks), (time.perf_counter() - started) * 1000)


def home_rows(profile: Profile, *, skip: frozenset[str]) -> list[Row]:
    """Return the home page's rows, from the cache when nothing has changed."""
    return _home_rows(profile, tuple(sorted(skip)), edition=get_marquee().model_edition)


@st.cache_data(max_entries=64, show_spinner=False)
def _home_rows(profile: Profile, skip: tuple[str, ...], *, edition: str) -> list[Row]:
    return build_home_rows(get_marquee(), profile, skip=frozenset(skip))


def onboarding_wall(shown: Sequence[str], profile: Profile) -> list[Film]:
    """Return the wall to start from after a pick, from the cache when nothing was picked."""
    return _onboarding_wall(tuple(shown), profile, edition=get_marquee().model_edition)


@st.cache_data(max_entries=64, show_spinner=False)
def _onboarding_wall(shown: tuple[str, ...], profile: Profile, *, edition: str) -> list[Film]:
    return adapt_wall(get_marquee(), shown, profile)


def browse_rows() -> list[Row]:
    """Return rows for somebody who has liked nothing, from the cache until the model changes."""
    return _browse_rows(edition=get_marquee().model_edition)


@st.cache_data(max_entries=2, show_spinner=False)
def _browse_rows(*, edition: str) -> list[Row]:
    return build_browse_rows(get_marquee())


def similar(tconst: str, *, top_n: int) -> tuple[Recommendation, ...]:
    """Return the films most like one, from the cache when asked before."""
    return _similar(tconst, top_n=top_n, edition=get_marquee().model_edition)


@st.cache_data(max_entries=256, show_spinner=False)
def _similar(tconst: str, *, top_n: int, edition: str) -> tuple[Recommendation, ...]:
    return tuple(get_marquee().similar(tconst, top_n=top_n))


def explain(profile: Profile, tconst: str) -> Recommendation | None:
    """Return how well one film matches a profile and why, from the cache when asked before."""
    return _explain(profile, tconst, edition=get_marquee().model_edition)


@st.cache_data(max_entries=256, show_spinner=False)
def _explain(profile: Profile, tconst: str, *, edition: str) -> Recommendation | None:
    return get_marquee().explain(profile, tconst)


@dataclass(frozen=True, slots=True)
class Ranges:
    """What filters offer: genres by name, and the first and last year."""

    genres: tuple[str, ...]
    first_year: int
    last_year: int


def filter_ranges() -> Ranges:
    """Return what filters offer, from the cache until another catalogue is there."""
    return _filter_ranges(edition=get_marquee().model_edition)


@st.cache_data(max_entries=2, show_spinner=False)
def _filter_ranges(*, edition: str) -> Ranges:
    catalogue = get_marquee().catalogue
    return Ranges(tuple(catalogue.list_genres()), *catalogue.year_range())
