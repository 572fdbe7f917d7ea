"""Middleware that routes API paths to the JSON API before Streamlit handles them.

A Streamlit route would not do: Streamlit refuses unusual paths in plain text before routing.
"""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

API_PATHS = ("/api", "/recommendations", "/interactions")
"""Path prefixes of the API; the last two are root-level aliases of paths below ``/api``."""


class ApiMiddleware:
    """Middleware that sends API paths to the JSON API and other paths to the wrapped app.

    ``build`` creates the API at its first request, in a thread, because FastAPI's import is slow.
    """

    def __init__(self, app: ASGIApp, *, build: Callable[[], ASGIApp]) -> None:
        self.app = app
        self._build = build
        self._api: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the API or to the wrapped app."""
        if scope["type"] != "http" or not is_api_path(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._api is None:
            # Concurrent first requests may build it twice; only rate-limit counts are lost.
            self._api = await to_thread.run_sync(self._build)
        await self._api(scope, receive, send)


def is_api_path(path: str) -> bool:
    """Return whether a decoded URL path equals or is below a path of the API."""
    return any(path == own or path.startswith(f"{own}/") for own in API_PATHS)


def build_api() -> ASGIApp:
    """Build the JSON API on the process-wide `Marquee` instance."""
    from recommender.server.api.application import build_application  # noqa: PLC0415 - FastAPI
    from recommender.service import get_marquee  # noqa: PLC0415 - imports the engine

    per_minute = get_marquee().settings.api_per_minute
    return build_application(get_marquee, per_minute=per_minute)
