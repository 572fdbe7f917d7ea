"""Public API routes: search, film details, similar films and films for onboarding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from recommender.catalogue import Catalogue, Filters
from recommender.entities import Film, Recommendation
from recommender.server.api import schemas
from recommender.server.api.dependencies import ReadyMarquee, share_response
from recommender.server.api.errors import FieldError, Problem, ProblemKind, describe_problems
from recommender.server.api.requests import StrictRoute
from recommender.service import Marquee, list_starters
from recommender.tmdb import Enrichment

TconstPath = Annotated[
    str,
    Path(pattern=schemas.TCONST_PATTERN, description="IMDb id of a film.", examples=["tt15398776"]),
]
_UNKNOWN_FILM = describe_problems(ProblemKind.UNKNOWN_FILM)

router = APIRouter(
    tags=["Films"],
    route_class=StrictRoute,
    dependencies=[Depends(share_response)],
)


@router.get("/search")
def search_films(
    marquee: ReadyMarquee, query: Annotated[schemas.SearchQuery, Query()]
) -> schemas.FilmPage:
    """Return one page of films that match a text query and filters."""
    page = marquee.catalogue.search(
        query.q,
        filters=Filters(
            genres=match_genres(marquee.catalogue, query.genre),
            all_genres=query.all_genres,
            year_from=query.year_from,
            year_to=query.year_to,
            min_rating=query.min_rating,
            min_runtime_min=query.min_runtime,
            max_runtime_min=query.max_runtime,
        ),
        sort=query.sort,
        limit=query.limit,
        offset=query.offset,
    )
    return schemas.FilmPage(
        total=page.total,
        offset=page.offset,
        corrected_to=page.corrected_to,
        films=build_cards(marquee, page.films),
    )


@router.get("/films/{tconst}", responses=_UNKNOWN_FILM)
def find_film(
    marquee: ReadyMarquee, tconst: TconstPath, query: Annotated[schemas.NoQuery, Query()]
) -> schemas.WholeFilm:
    """Return a film with its directors, writers and cast."""
    film = marquee.film(tconst)
    return schemas.WholeFilm(
        **describe_film(film, fetch_enrichments(marquee, [tconst])),
        original_title=film.original_title,
        directors=list(film.directors),
        writers=list(film.writers),
        cast=list(film.cast),
    )


@router.get("/films/{tconst}/similar", responses=_UNKNOWN_FILM)
def list_similar(
    marquee: ReadyMarquee, tconst: TconstPath, query: Annotated[schemas.SimilarQuery, Query()]
) -> list[schemas.RankedFilm]:
    """Return the films most similar to a film, each with its score and reasons."""
    similar = marquee.similar(tconst, top_n=query.limit)
    enrichments = marquee.enrichment.find([entry.film.tconst for entry in similar])
    return [schemas.RankedFilm(**describe_ranked(entry, enrichments)) for entry in similar]


@router.get("/onboarding/trending")
def list_trending(
    marquee: ReadyMarquee, query: Annotated[schemas.TrendingQuery, Query()]
) -> list[schemas.FilmCard]:
    """Return well-known recent films of varied genres, for a user's first likes."""
    starters = list_starters(marquee, top_n=query.limit)
    return build_cards(marquee, [starter.film for starter in starters])


def match_genres(catalogue: Catalogue, names: Sequence[str]) -> tuple[str, ...]:
    """Return the catalogue's spelling of genre names, matched without regard to case."""
    if not names:
        return ()
    known = {genre.casefold(): genre for genre in catalogue.list_genres()}
    found = [known.get(name.strip().casefold()) for name in names]
    message = f"There is no such genre; choose from {', '.join(known.values())}"
    errors = [
        FieldError(field=f"genre.{position}", message=message)
        for position, genre in enumerate(found)
        if genre is None
    ]
    if errors:
        raise Problem(ProblemKind.INVALID, f"{message}.", errors=errors)
    return tuple(genre for genre in found if genre is not None)


def build_cards(marquee: Marquee, films: Iterable[Film]) -> list[schemas.FilmCard]:
    """Convert films to `FilmCard` responses, with cached posters and overviews."""
    listed = list(films)
    enrichments = marquee.enrichment.find([film.tconst for film in listed])
    return [schemas.FilmCard(**describe_film(film, enrichments)) for film in listed]


def fetch_enrichments(marquee: Marquee, tconsts: Sequence[str]) -> Mapping[str, Enrichment]:
    """Fetch posters and overviews of films from TMDb, within the configured time budget."""
    return marquee.enrichment.fetch(tconsts, wait_s=marquee.settings.tmdb_budget_s)


def describe_film(film: Film, enrichments: Mapping[str, Enrichment]) -> dict[str, Any]:
    """Return a film's facts, poster and overview as the fields of a ``FilmCard``."""
    enrichment = enrichments.get(film.tconst)
    return {
        "tconst": film.tconst,
        "primary_title": film.primary_title,
        "start_year": film.start_year,
        "runtime_minutes": film.runtime_min,
        "genres": list(film.genres),
        "average_rating": film.average_rating,
        "num_votes": film.num_votes,
        "poster_url": enrichment.poster_url("w500") if enrichment else None,
        "overview": enrichment.overview if enrichment else None,
    }


def describe_ranked(entry: Recommendation, enrichments: Mapping[str, Enrichment]) -> dict[str, Any]:
    """Return a recommended film, its score and reasons as the fields of a ``RankedFilm``."""
    ranked = {"score": entry.score, "because": entry.because, "reasons": entry.reasons}
    return describe_film(entry.film, enrichments) | ranked
