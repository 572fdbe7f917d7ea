"""The way in: requests for the API's paths, taken before Streamlit sees them.

As a middleware and not as routes: Streamlit filters odd paths before any route is asked, and
answers them in plain text. Here every answer below these paths is the API's own.
"""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

API_PATHS = ("/api", "/recommendations", "/interactions")
"""Each with everything below it. The last two are those of the recipe Marquee grew from."""


class ApiDoorMiddleware:
    """Hands requests for the API's paths to the API, everything else inside.

    Parameters
    ----------
    app
        The application inside.
    build
        Makes the API; called once, in a thread, when it is first asked for something.
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
            # Two first requests may both build one; the later takes over, and nothing is lost but
            # the count of the earlier one's requests.
            self._api = await to_thread.run_sync(self._build)
        await self._api(scope, receive, send)


def is_api_path(path: str) -> bool:
    """Return whether a path is one of the API's, or below one.

    Parameters
    ----------
    path
        As the server decoded it.
    """
    return any(path == own or path.startswith(f"{own}/") for own in API_PATHS)


def build_api() -> ASGIApp:
    """Return the API over the process's own Marquee."""
    from recommender.server.api.application import ApiApplication  # noqa: PLC0415
    from recommender.service import get_marquee  # noqa: PLC0415

    return ApiApplication(get_marquee)
