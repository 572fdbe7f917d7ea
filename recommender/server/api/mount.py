"""Middleware that answers the paths of the API before Streamlit sees them.

Streamlit refuses unusual paths in plain text before it tries any route, so the API is no route.
"""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

API_PATHS = ("/api", "/recommendations", "/interactions")
"""Each with everything below it. The last two are the paths of the seed project."""


class ApiMiddleware:
    """Passes requests for the API's paths to the API, and all others to the app inside.

    ``build`` is called in a thread at the first request, as it imports FastAPI (150 ms).
    """

    def __init__(self, app: ASGIApp, *, build: Callable[[], ASGIApp]) -> None:
        self.app = app
        self._build = build
        self._api: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not is_api_path(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._api is None:
            # Two first requests may both build one. The later one stays; only counts are lost.
            self._api = await to_thread.run_sync(self._build)
        await self._api(scope, receive, send)


def is_api_path(path: str) -> bool:
    """Return whether a decoded path is one of the API's, or below one."""
    return any(path == own or path.startswith(f"{own}/") for own in API_PATHS)


def build_api() -> ASGIApp:
    """Return the API over the process's Marquee."""
    from recommender.server.api.application import build_application  # noqa: PLC0415 - FastAPI
    from recommender.service import get_marquee  # noqa: PLC0415 - imports the engine

    per_minute = get_marquee().settings.api_per_minute
    return build_application(get_marquee, per_minute=per_minute)
