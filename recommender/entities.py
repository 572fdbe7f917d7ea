"""Immutable records shared by all packages: films, recommendations, users and interactions.

Attribute names are IMDb's column names in snake case, with units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class InteractionKind(StrEnum):
    """Kind of a user's interaction with a film.

    ``LESS`` means "less like this": similar films rank lower, and the film itself is not hidden.
    """

    LIKE = "like"
    HIDE = "hide"
    WATCHLIST = "watchlist"
    SEEN = "seen"
    LESS = "less"


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """Film record of the catalogue.

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
        """Return the hash of the tconst only; hashing all fields would slow down caches."""
        return hash(self.tconst)

    @property
    def label(self) -> str:
        """Title and year of the film, as on a card: ``Heat (1995)``."""
        return f"{self.primary_title} ({self.start_year})"


class Reason(NamedTuple):
    """Reason for a recommendation: one scoring term, its contribution and the evidence.

    A named tuple, because each ranking creates about 300 and a data class takes three times longer.

    Attributes
    ----------
    term
        Key of the scoring term, e.g. ``"director"``, ``"genre"``, ``"votes"``.
    contribution
        The term's share of the score; a recommendation's contributions add up to its score.
    liked
        Liked films that are the evidence (tconst), strongest first; empty if not personal.
    shared
        Names of the people or genres that the film shares with ``liked``.
    text
        The reason as text for the user; empty if the contribution is too small to mention.
    """

    term: str
    contribution: float
    liked: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """Recommended film with its score and reasons.

    Attributes
    ----------
    film
        The engine sets the model's record; the service replaces it by the catalogue's record.
    score
        Sum of the contributions of its reasons.
    match_percent
        Predicted probability of a like, in percent, 1 to 99.
    reasons
        One per term, the largest contribution first; empty if only the card was requested.
    because
        Explanation on the film's card, one sentence.
    sentences
        Explanation on the film's page: the card's sentence in full, then further reasons.
    """

    film: Film
    score: float
    match_percent: int
    reasons: tuple[Reason, ...] = ()
    because: str = ""
    sentences: tuple[str, ...] = ()

    @property
    def tconst(self) -> str:
        """IMDb id of the recommended film."""
        return self.film.tconst


@dataclass(frozen=True, kw_only=True, slots=True)
class Interaction:
    """Interaction of a user with a film.

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
    """User with an account, or a guest (``name`` is None)."""

    user_id: int
    name: str | None = None

    @property
    def is_guest(self) -> bool:
        """Whether the user has no account."""
        return self.name is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """Interactions of a user as the input of ranking: tuples of tconst, newest first."""

    likes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
