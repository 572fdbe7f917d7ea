"""What anybody may ask: films."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.catalogue import Catalogue, Filters
from recommender.errors import UnknownFilm
from recommender.server.api.answers import FilmPage
from recommender.server.api.asked import FilmAddress, SearchQuery, SimilarQuery, TrendingQuery
from recommender.server.api.cards import build_cards, build_ranked, build_whole
from recommender.server.api.operation import Answer, Desk
from recommender.server.api.problems import FieldError, Problem, ProblemKind
from recommender.service import list_starters

_SHARED = {"cache-control": "public, max-age=60"}


def match_genres(catalogue: Catalogue, names: Sequence[str]) -> tuple[str, ...]:
    """Return genres as the catalogue writes them, found in any case.

    Raises
    ------
    Problem
        If the catalogue has no such genre.
    """
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


def search_films(desk: Desk, asked: SearchQuery) -> Answer:
    """Return a page of the films a search finds."""
    page = desk.marquee.catalogue.search(
        asked.q,
        filters=Filters(
            genres=match_genres(desk.marquee.catalogue, asked.genre),
            all_genres=asked.all_genres,
            year_from=asked.year_from,
            year_to=asked.year_to,
            min_rating=asked.min_rating,
            min_runtime_min=asked.min_runtime,
            max_runtime_min=asked.max_runtime,
        ),
        sort=asked.sort,
        limit=asked.limit,
        offset=asked.offset,
    )
    found = FilmPage(
        total=page.total,
        offset=page.offset,
        corrected_to=page.corrected_to,
        films=build_cards(desk.marquee, page.films),
    )
    return Answer(found, _SHARED)


def find_film(desk: Desk, asked: FilmAddress) -> Answer:
    """Return one film.

    Raises
    ------
    Problem
        If the catalogue does not hold it.
    """
    try:
        return Answer(build_whole(desk.marquee, desk.marquee.film(asked.tconst)), _SHARED)
    except UnknownFilm as error:
        raise Problem(ProblemKind.UNKNOWN_FILM, str(error)) from error


def list_similar(desk: Desk, asked: SimilarQuery) -> Answer:
    """Return films like one film.

    Raises
    ------
    Problem
        If the catalogue does not hold it.
    """
    try:
        picks = desk.marquee.similar(asked.tconst, top_n=asked.limit)
    except UnknownFilm as error:
        raise Problem(ProblemKind.UNKNOWN_FILM, str(error)) from error
    return Answer(build_ranked(desk.marquee, picks), _SHARED)


def list_trending(desk: Desk, asked: TrendingQuery) -> Answer:
    """Return films to start from."""
    picks = list_starters(desk.marquee, top_n=asked.limit)
    return Answer(build_cards(desk.marquee, [pick.film for pick in picks]), _SHARED)
