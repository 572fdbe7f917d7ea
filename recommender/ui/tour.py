"""A tour through the pages: where it stands, whom it is played with, and what its card says.

Every step is an address with ``tour`` in it, so the way on is a link, and Back, a reload and a
bookmark lead to a step as well. The tab's visitor is a guest of the tour until it ends.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from recommender.entities import Profile, Recommendation
from recommender.errors import PeopleError, SettingsError
from recommender.settings import wants_tour
from recommender.ui.identity import (
    end_tour_guest,
    find_people,
    is_tour_guest,
    open_user,
    start_tour_guest,
)
from recommender.ui.secrets import read_secrets

if TYPE_CHECKING:
    from recommender.service import Step

Card = dict[str, Any]

_STEP = "tour_step"
_END = "end"
_PAGE_MEMORY = (
    *("home_wall", "home_skipped", "for_you_steering", "search_memory", "library_shelf"),
    *("library_removed", "news"),
)
"""What pages remember of a visitor, and must not of another."""


def is_offered() -> bool:
    """Return whether tours are offered here at all: a setting."""
    try:
        return wants_tour(secrets=read_secrets())
    except SettingsError:
        return False  # whoever asks for Marquee says so


def follow_tour() -> None:
    """Go where the address says that the tour goes: to a step, or to its end."""
    asked = st.query_params.get("tour", "")
    steps = _steps()
    if asked == _END:
        _end()
    elif asked.isdecimal() and 1 <= int(asked) <= len(steps):
        _go(int(asked))


def build_tour_card(url_path: str) -> Card:
    """Return what the overlay shows: the step, or the way into the tour.

    Parameters
    ----------
    url_path
        The page that is being shown.
    """
    number = st.session_state.get(_STEP, 0)
    if not number:
        return {"next": _address(1), "next_says": "Start the tour: three minutes"}
    steps = _steps()
    step = steps[number - 1]
    last = number == len(steps)
    return {
        "number": number,
        "count": len(steps),
        "title": step.title,
        "text": _tell(number),
        "away": _address(number) if url_path != step.page else "",
        "back": _address(number - 1) if number > 1 else "",
        "next": _address(1 if last else number + 1),
        "next_says": "Start again" if last else "Next",
        "leave": f"./?tour={_END}",
    }


def _go(number: int) -> None:
    before = st.session_state.get(_STEP, 0)
    if number == before:
        return
    from recommender.service import prepare_step  # noqa: PLC0415 - as in `_steps`

    if number == 1 or not is_tour_guest():
        _forget()
        start_tour_guest()
    st.session_state[_STEP] = number
    st.session_state.pop("for_you_steering", None)
    reset = not 0 < before < number
    try:
        prepare_step(find_people(), open_user().user_id, _steps()[number - 1], reset=reset)
    except PeopleError as error:
        st.warning(f"The tour cannot be played. {error}")
        _end()


def _end() -> None:
    _forget()
    end_tour_guest()
    st.query_params.pop("tour", None)


def _forget() -> None:
    if is_tour_guest():
        with suppress(PeopleError):  # the guest is gone with the process at the latest
            find_people().clear_interactions(open_user().user_id, None)
    for key in (_STEP, *_PAGE_MEMORY):
        st.session_state.pop(key, None)


def _address(number: int) -> str:
    step = _steps()[number - 1]
    query = dict(step.query)
    if step.page == "film":
        pick = _find_pick_to_show()
        query["tconst"] = pick.film.tconst if pick else ""
    return f"./{step.page}?{urlencode({**query, 'tour': number})}"


def _tell(number: int) -> str:
    text = _steps()[number - 1].text
    pick = _find_pick_to_show() if "{" in text else None
    if pick is None:
        return text.partition("{")[0]
    without = tuple(tconst for tconst in _likes() if tconst != _film())
    before = {pick.film.tconst for pick in _picks(without)}
    now = _picks(_likes())
    return text.format(
        new=sum(pick.film.tconst not in before for pick in now),
        shown=len(now),
        pick=pick.film.primary_title,
        because=pick.because[:1].lower() + pick.because[1:],
    )


def _find_pick_to_show() -> Recommendation | None:
    from recommender.service import find_pick_to_show  # noqa: PLC0415 - as in `_steps`

    likes = _likes()
    return find_pick_to_show(_picks(likes)) if likes else None


def _picks(likes: tuple[str, ...]) -> tuple[Recommendation, ...]:
    from recommender.service import get_marquee  # noqa: PLC0415 - as in `_steps`
    from recommender.ui.result_cache import recommend  # noqa: PLC0415 - as in `_steps`

    return recommend(Profile(likes=likes), top_n=get_marquee().settings.gallery_size).picks


def _likes() -> tuple[str, ...]:
    """Return what the guest likes; nothing as long as nothing can be recommended for it."""
    from recommender.service import Stage, get_marquee  # noqa: PLC0415 - as in `_steps`

    marquee = get_marquee()
    if marquee.startup.state.stage is not Stage.DONE:
        return ()
    try:
        return marquee.profile(open_user().user_id, people=find_people()).likes
    except PeopleError:
        return ()


def _film() -> str:
    from recommender.service import TOUR_FILM  # noqa: PLC0415 - as in `_steps`

    return TOUR_FILM


def _steps() -> tuple[Step, ...]:
    # Not with the module: the frame is drawn before the engine has been imported.
    from recommender.service import STEPS  # noqa: PLC0415

    return STEPS
