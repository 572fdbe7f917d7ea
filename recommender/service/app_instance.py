"""The process's only ``Marquee`` object, its secrets and its readiness."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from recommender.errors import PeopleError
from recommender.service.marquee import Marquee
from recommender.service.startup import Stage
from recommender.settings import load_settings
from recommender.users import new_token

_lock = threading.Lock()
_marquee: Marquee | None = None
_secrets: dict[str, str] = {}


def configure(secrets: Mapping[str, str]) -> None:
    """Set secrets, named as in the environment; a new TMDb key is used at once."""
    with _lock:
        if _secrets == secrets:
            return
        _secrets.clear()
        _secrets.update(secrets)
        if _marquee is not None:
            _marquee.enrichment.use_key(load_settings(secrets=_secrets).tmdb_api_key)


def get_marquee() -> Marquee:
    """Return the process's ``Marquee``; create it on the first call.

    It is a module-level singleton because any visitor can clear Streamlit's caches, and the
    fitted model takes too long to load again.
    """
    global _marquee  # noqa: PLW0603
    with _lock:
        if _marquee is None:
            _marquee = Marquee(load_settings(secrets=_secrets))
        return _marquee


def close_marquee() -> None:
    """Close and forget the process's ``Marquee``."""
    global _marquee  # noqa: PLW0603
    with _lock:
        if _marquee is not None:
            _marquee.close()
        _marquee = None


def readiness_error(marquee: Marquee) -> str:
    """Return why the app cannot serve people yet; an empty string when it can."""
    state = marquee.startup.state
    if state.stage is Stage.FAILED:
        return f"Films cannot be shown: {state.error}"
    if state.stage is not Stage.DONE:
        return f"Getting ready: {state.text or 'waiting to begin'}"
    try:
        marquee.people.find_user(new_token())  # the query that every page makes
    except PeopleError as error:
        return str(error)
    return ""
