"""What programs ask, as models: they validate requests, and describe them in the document."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from recommender.catalogue import Sort
from recommender.entities import InteractionKind

LONGEST_QUERY = 200
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


def _read_whole(value: object) -> object:
    # Pydantic alone takes 1_000 and digits of other scripts.
    if isinstance(value, str):
        if _WHOLE.fullmatch(value) is None:
            raise PydanticCustomError("whole_number", "Should be a whole number, like 20")
        return int(value)
    return value


def _read_decimal(value: object) -> object:
    if isinstance(value, str):
        if _DECIMAL.fullmatch(value) is None:
            raise PydanticCustomError("number", "Should be a number, like 0.5")
        return float(value)
    return value


def _read_flag(value: object) -> object:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise PydanticCustomError("flag", "Should be true or false")
        return value == "true"
    return value


# Last in their types: limits that came after would not be in the document.
WHOLE = BeforeValidator(_read_whole)
DECIMAL = BeforeValidator(_read_decimal)
Flag = Annotated[bool, BeforeValidator(_read_flag)]
Tconst = Annotated[
    str,
    Field(
        pattern=r"^tt[0-9]{7,10}$",
        description="IMDb's id of a film.",
        examples=["tt15398776"],
    ),
]
Genres = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=40)]],
    Field(max_length=10, description="IMDb's genres in any case; may be given several times."),
]
Year = Annotated[int, Field(ge=1800, le=2200), WHOLE]
Offset = Annotated[int, Field(ge=0, le=1_000_000, description="How many to pass over."), WHOLE]


class Asked(BaseModel):
    """A request; what it does not name is refused, so that a slip does not go unnoticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Nothing(Asked):
    """A request without parameters."""


class SearchQuery(Asked):
    """A search of the catalogue."""

    q: str = Field(
        default="",
        max_length=LONGEST_QUERY,
        description="Words of titles, people, years, decades and genres; the last may be "
        "unfinished, and typing errors are forgiven. Empty for every film.",
        examples=["heat 1995"],
    )
    genre: Genres = Field(default_factory=list)
    all_genres: Flag = Field(
        default=False, description="Whether a film needs every genre given, not just one."
    )
    year_from: Year | None = Field(default=None, description="First year.")
    year_to: Year | None = Field(default=None, description="Last year.")
    min_rating: Annotated[float, Field(ge=0, le=10), DECIMAL] | None = Field(
        default=None, description="Lowest average rating."
    )
    min_runtime: Annotated[int, Field(ge=0, le=10_000), WHOLE] | None = Field(
        default=None, description="Shortest runtime in minutes."
    )
    max_runtime: Annotated[int, Field(ge=0, le=10_000), WHOLE] | None = Field(
        default=None, description="Longest runtime in minutes."
    )
    sort: Sort = Field(default=Sort.RELEVANCE, description="The order of what is found.")
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = Field(
        default=20, description="How many at most."
    )
    offset: Offset = 0


class FilmAddress(Asked):
    """One film, by its address."""

    tconst: Tconst


class SimilarQuery(FilmAddress):
    """Films like one film."""

    limit: Annotated[int, Field(ge=1, le=50), WHOLE] = Field(
        default=20, description="How many at most."
    )


class TrendingQuery(Asked):
    """Films to start from."""

    limit: Annotated[int, Field(ge=1, le=40), WHOLE] = Field(
        default=40, description="How many at most."
    )


class RecommendationsQuery(Asked):
    """Recommendations, with the dials and filters of the page For you."""

    limit: Annotated[int, Field(ge=10, le=20), WHOLE] = Field(default=20, description="How many.")
    hidden_gems: Annotated[float, Field(ge=0, le=1), DECIMAL] = Field(
        default=0.5, description="0 prefers widely known films, 1 little known ones."
    )
    diversity: Annotated[float, Field(ge=0, le=1), DECIMAL] = Field(
        default=0.5, description="0 stays with the best matches, 1 spreads over every taste."
    )
    newness: Annotated[float, Field(ge=0, le=1), DECIMAL] = Field(
        default=0.5, description="0 prefers old films, 1 new ones."
    )
    genre: Genres = Field(default_factory=list)
    year_from: Year | None = Field(default=None, description="First year.")
    year_to: Year | None = Field(default=None, description="Last year.")


class InteractionsQuery(Asked):
    """What somebody said of films."""

    kind: InteractionKind | None = Field(default=None, description="Only this kind.")
    limit: Annotated[int, Field(ge=1, le=500), WHOLE] = Field(
        default=100, description="How many at most."
    )
    offset: Offset = 0


class InteractionBody(Asked):
    """Something said of a film."""

    tconst: Tconst
    kind: InteractionKind = Field(default=InteractionKind.LIKE, description="What is said.")


class LoginBody(Asked):
    """A name and a password."""

    name: str = Field(min_length=1, max_length=256, description="The account's name.")
    password: str = Field(
        min_length=1,
        max_length=256,
        description="The account's password.",
        json_schema_extra={"format": "password"},
    )
