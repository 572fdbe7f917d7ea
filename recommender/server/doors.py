"""Doors of Streamlit's server that nobody here needs are shut, and strange host names turned away.

Metrics and the agents' interface tell of sessions and of memory, and let programs drive pages;
both answer even when they are off. A browser that was led here under another site's name (DNS
rebinding) is turned away as Streamlit's ``server.allowedHosts`` says, on every route and not on
the websocket alone.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

_SHUT = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
_FOR_PROBES = frozenset({"/healthz", "/readyz"})  # asked by address, whatever the name
_STRANGE_HOST = (
    "Marquee does not know this address. Whoever runs it can add the name to server.allowedHosts "
    "in .streamlit/config.toml.\n"
)


class DoorsMiddleware:
    """Answers 404 where a door is shut, and 400 to a host name that is not allowed.

    Parameters
    ----------
    app
        The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":  # websockets: Streamlit asks for itself
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if is_shut(path):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send)
            return
        hosts = Headers(scope=scope).getlist("host")
        known = len(hosts) <= 1 and is_host_allowed(hosts[0] if hosts else None)
        if not known and path not in _FOR_PROBES:
            await PlainTextResponse(_STRANGE_HOST, status_code=400)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_shut(path: str) -> bool:
    """Return whether a path leads to a door that is shut.

    Parameters
    ----------
    path
        As the server decoded it.
    """
    # Anywhere in it: the whole app may be served below a path.
    return any(f"{door}/" in f"{path}/" for door in _SHUT)
