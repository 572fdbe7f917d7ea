"""What a browser is told within one round of the server is written to its connection in one go.

A page is some twenty messages, and the server wrote each by itself: as many calls of the system,
as many packets, and as many times a browser wakes up.

Uvicorn has no setting for this: one method is wrapped, and a test fails when websockets no longer
begin with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_CONNECTION_MADE: Final = "connection_made"


class GatheringTransport:
    """A connection that holds what is written until the loop's next round.

    Parameters
    ----------
    transport
        The connection; what is not said here is asked of it.
    call_soon
        Has something called in the next round.
    """

    def __init__(
        self, transport: asyncio.Transport, call_soon: Callable[[Callable[[], None]], Any]
    ) -> None:
        self._transport = transport
        self._call_soon = call_soon
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Take what is to be written."""
        if not self._held:
            self._call_soon(self.flush)
        self._held.append(data)

    def flush(self) -> None:
        """Write what is held, unless the connection is gone."""
        held, self._held = self._held, []
        if held and not self._transport.is_closing():
            # Not by writelines: on Python's own loop some versions of it never pause who writes.
            self._transport.write(b"".join(held))

    def close(self) -> None:
        """Write what is held, and close after it."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Ask the connection itself."""
        return getattr(self._transport, name)


def write_together() -> None:
    """Have all websockets write so; the second call does nothing.

    Raises
    ------
    AttributeError
        If this uvicorn has another name for it.
    """
    made = getattr(WebSocketsSansIOProtocol, _CONNECTION_MADE)
    if hasattr(made, "__wrapped__"):
        return

    @wraps(made)
    def made_gathering(self: WebSocketsSansIOProtocol, transport: asyncio.Transport) -> None:
        made(self, transport)
        gathering: Any = GatheringTransport(transport, self.loop.call_soon)
        self.transport = gathering

    setattr(WebSocketsSansIOProtocol, _CONNECTION_MADE, made_gathering)
