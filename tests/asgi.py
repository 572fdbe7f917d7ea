"""One request to an ASGI application in this process, as a server would hand it over."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Got:
    """What an application answered; ``body`` as it was sent."""

    status: int
    headers: Headers
    body: bytes

    @property
    def content(self) -> bytes:
        """The body, unpacked as a browser would."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)


def ask(
    application: ASGIApp,
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    scheme: str = "http",
    client: str = "192.0.2.1",
) -> Got:
    """Return what an application answers to one request."""
    sent: list[Message] = []

    requests: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not requests:
            await asyncio.Event().wait()  # the client stays connected
        return requests.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    route, _, query = address.partition("?")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": unquote(route),
        "raw_path": route.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "scheme": scheme,
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
        "client": (client, 50_000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
    }

    async def hand_over() -> None:
        await application(scope, receive, send)

    asyncio.run(hand_over())
    start, *rest = sent
    return Got(
        status=start["status"],
        headers=Headers(raw=start["headers"]),
        body=b"".join(message.get("body", b"") for message in rest),
    )
