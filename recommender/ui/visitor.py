"""Loading and saving of the current user's profile and interactions in a page run."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from recommender.entities import InteractionKind, Profile
from recommender.errors import MarqueeError, PeopleError
from recommender.service import ALL_LIKES, get_marquee
from recommender.ui.identity import find_people, find_user, open_user

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Snapshot of the current user's profile and interactions in a page run.

    Attributes
    ----------
    profile
        Profile with all likes, newest first.
    interactions
        Interaction kinds by IMDb id (tconst).
    read_at_ms
        Server time in ms before the read; clicks saved later are not included.
    problem
        Error message for the page if user data could not be read, else "".
    """

    profile: Profile = field(default_factory=Profile)
    interactions: dict[str, frozenset[InteractionKind]] = field(default_factory=dict)
    read_at_ms: float = 0.0
    problem: str = ""

    def count(self, kind: InteractionKind) -> int:
        """Return the number of films with an interaction of a kind."""
        return sum(kind in kinds for kinds in self.interactions.values())


def load_visitor() -> Visitor:
    """Load the current user's data; on an error, return an empty `Visitor` with `problem` set."""
    read_at_ms = time.time() * 1000
    try:
        get_marquee()
        user = find_user()
        if user is None:
            return Visitor(read_at_ms=read_at_ms)
        profile, interactions = find_people().load_interactions(user.user_id, limit=ALL_LIKES)
        return Visitor(profile=profile, interactions=interactions, read_at_ms=read_at_ms)
    except MarqueeError as error:
        _LOGGER.warning("User data could not be read: %s", error)
        return Visitor(problem=str(error))


def save_interactions(changes: Iterable[tuple[str, InteractionKind, bool]]) -> None:
    """Save interactions of the current user.

    Parameters
    ----------
    changes
        Changes as (tconst, kind, on), oldest first, saved in one transaction. If ``on`` is false,
        the interaction is removed.

    Raises
    ------
    PeopleError
        If the interactions cannot be saved.
    """
    find_people().set_interactions(open_user().user_id, list(changes))


def show_not_saved(error: PeopleError) -> None:
    """Show a toast with the reason why the user's change could not be saved."""
    _LOGGER.warning("Something could not be saved: %s", error)
    st.toast(f"That could not be saved. {error}", icon=":material/error:", duration="long")
