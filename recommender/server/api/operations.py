"""Every operation of the API, in the order of the page at ``/api/docs``."""

from __future__ import annotations

from typing import Any

from recommender.server.api import films, login, personal
from recommender.server.api.answers import (
    AccessToken,
    FilmCard,
    FilmMarks,
    FilmPage,
    Me,
    RankedFilm,
    RecommendedFilm,
    SaidPage,
    WholeFilm,
)
from recommender.server.api.asked import (
    FilmAddress,
    InteractionBody,
    InteractionsQuery,
    LoginBody,
    Nothing,
    RecommendationsQuery,
    SearchQuery,
    SimilarQuery,
    TrendingQuery,
)
from recommender.server.api.operation import Access, Operation
from recommender.server.api.problems import ProblemKind

_NO_FILM = frozenset({ProblemKind.UNKNOWN_FILM})
_MINE = ("/api/interactions", "/interactions")

OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST",
        paths=("/api/login",),
        name="signIn",
        group="You",
        summary="A bearer token for a name and a password",
        description="It lasts 30 days, and is listed on the account's page, where it can be "
        "revoked. After 5 wrong passwords there is a wait.",
        access=Access.LOGIN,
        asks=LoginBody,
        answers=AccessToken,
        run=login.sign_in,
        problems=frozenset({ProblemKind.WRONG_PASSWORD}),
        example='curl --json \'{"name": "ada", "password": "..."}\' $HOST/api/login',
    ),
    Operation(
        method="GET",
        paths=("/api/me",),
        name="showMe",
        group="You",
        summary="Who you are",
        access=Access.PERSON,
        asks=Nothing,
        answers=Me,
        run=personal.show_me,
        example='curl -H "Authorization: Bearer $TOKEN" $HOST/api/me',
    ),
    Operation(
        method="GET",
        paths=("/api/recommendations", "/recommendations"),
        name="recommendFilms",
        group="You",
        summary="What is recommended to you",
        description="10 to 20 films, best first, none that you like, hid or have seen; fewer only "
        "when filters leave fewer. With too few likes to know a taste, popular films of recent "
        "years take the rest of the places, and `Cold-Start` says so.",
        access=Access.PERSON,
        asks=RecommendationsQuery,
        answers=list[RecommendedFilm],
        run=personal.recommend_films,
        headers={"Cold-Start": "`true` while there are too few likes to know a taste."},
        example='curl -H "Authorization: Bearer $TOKEN" "$HOST/api/recommendations?limit=10"',
    ),
    Operation(
        method="GET",
        paths=_MINE,
        name="listInteractions",
        group="You",
        summary="What you said of films, newest first",
        access=Access.PERSON,
        asks=InteractionsQuery,
        answers=SaidPage,
        run=personal.list_interactions,
        example='curl -H "Authorization: Bearer $TOKEN" "$HOST/api/interactions?kind=like"',
    ),
    Operation(
        method="POST",
        paths=_MINE,
        name="saveInteraction",
        group="You",
        summary="Like a film, hide it, or keep it for later",
        description="It sets and never toggles: the same request twice is the same as once.",
        access=Access.PERSON,
        asks=InteractionBody,
        answers=FilmMarks,
        run=personal.save_interaction,
        problems=_NO_FILM,
        example='curl -H "Authorization: Bearer $TOKEN" --json \'{"tconst": "tt15398776"}\' '
        "$HOST/api/interactions",
    ),
    Operation(
        method="DELETE",
        paths=_MINE,
        name="deleteInteraction",
        group="You",
        summary="Take back what you said of a film",
        access=Access.PERSON,
        asks=InteractionBody,
        answers=FilmMarks,
        run=personal.delete_interaction,
        example='curl -X DELETE -H "Authorization: Bearer $TOKEN" '
        '"$HOST/api/interactions?tconst=tt15398776&kind=like"',
    ),
    Operation(
        method="GET",
        paths=("/api/search",),
        name="searchFilms",
        group="Films",
        summary="Search the catalogue",
        access=Access.ANYBODY,
        asks=SearchQuery,
        answers=FilmPage,
        run=films.search_films,
        example='curl "$HOST/api/search?q=godfathr&limit=3"',
    ),
    Operation(
        method="GET",
        paths=("/api/films/{tconst}",),
        name="findFilm",
        group="Films",
        summary="One film",
        access=Access.ANYBODY,
        asks=FilmAddress,
        answers=WholeFilm,
        run=films.find_film,
        problems=_NO_FILM,
        example="curl $HOST/api/films/tt15398776",
    ),
    Operation(
        method="GET",
        paths=("/api/films/{tconst}/similar",),
        name="listSimilar",
        group="Films",
        summary="Films like one film, with what they share",
        access=Access.ANYBODY,
        asks=SimilarQuery,
        answers=list[RankedFilm],
        run=films.list_similar,
        problems=_NO_FILM,
        example='curl "$HOST/api/films/tt15398776/similar?limit=5"',
    ),
    Operation(
        method="GET",
        paths=("/api/onboarding/trending",),
        name="listTrending",
        group="Films",
        summary="Films to start from: known lately, varied in genre",
        access=Access.ANYBODY,
        asks=TrendingQuery,
        answers=list[FilmCard],
        run=films.list_trending,
        example='curl "$HOST/api/onboarding/trending?limit=5"',
    ),
)
