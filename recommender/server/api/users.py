"""Routes of users: sign-in, account, recommendations and interactions."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from recommender.engine import Dials, ItemFilter
from recommender.entities import Profile, Recommendation, User
from recommender.errors import UnknownFilm
from recommender.server.api import dependencies, schemas
from recommender.server.api.dependencies import CurrentCaller, CurrentUser, ReadyMarquee
from recommender.server.api.errors import ProblemKind, describe_problems
from recommender.server.api.films import describe_ranked, fetch_enrichments, match_genres
from recommender.server.api.requests import StrictRoute
from recommender.service import Marquee

TOKEN_LABEL = "Signed in over the API"  # noqa: S105 - label on the account's page
TOKEN_LIFETIME = timedelta(days=30)
MAX_TOKENS = 10
"""Maximum number of API sign-in tokens of an account; a further sign-in replaces the oldest."""
_CACHED_LISTS = 128
"""Size of the LRU cache of recommendation lists; each list takes about 50 KB."""
_BODY_PROBLEMS = (
    *(ProblemKind.FOREIGN_ORIGIN, ProblemKind.SLOW_BODY),
    *(ProblemKind.LARGE_BODY, ProblemKind.NOT_JSON),
)
_OWN_ORIGIN = [Depends(dependencies.check_origin)]
_COLD_START = "`true` while there are too few likes to know a taste."

login_router = APIRouter(tags=["You"], route_class=StrictRoute)
account_router = APIRouter(tags=["You"], route_class=StrictRoute)
router = APIRouter(tags=["You"], route_class=StrictRoute)
"""Router of recommendations and interactions, mounted below ``/api`` and at the root path."""


@login_router.post(
    "/login",
    dependencies=_OWN_ORIGIN,
    responses=describe_problems(ProblemKind.WRONG_PASSWORD, *_BODY_PROBLEMS),
)
def sign_in(
    marquee: ReadyMarquee, caller: CurrentCaller, body: schemas.LoginBody
) -> schemas.AccessToken:
    """Return a bearer token in exchange for a user name and a password.

    The token expires after 30 days. The user can revoke it on the account page. After 5 wrong
    passwords, further sign-ins are refused for a while.
    """
    accounts = marquee.people.accounts
    user = accounts.authenticate(body.name, body.password, address=caller.address)
    token = accounts.create_token(
        user.user_id, TOKEN_LABEL, lifetime=TOKEN_LIFETIME, keep=MAX_TOKENS
    )
    return schemas.AccessToken(
        access_token=token,
        token_type="bearer",  # noqa: S106 - OAuth's name of the token type
        expires_in=TOKEN_LIFETIME // timedelta(seconds=1),
    )


@account_router.get("/me")
def show_me(
    marquee: ReadyMarquee, user: CurrentUser, query: Annotated[schemas.NoQuery, Query()]
) -> schemas.Me:
    """Return the current user's name, interaction counts and cold-start state."""
    return schemas.Me(
        name=user.name,
        is_guest=user.is_guest,
        counts=marquee.people.counts(user.user_id),
        enough_likes=marquee.settings.enough_likes,
        cold_start=not marquee.knows_taste(marquee.profile(user.user_id)),
    )


@router.get(
    "/recommendations",
    responses={
        200: {"headers": {"Cold-Start": {"description": _COLD_START, "schema": {"type": "string"}}}}
    },
)
def recommend_films(
    marquee: ReadyMarquee,
    user: CurrentUser,
    query: Annotated[schemas.RecommendationsQuery, Query()],
    response: Response,
) -> list[schemas.RecommendedFilm]:
    """Return 10 to 20 recommended films for the current user, best first.

    Films that the user liked, hid or has seen are excluded. The list is shorter only if the
    filters match fewer films. If the user has too few likes, popular recent films fill the list
    and the header `Cold-Start` is `true`.
    """
    profile = marquee.profile(user.user_id)
    recommended = _recommend(
        marquee,
        profile,
        Dials(hidden_gems=query.hidden_gems, diversity=query.diversity, newness=query.newness),
        ItemFilter(
            genres=match_genres(marquee.catalogue, query.genre),
            year_from=query.year_from,
            year_to=query.year_to,
        ),
        top_n=query.limit,
        edition=marquee.model_edition,
    )
    response.headers["cold-start"] = str(not marquee.knows_taste(profile)).lower()
    enrichments = fetch_enrichments(marquee, [entry.film.tconst for entry in recommended])
    return [
        schemas.RecommendedFilm(
            **describe_ranked(entry, enrichments), match_percent=entry.match_percent
        )
        for entry in recommended
    ]


@router.get("/interactions")
def list_interactions(
    marquee: ReadyMarquee, user: CurrentUser, query: Annotated[schemas.InteractionsQuery, Query()]
) -> schemas.SaidPage:
    """Return the current user's interactions, newest first."""
    rows = marquee.people.list_interactions(user.user_id, query.kind)
    page = rows[query.offset : query.offset + query.limit]
    films = {film.tconst: film for film in marquee.films([row.tconst for row in page])}
    return schemas.SaidPage(
        total=len(rows),
        offset=query.offset,
        interactions=[
            schemas.Said(
                tconst=row.tconst,
                kind=row.kind,
                created_at=row.created_at,
                primary_title=film.primary_title if film else None,
                start_year=film.start_year if film else None,
            )
            for row in page
            for film in [films.get(row.tconst)]
        ],
    )


@router.post(
    "/interactions",
    dependencies=_OWN_ORIGIN,
    responses=describe_problems(ProblemKind.UNKNOWN_FILM, *_BODY_PROBLEMS),
)
def save_interaction(
    marquee: ReadyMarquee, user: CurrentUser, body: schemas.InteractionBody
) -> schemas.FilmMarks:
    """Save an interaction of the current user with a film; the request is idempotent."""
    if marquee.unknown([body.tconst]):
        raise UnknownFilm(f"There is no film {body.tconst!r} in the catalogue.")
    return _set_interaction(marquee, user, body, on=True)


@router.delete(
    "/interactions",
    dependencies=_OWN_ORIGIN,
    responses=describe_problems(ProblemKind.FOREIGN_ORIGIN),
)
def delete_interaction(
    marquee: ReadyMarquee, user: CurrentUser, query: Annotated[schemas.InteractionBody, Query()]
) -> schemas.FilmMarks:
    """Delete an interaction of the current user, even if the film left the catalogue."""
    return _set_interaction(marquee, user, query, on=False)


def _set_interaction(
    marquee: Marquee, user: User, interaction: schemas.InteractionBody, *, on: bool
) -> schemas.FilmMarks:
    tconst, people = interaction.tconst, marquee.people
    changed = people.set_interaction(user.user_id, tconst, interaction.kind, on=on)
    kinds = people.kinds_by_film(user.user_id).get(tconst, frozenset())
    return schemas.FilmMarks(tconst=tconst, kinds=sorted(kinds), changed=changed)


@lru_cache(maxsize=_CACHED_LISTS)
def _recommend(
    marquee: Marquee,
    profile: Profile,
    dials: Dials,
    filters: ItemFilter,
    *,
    top_n: int,
    edition: str,
) -> tuple[Recommendation, ...]:
    """Return recommendations for a profile, cached by profile, filters and model version."""
    return tuple(marquee.recommend(profile, top_n=top_n, dials=dials, filters=filters))
