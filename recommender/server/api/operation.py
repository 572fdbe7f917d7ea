"""One operation of the API, as it is routed, guarded, run and described: all from one record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar, get_origin

from pydantic import BaseModel, TypeAdapter

from recommender.entities import User
from recommender.server.api.problems import ProblemKind
from recommender.service import Marquee

AskedType = TypeVar("AskedType", bound=BaseModel)

_IN_PATH = re.compile(r"\{(\w+)\}")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_ALWAYS = frozenset(
    {ProblemKind.UNREADABLE, ProblemKind.TOO_MANY, ProblemKind.FAILURE, ProblemKind.NOT_READY}
)
_OF_BODIES = frozenset({ProblemKind.SLOW_BODY, ProblemKind.LARGE_BODY, ProblemKind.NOT_JSON})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Access(StrEnum):
    """Who may ask."""

    ANYBODY = "anybody"
    PERSON = "person"
    """Whoever is known, by a bearer token or a cookie."""
    LOGIN = "login"
    """Anybody who brings a name and a password; never from another site."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What an operation works with.

    Attributes
    ----------
    marquee
        All of Marquee, prepared.
    user
        Who asks; None for somebody unknown, where anybody may ask.
    address
        Where the request came from.
    """

    marquee: Marquee
    user: User | None
    address: str

    @property
    def person(self) -> User:
        """Who asks, where only a person may."""
        assert self.user is not None  # noqa: S101 - seen to before the operation is run
        return self.user


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: a value of its ``answers``, and headers."""

    value: object
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[AskedType]):
    """One method of one address.

    Attributes
    ----------
    method, paths
        In upper case; the first path is the main one.
    name
        Stable name (``operationId``).
    group
        Heading it is listed under.
    summary, description
        In a few words, and in some more (Markdown without markup but backticks).
    access
        Who may ask.
    asks
        Model of everything that is asked. A field is in the path when the path names it, else in
        the body of a POST, else in the query.
    answers
        Type of the value that is answered.
    run
        Does it; called in a thread.
    problems
        What can go wrong beside what every operation can.
    headers
        Headers of a good answer, with what they say.
    example
        How to ask it with curl, without the host.
    """

    method: str
    paths: tuple[str, ...]
    name: str
    group: str
    summary: str
    access: Access
    asks: type[AskedType]
    answers: Any
    run: Callable[[Desk, AskedType], Answer]
    example: str
    description: str = ""
    problems: frozenset[ProblemKind] = frozenset()
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)

    def __post_init__(self) -> None:
        object.__setattr__(self, "adapter", TypeAdapter(self.answers))

    adapter: TypeAdapter[Any] = field(init=False, repr=False)

    @property
    def has_body(self) -> bool:
        """Whether the request has a body."""
        return self.method in _WITH_BODY

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.method not in {"GET", "HEAD"}

    @property
    def path_fields(self) -> tuple[str, ...]:
        """Fields of what is asked that the path names."""
        return tuple(_IN_PATH.findall(self.paths[0]))

    @property
    def list_fields(self) -> frozenset[str]:
        """Fields of what is asked that are lists."""
        return frozenset(
            name
            for name, info in self.asks.model_fields.items()
            if get_origin(info.annotation) is list
        )

    @property
    def all_problems(self) -> tuple[ProblemKind, ...]:
        """Everything that can go wrong, in the order of the statuses."""
        kinds = set(self.problems | _ALWAYS)
        kinds.add(ProblemKind.INVALID)  # an unknown parameter, if nothing else
        if self.has_body:
            kinds |= _OF_BODIES
        if self.access is Access.PERSON:
            kinds.add(ProblemKind.NO_CREDENTIALS)
        if self.changes:
            kinds.add(ProblemKind.FOREIGN_ORIGIN)
        return tuple(kind for kind in ProblemKind if kind in kinds)
