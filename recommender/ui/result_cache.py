"""Cached recommendations, film rows, similar films and searches, shared by all sessions.

Results are immutable. The cache key contains the model version, which changes with every new
model or catalogue, so an outdated result is never returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from types import MappingProxyType
from typing import Final, ParamSpec, TypeVar

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
"""Number of films in "More like this" on a film page."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def cached_result(*, max_entries: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Return a decorator that caches a function's results until the model or catalogue changes.

    The function's arguments must be hashable.

    Parameters
    ----------
    max_entries
        Maximum number of results; the least recently used is evicted first.
    """

    def decorate(compute: Callable[_P, _T]) -> Callable[_P, _T]:
        @lru_cache(maxsize=max_entries)
        def compute_once(edition: str, *args: _P.args, **kwargs: _P.kwargs) -> _T:
            return compute(*args, **kwargs)

        @wraps(compute)
        def cached(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            # Callers pass hashable arguments, which ParamSpec cannot express.
            edition = get_marquee().model_edition
            return compute_once(edition, *args, **kwargs)  # type: ignore[arg-type]

        return cached

    return decorate


@cached_result(max_entries=256)
def recommend(
    profile: Profile,
    *,
    top_n: int,
    dials: Dials | None = None,
    filters: ItemFilter | None = None,
    with_reasons: bool = True,
) -> tuple[Recommendation, ...]:
    """Return the recommendations of ``Marquee.recommend`` for a profile, cached."""
    return tuple(
        get_marquee().recommend(
            profile, top_n=top_n, dials=dials, filters=filters, with_reasons=with_reasons
        )
    )


def recommend_gallery(
    profile: Profile, *, dials: Dials | None = None, filters: ItemFilter | None = None
) -> tuple[Recommendation, ...]:
    """Return the recommendations for the galleries of Home and For you, without score terms."""
    size = get_marquee().settings.gallery_size
    return recommend(profile, top_n=size, dials=dials, filters=filters, with_reasons=False)


@cached_result(max_entries=256)
def home_rows(profile: Profile) -> tuple[Row, ...]:
    """Return the film rows of Home for a profile with likes, without the hero film; cached."""
    picks = recommend_gallery(profile)
    hero = frozenset(pick.film.tconst for pick in picks[:1])
    return tuple(build_home_rows(get_marquee(), profile, skip=hero, best=picks))


@cached_result(max_entries=64)
def onboarding_wall(shown: Sequence[str], profile: Profile) -> tuple[Film, ...]:
    """Return onboarding films adapted to a profile; ``shown`` holds the ids of films on screen."""
    best = [pick.film.tconst for pick in recommend_gallery(profile)] if profile.likes else []
    return tuple(adapt_wall(get_marquee(), shown, profile, best=best))


@cached_result(max_entries=2)
def browse_rows() -> tuple[Row, ...]:
    """Return film rows to browse for users without likes, cached."""
    return tuple(build_browse_rows(get_marquee()))


@cached_result(max_entries=1024)
def similar(tconst: str, *, top_n: int = SIMILAR_FILMS) -> tuple[Recommendation, ...]:
    """Return the films most similar to a film, from ``Marquee.similar``, cached."""
    return tuple(get_marquee().similar(tconst, top_n=top_n))


@cached_result(max_entries=256)
def explain(profile: Profile, tconst: str) -> Recommendation | None:
    """Return a film's score and reasons for a profile, from ``Marquee.explain``, cached."""
    return get_marquee().explain(profile, tconst)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Selectable values of the film filters: genres by name, first and last year."""

    genres: tuple[str, ...]
    first_year: int
    last_year: int


@cached_result(max_entries=2)
def filter_ranges() -> Ranges:
    """Return the genres and the year range of the catalogue's films, cached."""
    catalogue = get_marquee().catalogue
    return Ranges(tuple(catalogue.list_genres()), *catalogue.year_range())


@cached_result(max_entries=2)
def popular_films(limit: int) -> Mapping[str, str]:
    """Return the labels of the best-known films by IMDb id, cached."""
    films = get_marquee().catalogue.list_popular(limit=limit)
    return MappingProxyType({film.tconst: film.label for film in films})


@cached_result(max_entries=256)
def find_films(query: str, filters: Filters, sort: Sort, *, limit: int) -> SearchPage:
    """Return one page of search results from ``Catalogue.search``, cached."""
    return get_marquee().catalogue.search(query, filters=filters, sort=sort, limit=limit)
