"""An open tab without a browser: Streamlit's websocket in asyncio, cheap enough for hundreds."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE_S = 30.0


class Tab:
    """A session of a running app, as a browser's tab keeps it.

    Parameters
    ----------
    address
        Of the app, ``http://127.0.0.1:PORT``.

    Attributes
    ----------
    cookie
        What the page brought; the same for every tab of a browser.
    walls
        What each wall on the page was last told, by the key in its id.
    sent_bytes
        How much the app has sent so far.
    line
        For requests beside the websocket.
    errors
        What the app said went wrong.
    """

    def __init__(self, address: str, *, cookie: str = "") -> None:
        self.address = address
        self.cookie = cookie
        self.walls: dict[str, dict[str, Any]] = {}
        self.sent_bytes = 0
        self.line = Line(address)
        self.errors: list[str] = []
        self._widgets: dict[str, tuple[str, str]] = {}  # by key: id and fragment
        self._values: dict[str, tuple[str, Any]] = {}  # by id: which field, and the value
        self._kept: dict[str, ForwardMsg] = {}
        self._pages: dict[str, str] = {}
        self._page = ""
        self._query = ""
        self._session_id = ""
        self._socket: ClientConnection | None = None

    async def open(self, path: str = "") -> Self:
        """Fetch the page for its cookie, connect, and run the page once."""
        if not self.cookie:
            self.cookie = await self._fetch_cookie(path)
        await self.connect()
        await self.run(page_name=path)
        return self

    async def connect(self) -> None:
        """Connect, or connect again with the session there was."""
        protocols = ["streamlit"]
        if self._session_id:
            protocols += ["PLACEHOLDER_AUTH_TOKEN", self._session_id]
        self._socket = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": self.cookie} if self.cookie else {},
            subprotocols=protocols,  # type: ignore[arg-type]
            max_size=None,
            compression=None,
            open_timeout=PATIENCE_S,
            ping_interval=None,
            proxy=None,
        )

    async def close(self) -> None:
        """Close the tab."""
        self.line.close()
        if self._socket is not None:
            await self._socket.close()

    async def go(self, url_path: str, query: str = "") -> float:
        """Open another page of the app, as its navigation does; return how long, in ms."""
        self._page = self._pages[url_path]
        self._query = query
        self._widgets.clear()
        self.walls.clear()
        return await self.run()

    async def type(self, key: str, text: str) -> float:
        """Fill in a text field; return how long the run took, in ms."""
        widget, fragment = self._widgets[key]
        self._values[widget] = ("string_value", text)
        return await self.run(fragment=fragment)

    async def set_state(self, key: str, state: dict[str, Any]) -> float:
        """Set what a component says, as ``setStateValue`` does; return how long, in ms."""
        widget, fragment = self._widgets[key]
        self._values[widget] = ("json_value", json.dumps(state))
        return await self.run(fragment=fragment)

    @property
    def fields(self) -> list[str]:
        """The keys of what can be filled in."""
        return list(self._widgets)

    async def run(self, *, fragment: str = "", page_name: str = "") -> float:
        """Ask for a run and wait for its end; return how long it took, in ms."""
        started = time.perf_counter()
        await self.ask(fragment=fragment, page_name=page_name)
        await self.listen(lambda message: message.HasField("script_finished"))
        return (time.perf_counter() - started) * 1000

    async def ask(self, *, fragment: str = "", page_name: str = "") -> None:
        """Ask for a run of the page, or of one fragment, with what was filled in so far."""
        request = BackMsg()
        rerun = request.rerun_script
        rerun.query_string = self._query
        rerun.page_script_hash = self._page
        rerun.page_name = page_name
        rerun.fragment_id = fragment
        rerun.cached_message_hashes.extend(self._kept)
        for widget, (field, value) in self._values.items():
            state = rerun.widget_states.widgets.add(id=widget)
            setattr(state, field, value)
        await self._connected().send(request.SerializeToString())

    async def listen(self, ended: Callable[[ForwardMsg], bool]) -> ForwardMsg:
        """Take in what the app sends until a message ends it.

        Raises
        ------
        TimeoutError
            After half a minute.
        """
        async with asyncio.timeout(PATIENCE_S):
            while True:
                raw = await self._connected().recv()
                self.sent_bytes += len(raw)
                message: ForwardMsg = ForwardMsg.FromString(
                    raw if isinstance(raw, bytes) else raw.encode()
                )
                self._take_in(message)
                if ended(message):
                    return message

    def _take_in(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = self._kept[message.ref_hash]
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable and message.hash:
            self._kept[message.hash] = message
            while len(self._kept) > 60:
                self._kept.pop(next(iter(self._kept)))
        if kind == "delta":
            self._take_in_delta(message)
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
            for page in message.navigation.app_pages:
                self._pages[page.url_pathname] = page.page_script_hash
                if page.is_default:
                    self._pages[""] = page.page_script_hash
        elif kind == "new_session":
            self._session_id = message.new_session.initialize.session_id
        elif kind == "session_event":
            self.errors.append(str(message.session_event)[:200])

    def _take_in_delta(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        which = element.WhichOneof("type")
        if which == "exception":
            self.errors.append(element.exception.message[:200])
        elif which in {"bidi_component", "text_input"}:
            inner = getattr(element, which)
            # $$ID-hash-key
            key = inner.id.partition("-")[2].partition("-")[2]
            self._widgets[key] = (inner.id, message.delta.fragment_id)
            if which == "bidi_component" and inner.component_name.endswith("marquee_wall"):
                self.walls[key] = read_wall(inner)

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            raise RuntimeError("The tab is not open.")
        return self._socket

    async def _fetch_cookie(self, path: str) -> str:
        _, headers, _ = await self.line.request("GET", f"/{path}")
        lines = [line for name, line in headers if name == "set-cookie"]
        return "; ".join(line.partition(";")[0] for line in lines)


def read_message(raw: bytes | str) -> ForwardMsg:
    """Return a message of the app's."""
    message = ForwardMsg()
    message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
    return message


def read_wall(inner: Any) -> dict[str, Any]:
    """Return what a wall was told, with the films of all its rows."""
    told: dict[str, Any] = json.loads(inner.json or inner.bytes)
    told["films"] = [film for row in told["rows"] for film in row["films"]]
    return told


class Line:
    """One HTTP connection that is kept, as a browser keeps it; one request at a time."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(
        self, method: str, path: str, *, headers: str = "", body: bytes = b""
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Make a request; return status, headers by small names, and body.

        Raises
        ------
        OSError
            If no server answers or the connection ends early; the next request opens another.
        """
        for again in (self._streams is not None, False):
            try:
                return await self._ask(method, path, headers, body)
            except ConnectionError:
                # A connection that was idle may have been closed: as a browser, take a new one.
                if not again:
                    raise
        raise AssertionError

    async def _ask(
        self, method: str, path: str, headers: str, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        host = self._host
        try:
            async with asyncio.timeout(PATIENCE_S):
                if self._streams is None:
                    self._streams = await asyncio.open_connection(host.hostname, host.port)
                reader, writer = self._streams
                writer.write(
                    f"{method} {path} HTTP/1.1\r\nHost: {host.netloc}\r\nAccept: text/html\r\n"
                    f"Content-Length: {len(body)}\r\n{headers}\r\n".encode()
                    + body
                )
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.strip().split("\r\n")
                pairs = [(n.lower(), v.strip()) for n, _, v in (x.partition(":") for x in lines)]
                rest = await self._read_body(reader, dict(pairs))
        except (TimeoutError, asyncio.IncompleteReadError, OSError) as error:
            self.close()
            raise ConnectionError(str(error)) from error
        if dict(pairs).get("connection") == "close":
            self.close()
        return int(first.split()[1]), pairs, rest

    async def _read_body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int((await reader.readline()).strip(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
            return body
        return await reader.readexactly(int(headers.get("content-length", 0)))

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
