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
    """Return a Pydantic validator that requires a query value to match a pattern.

    Pydantic alone also accepts ``1_000``, ``yes`` and non-ASCII digits.
    """

    def check(value: object) -> object:
        if isinstance(value, str) and pattern.fullmatch(value) is None:
            raise PydanticCustomError("format", message)
        return value

    return BeforeValidator(check)


# List these validators last in `Annotated`, else the limits are missing in the OpenAPI document.
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
    """Base class of request models; unknown parameters and keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NoQuery(RequestModel):
    """Query string of a route that takes no parameters."""


class FilterQuery(RequestModel):
    """Query parameters that filter films by genre and year."""

    genre: Genres = Field(default_factory=list)
    year_from: Year | None = Field(default=None, description="First year.")
    year_to: Year | None = Field(default=None, description="Last year.")


class SearchQuery(FilterQuery):
    """Query parameters of a catalogue search: text, filters, sort order and page."""

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
    """Query parameters of a request for films similar to one film."""

    limit: Annotated[int, Field(ge=1, le=50, description=_LIMIT), WHOLE] = 20


class TrendingQuery(RequestModel):
    """Query parameters of a request for well-known films for a user's first likes."""

    limit: Annotated[int, Field(ge=1, le=40, description=_LIMIT), WHOLE] = 40


class RecommendationsQuery(FilterQuery):
    """Query parameters of a recommendation request: preference dials, filters and limit."""

    limit: Annotated[int, Field(ge=10, le=20, description=_LIMIT), WHOLE] = 20
    hidden_gems: Dial = Field(
        default=0.5, description="0 prefers widely known films, 1 little known ones."
    )
    diversity: Dial = Field(
        default=0.5, description="0 keeps to the best matches, 1 spreads over all tastes."
    )
    newness: Dial = Field(default=0.5, description="0 prefers old films, 1 new ones.")


class InteractionsQuery(RequestModel):
    """Query parameters of a list of the user's interactions: kind and page."""

    kind: InteractionKind | None = Field(default=None, description="Only this kind.")
    limit: Annotated[int, Field(ge=1, le=500, description=_LIMIT), WHOLE] = 100
    offset: Offset = 0


class InteractionBody(RequestModel):
    """Interaction of the user with a film, to save or delete."""

    tconst: Tconst
    kind: InteractionKind = Field(default=InteractionKind.LIKE, description="Kind of interaction.")


class LoginBody(RequestModel):
    """Body of a sign-in request: account name and password."""

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
    """Base class of response models; JSON uses IMDb's field names."""

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
    """Facts, poster and overview of a film in a list."""

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
    """Facts of a film with its directors, writers and cast."""

    original_title: str
    directors: list[str]
    writers: list[str]
    cast: list[str] = Field(description="In billing order.")


class FilmPage(ResponseModel):
    """Page of search results, with the total number of matches."""

    total: int = Field(description="Number of films on all pages.")
    offset: int = Field(description="Number of films before this page.")
    corrected_to: str | None = Field(
        description="The query that was searched instead, if the one sent found nothing."
    )
    films: list[FilmCard]


class ReasonPart(ResponseModel):
    """One term of a film's score. The contributions of all terms add up to the score."""

    term: str = Field(description="Key of the term, such as director or genre.")
    contribution: float
    liked: list[str] = Field(description="The likes behind it (tconst), strongest first.")
    shared: list[str] = Field(description="Names of people or genres shared with them.")
    text: str = Field(description="The reason in words; empty for a small part.")


class RankedFilm(FilmCard):
    """Film with its score and the reasons for it."""

    score: float
    because: str = Field(description="The reason in one sentence.")
    reasons: list[ReasonPart] = Field(description="All parts of the score, largest first.")


class RecommendedFilm(RankedFilm):
    """Recommended film with its predicted match in percent."""

    match_percent: int = Field(ge=0, le=100)


class Said(ResponseModel):
    """Saved interaction of the user with a film."""

    tconst: str
    kind: InteractionKind
    created_at: datetime
    primary_title: str | None = Field(description="Null if the catalogue lacks the film now.")
    start_year: int | None


class SaidPage(ResponseModel):
    """Page of the user's interactions, newest first, with their total number."""

    total: int = Field(description="Number of interactions on all pages.")
    offset: int = Field(description="Number of interactions before this page.")
    interactions: list[Said]


class FilmMarks(ResponseModel):
    """Kinds of interaction that the user has with one film, after a change."""

    tconst: str
    kinds: list[InteractionKind] = Field(
        description="All kinds now. A like removes a hide, and a hide removes a like."
    )
    changed: bool = Field(description="Whether the request changed anything.")


class Me(ResponseModel):
    """Name, interaction counts and cold-start state of the current user."""

    name: str | None = Field(description="The account's name; null for a guest.")
    is_guest: bool
    counts: dict[InteractionKind, int] = Field(description="Number of films of each kind.")
    enough_likes: int = Field(description="Number of likes from which a taste is known.")
    cold_start: bool = Field(description="Whether there are fewer likes than that.")


class AccessToken(ResponseModel):
    """Bearer token of a new sign-in; no other response contains it."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Lifetime in seconds.")
