"""Answers 404 at endpoints of Streamlit that Marquee does not use.

The metrics and agent endpoints reveal sessions and memory, and let programs drive pages. They
answer even when they are switched off.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

BLOCKED_PATHS: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


class BlockedPathsMiddleware:
    """Answers 404 at blocked paths.

    Parameters
    ----------
    app
        The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and is_blocked(scope["path"]):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_blocked(path: str) -> bool:
    """Return whether a decoded path leads to a blocked endpoint.

    Parameters
    ----------
    path
        Of the request. A prefix is allowed, as the app may be served below a path.
    """
    return any(f"{blocked}/" in f"{path}/" for blocked in BLOCKED_PATHS)
