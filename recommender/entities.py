"""Immutable records that the rooms exchange.

Attributes are IMDb's names (``tconst``, ``primaryTitle``, ...) in snake case, with units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class InteractionKind(StrEnum):
    """Kind of an interaction of a person with a film.

    ``LESS`` means "less like this": similar films rank lower, and the film itself is not hidden.
    """

    LIKE = "like"
    HIDE = "hide"
    WATCHLIST = "watchlist"
    SEEN = "seen"
    LESS = "less"


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """Film of the catalogue.

    ``average_rating`` runs from 0 to 10; ``cast`` is in billing order.
    """

    tconst: str
    primary_title: str
    original_title: str
    start_year: int
    runtime_min: int | None
    genres: tuple[str, ...]
    average_rating: float
    num_votes: int
    directors: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Return the hash of the tconst: hashing all fields is slow for caches."""
        return hash(self.tconst)

    @property
    def label(self) -> str:
        """Title and year, as on a card: ``Heat (1995)``."""
        return f"{self.primary_title} ({self.start_year})"


class Reason(NamedTuple):
    """One part of a score, and what stands behind it.

    A ranking makes three hundred; a named tuple is made in a third of a data class's time.

    Attributes
    ----------
    term
        Key of the scoring term, e.g. ``"director"``, ``"genre"``, ``"votes"``.
    contribution
        What the term adds to the score; the contributions of a pick add up to its score.
    liked
        The profile's films behind it (tconst), strongest first; empty when it is not personal.
    shared
        Names of the people or genres shared with them.
    text
        The reason in words a person would use; empty for a term too small to be said.
    """

    term: str
    contribution: float
    liked: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """A film with its score and its reasons.

    Attributes
    ----------
    film
        From the engine as the model knows it; the service replaces it by the catalogue's record.
    score
        Sum of the contributions of its reasons.
    match_percent
        Chance of a like, 1 to 99.
    reasons
        One per term, the largest contribution first; empty when only the card was wanted.
    because
        The sentence of a card.
    sentences
        For a film's own page: the card's sentence in full, then further reasons.
    """

    film: Film
    score: float
    match_percent: int
    reasons: tuple[Reason, ...] = ()
    because: str = ""
    sentences: tuple[str, ...] = ()

    @property
    def tconst(self) -> str:
        """Id of the film."""
        return self.film.tconst


@dataclass(frozen=True, kw_only=True, slots=True)
class Interaction:
    """Interaction of a person with a film.

    ``source`` is empty for a click, ``persona:KEY`` for a demo persona and ``import:ID`` for an
    imported history.
    """

    user_id: int
    tconst: str
    kind: InteractionKind
    created_at: datetime
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Person with an account, or a guest (``name`` is None)."""

    user_id: int
    name: str | None = None

    @property
    def is_guest(self) -> bool:
        """Whether the person has no account yet."""
        return self.name is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """Interactions of a person as ranking needs them: tuples of tconst, newest first."""

    likes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
