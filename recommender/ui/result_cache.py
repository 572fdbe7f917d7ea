"""What is asked again and again, kept: recommendations by profile, dials and filters.

Everything here is frozen, so all are handed the same objects. Streamlit's ``cache_data`` would
pickle and unpickle them on each run, which took a tenth of a page, and any visitor can empty it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from recommender.catalogue import Filters, SearchPage, Sort
from recommender.engine import Dials, ItemFilter
from recommender.entities import Film, Profile, Recommendation
from recommender.service import (
    Row,
    adapt_wall,
    build_browse_rows,
    build_home_rows,
    get_marquee,
)

SIMILAR_FILMS: Final = 14
"""So many are shown on a film's page."""


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
    filters: ItemFilter | None = None,
    with_reasons: bool = True,
) -> Gallery:
    """Return recommendations, from the cache when the same were asked before.

    Parameters
    ----------
    profile, top_n, dials, filters, with_reasons
        As of ``Marquee.recommend``.
    """
    edition = get_marquee().model_edition
    return _recommend(
        profile,
        dials or Dials(),
        filters or ItemFilter(),
        top_n=top_n,
        with_reasons=with_reasons,
        edition=edition,
    )


@lru_cache(maxsize=256)
def _recommend(
    profile: Profile,
    dials: Dials,
    filters: ItemFilter,
    *,
    top_n: int,
    with_reasons: bool,
    edition: str,
) -> Gallery:
    started = time.perf_counter()
    picks = get_marquee().recommend(
        profile, top_n=top_n, dials=dials, filters=filters, with_reasons=with_reasons
    )
    return Gallery(tuple(picks), (time.perf_counter() - started) * 1000)


def home_rows(profile: Profile, *, gallery_size: int) -> tuple[Row, ...]:
    """Return the home page's rows, from the cache when nothing has changed.

    Parameters
    ----------
    profile
        At least one like.
    gallery_size
        Of the gallery, whose first film is the page's hero and whose others are the first row.
    """
    return _home_rows(profile, gallery_size, edition=get_marquee().model_edition)


@lru_cache(maxsize=256)
def _home_rows(profile: Profile, gallery_size: int, *, edition: str) -> tuple[Row, ...]:
    picks = recommend(profile, top_n=gallery_size, with_reasons=False).picks
    hero = frozenset(pick.film.tconst for pick in picks[:1])
    return tuple(build_home_rows(get_marquee(), profile, skip=hero, best=picks))


def onboarding_wall(shown: Sequence[str], profile: Profile) -> tuple[Film, ...]:
    """Return the wall to start from after a pick, from the cache when nothing was picked."""
    return _onboarding_wall(tuple(shown), profile, edition=get_marquee().model_edition)


@lru_cache(maxsize=64)
def _onboarding_wall(shown: tuple[str, ...], profile: Profile, *, edition: str) -> tuple[Film, ...]:
    marquee = get_marquee()
    best: tuple[str, ...] = ()
    if profile.likes:
        # What Home shows above the wall: one ranking is enough for both.
        gallery = recommend(profile, top_n=marquee.settings.gallery_size, with_reasons=False)
        best = tuple(pick.film.tconst for pick in gallery.picks)
    return tuple(adapt_wall(marquee, shown, profile, best=best))


def browse_rows() -> tuple[Row, ...]:
    """Return rows for somebody who has liked nothing, from the cache until the model changes."""
    return _browse_rows(edition=get_marquee().model_edition)


@lru_cache(maxsize=2)
def _browse_rows(*, edition: str) -> tuple[Row, ...]:
    return tuple(build_browse_rows(get_marquee()))


def similar(tconst: str, *, top_n: int) -> tuple[Recommendation, ...]:
    """Return the films most like one, from the cache when asked before."""
    return _similar(tconst, top_n=top_n, edition=get_marquee().model_edition)


@lru_cache(maxsize=1024)
def _similar(tconst: str, *, top_n: int, edition: str) -> tuple[Recommendation, ...]:
    return tuple(get_marquee().similar(tconst, top_n=top_n))


def explain(profile: Profile, tconst: str) -> Recommendation | None:
    """Return how well one film matches a profile and why, from the cache when asked before."""
    return _explain(profile, tconst, edition=get_marquee().model_edition)


@lru_cache(maxsize=256)
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


@lru_cache(maxsize=2)
def _filter_ranges(*, edition: str) -> Ranges:
    catalogue = get_marquee().catalogue
    return Ranges(tuple(catalogue.list_genres()), *catalogue.year_range())


def known_films(limit: int) -> Mapping[str, str]:
    """Return the best known films by tconst, labelled, read once until the catalogue is another."""
    return _known_films(limit, edition=get_marquee().model_edition)


@lru_cache(maxsize=2)
def _known_films(limit: int, *, edition: str) -> Mapping[str, str]:
    known = get_marquee().catalogue.list_popular(limit=limit)
    return MappingProxyType({film.tconst: film.label for film in known})


def find_films(query: str, filters: Filters, sort: Sort, *, limit: int) -> SearchPage:
    """Return what a search finds, from the cache when the same was asked before.

    People ask for the same films, and pass through the same beginnings on the way.

    Parameters
    ----------
    query, filters, sort, limit
        As of ``Catalogue.search``.

    Raises
    ------
    CatalogueError
        If the catalogue cannot be read.
    """
    return _find_films(query, filters, sort, limit, edition=get_marquee().model_edition)


@lru_cache(maxsize=256)
def _find_films(
    query: str, filters: Filters, sort: Sort, limit: int, *, edition: str
) -> SearchPage:
    return get_marquee().catalogue.search(query, filters=filters, sort=sort, limit=limit)
