"""Pydantic models of requests and responses.

Films have IMDb's field names in JSON and snake case in Python.
"""

from __future__ import annotations

import re
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from recommender.catalogue import Sort
from recommender.entities import InteractionKind

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_FLAG = re.compile(r"true|false")
_LIMIT = "How many at most."


def _match(pattern: re.Pattern[str], message: str) -> BeforeValidator:
    """Return a check of text in a query: Pydantic alone accepts 1_000, yes and other digits."""

    def check(value: object) -> object:
        if isinstance(value, str) and pattern.fullmatch(value) is None:
            raise PydanticCustomError("format", message)
        return value

    return BeforeValidator(check)


# Last in their types: limits after a validator would be missing in the OpenAPI document.
WHOLE = _match(_WHOLE, "Should be a whole number, like 20")
DECIMAL = _match(_DECIMAL, "Should be a number, like 0.5")
Flag = Annotated[bool, _match(_FLAG, "Should be true or false")]
TCONST_PATTERN = r"^tt[0-9]{7,10}$"
Tconst = Annotated[
    str, Field(pattern=TCONST_PATTERN, description="IMDb id of a film.", examples=["tt15398776"])
]
Genres = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=40)]],
    Field(max_length=10, description="IMDb's genres in any case; may be given several times."),
]
Year = Annotated[int, Field(ge=1800, le=2200), WHOLE]
Minutes = Annotated[int, Field(ge=0, le=10_000), WHOLE]
Dial = Annotated[float, Field(ge=0, le=1), DECIMAL]
Offset = Annotated[int, Field(ge=0, le=1_000_000, description="How many to skip."), WHOLE]


class RequestModel(BaseModel):
    """Part of a request. Unknown names are refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NoQuery(RequestModel):
    """Query without parameters."""


class FilterQuery(RequestModel):
    """Genres and years."""

    genre: Genres = Field(default_factory=list)
    year_from: Year | None = Field(default=None, description="First year.")
    year_to: Year | None = Field(default=None, description="Last year.")


class SearchQuery(FilterQuery):
    """Search of the catalogue."""

    q: str = Field(
        default="",
        max_length=200,
        description="Words of titles, people, years, decades and genres; the last may be "
        "unfinished, and typing errors are forgiven. Empty for every film.",
        examples=["heat 1995"],
    )
    all_genres: Flag = Field(
        default=False, description="Whether a film needs all genres given instead of one."
    )
    min_rating: Annotated[float, Field(ge=0, le=10), DECIMAL] | None = Field(
        default=None, description="Lowest average rating."
    )
    min_runtime: Minutes | None = Field(default=None, description="Shortest runtime in minutes.")
    max_runtime: Minutes | None = Field(default=None, description="Longest runtime in minutes.")
    sort: Sort = Field(default=Sort.RELEVANCE, description="The order of the films.")
    limit: Annotated[int, Field(ge=1, le=100, description=_LIMIT), WHOLE] = 20
    offset: Offset = 0


class SimilarQuery(RequestModel):
    """Films similar to one film."""

    limit: Annotated[int, Field(ge=1, le=50, description=_LIMIT), WHOLE] = 20


class TrendingQuery(RequestModel):
    """Films to start from."""

    limit: Annotated[int, Field(ge=1, le=40, description=_LIMIT), WHOLE] = 40


class RecommendationsQuery(FilterQuery):
    """Recommendations, with the dials and filters of the page For you."""

    limit: Annotated[int, Field(ge=10, le=20, description=_LIMIT), WHOLE] = 20
    hidden_gems: Dial = Field(
        default=0.5, description="0 prefers widely known films, 1 little known ones."
    )
    diversity: Dial = Field(
        default=0.5, description="0 keeps to the best matches, 1 spreads over all tastes."
    )
    newness: Dial = Field(default=0.5, description="0 prefers old films, 1 new ones.")


class InteractionsQuery(RequestModel):
    """The user's interactions."""

    kind: InteractionKind | None = Field(default=None, description="Only this kind.")
    limit: Annotated[int, Field(ge=1, le=500, description=_LIMIT), WHOLE] = 100
    offset: Offset = 0


class InteractionBody(RequestModel):
    """Interaction with a film."""

    tconst: Tconst
    kind: InteractionKind = Field(default=InteractionKind.LIKE, description="Kind of interaction.")


class LoginBody(RequestModel):
    """A name and a password."""

    name: str = Field(min_length=1, max_length=256, description="The account's name.")
    password: str = Field(
        min_length=1,
        max_length=256,
        description="The account's password.",
        json_schema_extra={"format": "password"},
    )


_IMDB_NAMES = MappingProxyType(
    {
        "primary_title": "primaryTitle",
        "original_title": "originalTitle",
        "start_year": "startYear",
        "runtime_minutes": "runtimeMinutes",
        "average_rating": "averageRating",
        "num_votes": "numVotes",
    }
)


class ResponseModel(BaseModel):
    """Part of a response."""

    model_config = ConfigDict(
        alias_generator=lambda name: _IMDB_NAMES.get(name, name),
        validate_by_name=True,
        validate_by_alias=False,
        serialize_by_alias=True,
        from_attributes=True,
        extra="forbid",
        frozen=True,
    )


class FilmCard(ResponseModel):
    """A film in a list."""

    tconst: str = Field(description="IMDb id.")
    primary_title: str
    start_year: int
    runtime_minutes: int | None = Field(description="Null if unknown.")
    genres: list[str]
    average_rating: float = Field(description="0 to 10.", ge=0, le=10)
    num_votes: int
    poster_url: str | None = Field(
        description="A poster 500 pixels wide, perhaps on this server; null if unknown."
    )
    overview: str | None = Field(description="From TMDb; null if unknown.")


class WholeFilm(FilmCard):
    """A film with its people."""

    original_title: str
    directors: list[str]
    writers: list[str]
    cast: list[str] = Field(description="In billing order.")


class FilmPage(ResponseModel):
    """A page of search results."""

    total: int = Field(description="Number of films on all pages.")
    offset: int = Field(description="Number of films before this page.")
    corrected_to: str | None = Field(
        description="The query that was searched instead, if the one sent found nothing."
    )
    films: list[FilmCard]


class ReasonPart(ResponseModel):
    """One part of a score. The contributions of a film add up to its score."""

    term: str = Field(description="Key of the term, such as director or genre.")
    contribution: float
    liked: list[str] = Field(description="The likes behind it (tconst), strongest first.")
    shared: list[str] = Field(description="Names of people or genres shared with them.")
    text: str = Field(description="The reason in words; empty for a small part.")


class RankedFilm(FilmCard):
    """A film with its score and reasons."""

    score: float
    because: str = Field(description="The reason in one sentence.")
    reasons: list[ReasonPart] = Field(description="All parts of the score, largest first.")


class RecommendedFilm(RankedFilm):
    """A recommended film."""

    match_percent: int = Field(ge=0, le=100)


class Said(ResponseModel):
    """An interaction with a film."""

    tconst: str
    kind: InteractionKind
    created_at: datetime
    primary_title: str | None = Field(description="Null if the catalogue lacks the film now.")
    start_year: int | None


class SaidPage(ResponseModel):
    """A page of the user's interactions, newest first."""

    total: int = Field(description="Number of interactions on all pages.")
    offset: int = Field(description="Number of interactions before this page.")
    interactions: list[Said]


class FilmMarks(ResponseModel):
    """The user's interactions with one film."""

    tconst: str
    kinds: list[InteractionKind] = Field(
        description="All kinds now. A like removes a hide, and a hide removes a like."
    )
    changed: bool = Field(description="Whether the request changed anything.")


class Me(ResponseModel):
    """The current user."""

    name: str | None = Field(description="The account's name; null for a guest.")
    is_guest: bool
    counts: dict[InteractionKind, int] = Field(description="Number of films of each kind.")
    enough_likes: int = Field(description="Number of likes from which a taste is known.")
    cold_start: bool = Field(description="Whether there are fewer likes than that.")


class AccessToken(ResponseModel):
    """A bearer token. It is shown only once."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Lifetime in seconds.")
