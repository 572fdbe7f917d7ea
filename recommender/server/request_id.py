"""One name for each request: in the answer's header, in every log line, and on pages of errors.

Somebody who is told "it did not work, a1b2c3" can be helped by looking for a1b2c3 in the log.
"""

from __future__ import annotations

import html
import logging
import re
import secrets
from contextvars import ContextVar
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender import metrics

HEADER: Final = "x-request-id"
_LOGGER = logging.getLogger(__name__)
_SHAPE = re.compile(r"[A-Za-z0-9-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Marquee</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"></head>
<body><main><h1>That did not work</h1>
<p>It is Marquee's fault, and it has been noted. Please try again in a moment.</p>
<p>If you tell somebody about it, mention <code>{reference}</code>.</p>
<p><a href="/">Back to Marquee</a></p></main></body></html>"""


def find_request_id() -> str:
    """Return the name of the request at hand; empty where there is none."""
    return _current.get()


class RequestIdMiddleware:
    """Names each request, or keeps the name a proxy gave it, and answers for what fails inside.

    Parameters
    ----------
    app
        The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        reference = given if _SHAPE.fullmatch(given) else secrets.token_hex(8)
        before = _current.set(reference)
        begun = False

        async def send_with_name(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": list(message["headers"])}
                MutableHeaders(raw=message["headers"])[HEADER] = reference
                metrics.count("requests", status=f"{message['status'] // 100}xx")
            await send(message)

        try:
            await self.app(scope, receive, send_with_name)
        except Exception:
            if scope["type"] != "http" or begun:
                raise
            _LOGGER.exception("A request failed: %s %s", scope["method"], scope["path"][:200])
            page = _PAGE.format(reference=html.escape(reference))
            answer = HTMLResponse(page, status_code=500, headers={"cache-control": "no-store"})
            await answer(scope, receive, send_with_name)
        finally:
            _current.reset(before)
