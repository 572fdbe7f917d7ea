"""Puts our page in the place of Streamlit's."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.server.front.page import BuiltPage, FrontPage
from recommender.server.front.stored_files import accepts_gzip

Describe = Callable[[str, str], tuple[str, str]]
"""What an address shows, by path and query: a title and a sentence, both empty for nothing more."""


class FrontMiddleware:
    """Answers with our page wherever Streamlit would with its own, whatever the address.

    Parameters
    ----------
    app
        The application inside.
    page
        Makes the page.
    describe
        Knows more of an address than its page's name.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        page: FrontPage,
        describe: Describe | None = None,
    ) -> None:
        self.app = app
        self._page = page
        self._source = page.source.encode()
        self._describe = describe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = Headers(scope=scope) if scope["type"] == "http" else None
        if asked is None or scope["method"] != "GET" or not _may_want_page(asked):
            await self.app(scope, receive, send)
            return
        # Read as it is, to tell whose page it is; compressed here afterwards.
        plain = [(k, v) for k, v in scope["headers"] if k not in _UNASKED]
        begun: list[Message] = []
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            if begun and not _is_html(begun[0]):
                await send(begun.pop())
            if not begun:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            await self._finish(scope, asked, begun.pop(), bytes(body), send)

        await self.app({**scope, "headers": plain}, receive, hold)

    async def _finish(
        self, scope: Scope, asked: Headers, start: Message, body: bytes, send: Send
    ) -> None:
        start = {**start, "headers": list(start["headers"])}
        headers = MutableHeaders(raw=start["headers"])
        packs = accepts_gzip(asked) and "content-encoding" not in headers
        if body == self._source:
            built = await run_in_threadpool(self._build, scope, asked)
            body = built.packed if packs else built.plain
            for name in ("etag", "last-modified", "accept-ranges"):
                del headers[name]
        elif packs:
            body = gzip.compress(body, compresslevel=5, mtime=0)
        if packs:
            headers["content-encoding"] = "gzip"
        headers.add_vary_header("Accept-Encoding")
        headers["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _build(self, scope: Scope, asked: Headers) -> BuiltPage:
        url = Request(scope).url
        title = description = ""
        if self._describe is not None and url.query:
            title, description = self._describe(url.path, url.query)
        origin = f"{url.scheme}://{url.netloc}"
        return self._page.build(url.path, origin, title, description)


_UNASKED = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})


def _may_want_page(asked: Headers) -> bool:
    """Return whether a page may be wanted: programs that show a link take anything, as ``*/*``."""
    accept = asked.get("accept", "*/*")
    # A browser says what it wants something for; scripts and pictures keep their own headers.
    return "text/html" in accept or ("*/*" in accept and "sec-fetch-dest" not in asked)


def _is_html(start: Message) -> bool:
    content_type = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and content_type.startswith("text/html")
