"""Cache of results that depend on the model: rankings by profile, rows, similar films, searches.

Every result is immutable and is shared between sessions. The key holds the edition of the model,
which changes with the catalogue, so no result outlives what it was computed from.
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
"""Films in "More like this" on a film's page."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def cached_result(*, max_entries: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Cache a function of hashable arguments until the model or the catalogue changes.

    Parameters
    ----------
    max_entries
        Results kept; the least recently used goes first.
    """

    def decorate(compute: Callable[_P, _T]) -> Callable[_P, _T]:
        @lru_cache(maxsize=max_entries)
        def compute_once(edition: str, *args: _P.args, **kwargs: _P.kwargs) -> _T:
            return compute(*args, **kwargs)

        @wraps(compute)
        def cached(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            # Callers pass hashable arguments; ParamSpec cannot say so.
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
    """Return ``Marquee.recommend``."""
    return tuple(
        get_marquee().recommend(
            profile, top_n=top_n, dials=dials, filters=filters, with_reasons=with_reasons
        )
    )


def recommend_gallery(
    profile: Profile, *, dials: Dials | None = None, filters: ItemFilter | None = None
) -> tuple[Recommendation, ...]:
    """Return the gallery of Home and For you, without the parts of each score."""
    size = get_marquee().settings.gallery_size
    return recommend(profile, top_n=size, dials=dials, filters=filters, with_reasons=False)


@cached_result(max_entries=256)
def home_rows(profile: Profile) -> tuple[Row, ...]:
    """Return Home's rows for a profile with likes; the hero film is in none of them."""
    picks = recommend_gallery(profile)
    hero = frozenset(pick.film.tconst for pick in picks[:1])
    return tuple(build_home_rows(get_marquee(), profile, skip=hero, best=picks))


@cached_result(max_entries=64)
def onboarding_wall(shown: Sequence[str], profile: Profile) -> tuple[Film, ...]:
    """Return the onboarding wall after a like, given the films shown before (a tuple)."""
    best = [pick.film.tconst for pick in recommend_gallery(profile)] if profile.likes else []
    return tuple(adapt_wall(get_marquee(), shown, profile, best=best))


@cached_result(max_entries=2)
def browse_rows() -> tuple[Row, ...]:
    """Return rows for a visitor without likes who looks around."""
    return tuple(build_browse_rows(get_marquee()))


@cached_result(max_entries=1024)
def similar(tconst: str, *, top_n: int = SIMILAR_FILMS) -> tuple[Recommendation, ...]:
    """Return ``Marquee.similar``."""
    return tuple(get_marquee().similar(tconst, top_n=top_n))


@cached_result(max_entries=256)
def explain(profile: Profile, tconst: str) -> Recommendation | None:
    """Return ``Marquee.explain``."""
    return get_marquee().explain(profile, tconst)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Options of the filters: genres by name, first and last year."""

    genres: tuple[str, ...]
    first_year: int
    last_year: int


@cached_result(max_entries=2)
def filter_ranges() -> Ranges:
    """Return the options of the filters."""
    catalogue = get_marquee().catalogue
    return Ranges(tuple(catalogue.list_genres()), *catalogue.year_range())


@cached_result(max_entries=2)
def popular_films(limit: int) -> Mapping[str, str]:
    """Return the labels of the best known films by tconst."""
    films = get_marquee().catalogue.list_popular(limit=limit)
    return MappingProxyType({film.tconst: film.label for film in films})


@cached_result(max_entries=256)
def find_films(query: str, filters: Filters, sort: Sort, *, limit: int) -> SearchPage:
    """Return ``Catalogue.search``."""
    return get_marquee().catalogue.search(query, filters=filters, sort=sort, limit=limit)
