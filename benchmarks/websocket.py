"""Streamlit's websocket spoken directly: what a rerun costs the server, without a browser."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@dataclass(frozen=True, slots=True)
class Rerun:
    """One run of the script.

    ``round_trip_ms`` runs from the request to the last message, ``script_ms`` from the first
    message to the last; ``sent_bytes`` is what the server sent.
    """

    round_trip_ms: float
    script_ms: float
    sent_bytes: int


class Visitor:
    """A session of a running app.

    Parameters
    ----------
    address
        Of the app, ``http://127.0.0.1:PORT``.
    page
        URL path of a page; the app's first when empty.
    cookie
        Sent when connecting, e.g. a guest's.

    Attributes
    ----------
    fragments
        Ids of the fragments that the last run of the page made.
    """

    def __init__(self, address: str, *, page: str = "", cookie: str = "") -> None:
        headers = {"Cookie": cookie} if cookie else {}
        self._page = page
        self._script_hash = ""
        self._kept: set[str] = set()
        self.fragments: list[str] = []
        self._socket: ClientConnection = connect(  # type: ignore[call-overload]
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers=headers,
            subprotocols=["streamlit"],
            max_size=None,
            compression=None,
            legacy=True,  # closed by ``__exit__``
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def rerun(self, fragment: str = "") -> Rerun:
        """Run the page, or one fragment of it, with nothing changed, and wait for its end.

        Raises
        ------
        TimeoutError
            If the run does not end within 60 s.
        """
        request = BackMsg()
        request.rerun_script.query_string = ""
        request.rerun_script.page_script_hash = self._script_hash
        request.rerun_script.page_name = self._page
        request.rerun_script.fragment_id = fragment
        request.rerun_script.cached_message_hashes.extend(sorted(self._kept))
        if not fragment:
            self.fragments.clear()  # a run of the page creates them again
        started = time.perf_counter()
        self._socket.send(request.SerializeToString())
        first, sent = 0.0, 0
        while True:
            raw = self._socket.recv(timeout=60)
            arrived = time.perf_counter()
            sent += len(raw)
            message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            first = first or arrived
            if message.metadata.cacheable and message.hash:
                self._kept.add(message.hash)  # as a browser does: the server then sends a name only
            if message.HasField("navigation"):
                self._script_hash = message.navigation.page_script_hash
            if message.HasField("delta") and message.delta.fragment_id not in {"", *self.fragments}:
                self.fragments.append(message.delta.fragment_id)
            if message.HasField("script_finished"):
                return Rerun((arrived - started) * 1000, (arrived - first) * 1000, sent)
