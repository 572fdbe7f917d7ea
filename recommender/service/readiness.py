"""Whether the process can serve people: films ready, people's data readable."""

from __future__ import annotations

from recommender.errors import PeopleError
from recommender.service.marquee import Marquee
from recommender.service.startup import Stage
from recommender.users import new_token


def readiness_error(marquee: Marquee) -> str:
    """Return what is missing before people can be served, in plain words; empty when nothing is.

    Parameters
    ----------
    marquee
        Of this process.
    """
    state = marquee.startup.state
    if state.stage is Stage.FAILED:
        return f"Films cannot be shown: {state.error}"
    if state.stage is not Stage.DONE:
        return f"Getting ready: {state.text or 'waiting to begin'}"
    try:
        marquee.people.find_user(new_token())  # a look-up like that of every page
    except PeopleError as error:
        return str(error)
    return ""
