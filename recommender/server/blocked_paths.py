"""Middleware that answers 404 at Streamlit endpoints that Marquee does not use.

The metrics and agent endpoints expose session and memory data and let programs control pages.
Streamlit serves them even if they are switched off.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

BLOCKED_PATHS: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


class BlockedPathsMiddleware:
    """ASGI middleware that answers 404 at the paths of blocked Streamlit endpoints.

    Parameters
    ----------
    app
        The wrapped ASGI application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 at a blocked path, else pass the request to the wrapped app."""
        if scope["type"] == "http" and is_blocked(scope["path"]):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_blocked(path: str) -> bool:
    """Return whether a decoded URL path leads to a blocked Streamlit endpoint.

    Parameters
    ----------
    path
        Path of the request; it may start with the base path that the app is served below.
    """
    return any(f"{blocked}/" in f"{path}/" for blocked in BLOCKED_PATHS)
