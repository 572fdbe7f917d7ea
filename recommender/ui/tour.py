"""Demo tour: navigation between its steps, and the card of the current step for the overlay.

Each step is a URL with the query parameter ``tour``, so Back, reload and bookmarks work. A cookie
marks the browser as tour guest until the tour ends.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from recommender.entities import Profile, Recommendation
from recommender.errors import PeopleError
from recommender.server import TOUR_END_PATH, TOUR_START_PATH
from recommender.service import (
    STEPS,
    TOUR_FILM,
    Stage,
    find_pick_to_show,
    get_marquee,
    prepare_step,
)
from recommender.ui.identity import find_people, is_tour_guest, open_user
from recommender.ui.overlay import Redirect
from recommender.ui.result_cache import recommend

_STEP = "tour_step"
_END: Final = "end"
_PAGE_STATE: Final = (
    *("home_wall", "home_skipped", "for_you_controls", "search_memory", "library_list"),
    *("library_removed", "notification"),
)
"""Session-state keys that are cleared at the start of a tour."""


def follow_tour() -> Redirect | None:
    """Go to the tour step in the URL; return a `Redirect` if the tour cookie must change."""
    asked = st.query_params.get("tour", "")
    if asked == _END:
        return Redirect(post=f".{TOUR_END_PATH}", to="./")
    if not asked.isdecimal() or not 1 <= int(asked) <= len(STEPS):
        return None
    if not is_tour_guest():
        return Redirect(post=f".{TOUR_START_PATH}")
    _go_to(int(asked))
    return None


def build_tour_card(url_path: str) -> dict[str, Any] | None:
    """Return the overlay card of the current tour step, or the card that offers the tour.

    Parameters
    ----------
    url_path
        URL path of the current page.
    """
    number = st.session_state.get(_STEP, 0) if is_tour_guest() else 0
    if not number:
        offer: dict[str, Any] = {"next": "./?tour=1", "next_label": "Start the tour: three minutes"}
        return offer | ({"leave": f"./?tour={_END}"} if is_tour_guest() else {})
    step = STEPS[number - 1]
    last = number == len(STEPS)
    return {
        "number": number,
        "count": len(STEPS),
        "title": step.title,
        "text": _build_text(number),
        "away": _build_address(number) if url_path != step.page else "",
        "back": _build_address(number - 1) if number > 1 else "",
        "next": _build_address(1 if last else number + 1),
        "next_label": "Start again" if last else "Next",
        "leave": f"./?tour={_END}",
    }


def _go_to(number: int) -> None:
    before = st.session_state.get(_STEP, 0)
    if number == before:
        return
    if number == 1:
        for key in _PAGE_STATE:
            st.session_state.pop(key, None)
    st.session_state[_STEP] = number
    st.session_state.pop("for_you_controls", None)
    reset = not 0 < before < number
    try:
        prepare_step(find_people(), open_user().user_id, STEPS[number - 1], reset=reset)
    except PeopleError as error:
        st.warning(f"The tour cannot be played. {error}")


def _build_address(number: int) -> str:
    step = STEPS[number - 1]
    query = dict(step.query)
    if step.page == "film":
        pick = _find_pick()
        query["tconst"] = pick.film.tconst if pick else ""
    return f"./{step.page}?{urlencode({**query, 'tour': number})}"


def _build_text(number: int) -> str:
    text = STEPS[number - 1].text
    pick = _find_pick() if "{" in text else None
    if pick is None:
        return text.partition("{")[0]
    likes = _find_likes()
    before = {pick.tconst for pick in _recommend(tuple(t for t in likes if t != TOUR_FILM))}
    now = _recommend(likes)
    return text.format(
        new=sum(pick.tconst not in before for pick in now),
        shown=len(now),
        pick=pick.film.primary_title,
        because=pick.because[:1].lower() + pick.because[1:],
    )


def _find_pick() -> Recommendation | None:
    likes = _find_likes()
    return find_pick_to_show(_recommend(likes)) if likes else None


def _recommend(likes: tuple[str, ...]) -> tuple[Recommendation, ...]:
    return recommend(Profile(likes=likes), top_n=get_marquee().settings.gallery_size)


def _find_likes() -> tuple[str, ...]:
    """Return the tour guest's likes; empty while the catalogue and the model are loading."""
    marquee = get_marquee()
    if marquee.startup.state.stage is not Stage.DONE:
        return ()
    try:
        return marquee.profile(open_user().user_id, people=find_people()).likes
    except PeopleError:
        return ()
