"""What the API answers, as models: they check answers, and describe them in the document.

Films carry IMDb's own names, as everywhere outside of Python; attributes are snake case.
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.entities import InteractionKind

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


class Answered(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(
        alias_generator=lambda name: _IMDB_NAMES.get(name, name),
        validate_by_name=True,
        validate_by_alias=False,
        serialize_by_alias=True,
        extra="forbid",
        frozen=True,
    )


class FilmCard(Answered):
    """A film, as in a list."""

    tconst: str = Field(description="IMDb's id.")
    primary_title: str
    start_year: int
    runtime_minutes: int | None = Field(description="Null when nobody knows.")
    genres: list[str]
    average_rating: float = Field(description="0 to 10.", ge=0, le=10)
    num_votes: int
    poster_url: str | None = Field(
        description="A poster 500 pixels wide, perhaps on this server; null while none is known."
    )
    overview: str | None = Field(description="From TMDb; null while none is known.")


class WholeFilm(FilmCard):
    """A film with who made it."""

    original_title: str
    directors: list[str]
    writers: list[str]
    cast: list[str] = Field(description="In billing order.")


class FilmPage(Answered):
    """A page of films that were found."""

    total: int = Field(description="How many there are on all pages.")
    offset: int = Field(description="How many come before this page.")
    corrected_to: str | None = Field(
        description="What was searched instead, when nothing was found as it was typed."
    )
    films: list[FilmCard]


class ReasonPart(Answered):
    """One part of a score. The contributions of a film add up to its score."""

    term: str = Field(description="Key of the term, such as director or genre.")
    contribution: float
    liked: list[str] = Field(description="The likes behind it (tconst), strongest first.")
    shared: list[str] = Field(description="Names of people or genres shared with them.")
    text: str = Field(description="In words; empty for a part too small to be said.")


class RankedFilm(FilmCard):
    """A film with its score and why it is there."""

    score: float
    because: str = Field(description="The reason in one sentence.")
    reasons: list[ReasonPart] = Field(description="Every part of the score, largest first.")


class RecommendedFilm(RankedFilm):
    """A film recommended to somebody."""

    match_percent: int = Field(ge=0, le=100)


class Said(Answered):
    """Something said of a film."""

    tconst: str
    kind: InteractionKind
    created_at: datetime
    primary_title: str | None = Field(description="Null when the catalogue has it no more.")
    start_year: int | None


class SaidPage(Answered):
    """What somebody said of films, newest first."""

    total: int = Field(description="How many there are on all pages.")
    offset: int = Field(description="How many come before this page.")
    interactions: list[Said]


class FilmMarks(Answered):
    """All that somebody says of one film now."""

    tconst: str
    kinds: list[InteractionKind] = Field(
        description="Liking un-hides, and hiding un-likes, so it may be another than was sent."
    )
    changed: bool = Field(description="Whether the request changed anything.")


class Me(Answered):
    """Who asks."""

    name: str | None = Field(description="The account's name; null for a guest.")
    is_guest: bool
    counts: dict[InteractionKind, int] = Field(description="How many films of each kind.")
    enough_likes: int = Field(description="From this many likes on, a taste is known.")
    cold_start: bool = Field(description="Whether there are fewer likes than that.")


class AccessToken(Answered):
    """A bearer token; it is shown this once and never again."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds that it lasts.")
