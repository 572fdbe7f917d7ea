"""Who is looking, what they said of films, and how it is written down.

Whom a run acts for is found anew each time (``identity``). Where no cookie can be set, the tab's
session stands in for it: likes work as long as the tab is open.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from recommender.entities import InteractionKind, Profile
from recommender.errors import MarqueeError, PeopleError
from recommender.service import ALL_LIKES, get_marquee
from recommender.ui.identity import find_people, find_tag, find_user, is_tour_guest, open_user
from recommender.ui.run_cache import cached_for_run, clear_run_cache

_KEPT = "visitor"
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Who is looking, as of this run.

    ``profile`` holds all likes, newest first; ``marks`` what was said of each film; ``problem``
    is a sentence when people's data could not be read. With ``tag`` a wall posts marks by itself;
    those numbered up to ``delivered`` are in ``marks``.
    """

    profile: Profile = field(default_factory=Profile)
    marks: dict[str, frozenset[InteractionKind]] = field(default_factory=dict)
    problem: str = ""
    tag: str = ""
    delivered: int = 0

    def count(self, kind: InteractionKind) -> int:
        """Return how many films carry a mark."""
        return sum(kind in kinds for kinds in self.marks.values())


def load_visitor() -> Visitor:
    """Return who is looking. People's data that cannot be read leaves films to be looked at."""
    return cached_for_run(_KEPT, _look_up)


def _look_up() -> Visitor:
    try:
        marquee = get_marquee()
        user = find_user()
        tag = find_tag()
        if user is None:
            return Visitor(tag=tag)
        # First: what comes now is newer. A rehearsal's walls do not post.
        delivered = 0 if is_tour_guest() else marquee.deliveries.latest(user.user_id)
        profile, marks = find_people().load_interactions(user.user_id, limit=ALL_LIKES)
        return Visitor(profile=profile, marks=marks, tag=tag, delivered=delivered)
    except MarqueeError as error:
        _LOGGER.warning("People's data could not be read: %s", error)
        return Visitor(problem=str(error))


def save_marks(marks: Iterable[tuple[str, InteractionKind, bool]]) -> None:
    """Write what a person said of films, in the order it was said.

    Parameters
    ----------
    marks
        Triples of tconst, kind, and whether it is said (True) or taken back (False).

    Raises
    ------
    PeopleError
        If it could not be written; nothing of it is then.
    """
    find_people().set_interactions(open_user().user_id, list(marks))
    clear_run_cache(_KEPT)


def show_not_saved(error: PeopleError) -> None:
    """Tell, in passing, that something could not be written, and why."""
    _LOGGER.warning("Something could not be written: %s", error)
    st.toast(f"That could not be saved. {error}", icon=":material/error:", duration="long")
