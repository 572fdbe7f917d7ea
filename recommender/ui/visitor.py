"""The visitor of a page run: profile, interactions, and how interactions are saved."""

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
    """What is stored about the visitor at the time of a run.

    Attributes
    ----------
    profile
        All likes, newest first.
    interactions
        Kinds by tconst.
    read_at_ms
        Server time before the read: a click that was saved later is not in it.
    problem
        Sentence for the page if user data could not be read.
    """

    profile: Profile = field(default_factory=Profile)
    interactions: dict[str, frozenset[InteractionKind]] = field(default_factory=dict)
    read_at_ms: float = 0.0
    problem: str = ""

    def count(self, kind: InteractionKind) -> int:
        """Return how many films have an interaction of a kind."""
        return sum(kind in kinds for kinds in self.interactions.values())


def load_visitor() -> Visitor:
    """Return the visitor; if user data cannot be read, an empty one that says so."""
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
        (tconst, kind, on), oldest first; all are saved, or none.

    Raises
    ------
    PeopleError
        If they cannot be saved.
    """
    find_people().set_interactions(open_user().user_id, list(changes))


def show_not_saved(error: PeopleError) -> None:
    """Show in a toast that something could not be saved, and why."""
    _LOGGER.warning("Something could not be saved: %s", error)
    st.toast(f"That could not be saved. {error}", icon=":material/error:", duration="long")
