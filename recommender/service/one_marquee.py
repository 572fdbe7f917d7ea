"""The process's one ``Marquee``, and the secrets it is made with."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from recommender.service.marquee import Marquee
from recommender.settings import load_settings

_lock = threading.Lock()
_marquee: Marquee | None = None
_secrets: dict[str, str] = {}


def configure(secrets: Mapping[str, str]) -> None:
    """Take over what is set beside the environment; another key of TMDb counts at once.

    Parameters
    ----------
    secrets
        Names and values.
    """
    with _lock:
        if _secrets == secrets:
            return
        _secrets.clear()
        _secrets.update(secrets)
        if _marquee is not None:
            _marquee.enrichment.use_key(load_settings(secrets=_secrets).tmdb_api_key)


def get_marquee() -> Marquee:
    """Return the process's one ``Marquee``.

    A module-level singleton on purpose: Streamlit's caches can be cleared by any visitor, and the
    fitted model is too costly to lose that way.
    """
    global _marquee  # noqa: PLW0603
    with _lock:
        if _marquee is None:
            _marquee = Marquee(load_settings(secrets=_secrets))
        return _marquee


def is_current(marquee: Marquee) -> bool:
    """Return whether this is the process's one, and not one that was let go of."""
    return marquee is _marquee


def close_marquee() -> None:
    """Let go of the process's ``Marquee`` at the end, or between two tests."""
    global _marquee  # noqa: PLW0603
    with _lock:
        if _marquee is not None:
            _marquee.close()
        _marquee = None
