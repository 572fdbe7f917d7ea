"""What is written within one round of the loop goes out together, in order, and before the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from recommender.server.written_together import GatheringTransport, write_together


class Connection:
    """What was written to it, and when it was closed."""

    def __init__(self) -> None:
        self.done: list[object] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.done

    def get_extra_info(self, name: str) -> str:
        return f"{name} of the connection"


@pytest.fixture
def connection() -> Connection:
    return Connection()


@pytest.fixture
def soon() -> list[Callable[[], None]]:
    return []


@pytest.fixture
def gathering(connection: Any, soon: list[Callable[[], None]]) -> GatheringTransport:
    return GatheringTransport(connection, soon.append)


def test_a_round_is_written_in_one_go(
    gathering: GatheringTransport, connection: Connection, soon: list[Callable[[], None]]
) -> None:
    for data in (b"a", b"b", b"c"):
        gathering.write(data)
    assert (connection.done, len(soon)) == ([], 1)
    soon.pop()()
    gathering.write(b"d")
    soon.pop()()
    assert connection.done == [b"abc", b"d"]


def test_what_is_held_is_written_before_the_connection_is_closed(
    gathering: GatheringTransport, connection: Connection, soon: list[Callable[[], None]]
) -> None:
    gathering.write(b"the last word")
    gathering.close()
    gathering.write(b"too late")
    for call in soon:
        call()
    assert connection.done == [b"the last word", "closed"]


def test_all_else_is_asked_of_the_connection(gathering: GatheringTransport) -> None:
    assert gathering.get_extra_info("peername") == "peername of the connection"
    assert gathering.is_closing() is False


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []
    own = WebSocketsSansIOProtocol.connection_made
    assert "transport" in (own, *_under(own))[-1].__code__.co_varnames

    def connection_made(self: Any, transport: object) -> None:
        seen.append(transport)
        self.transport = transport

    monkeypatch.setattr(WebSocketsSansIOProtocol, "connection_made", connection_made)
    return seen


def _under(function: Any) -> list[Any]:
    below = getattr(function, "__wrapped__", None)
    return [] if below is None else [below, *_under(below)]


def test_every_websocket_writes_so(
    made: list[object], connection: Connection, soon: list[Callable[[], None]]
) -> None:
    write_together()
    write_together()  # the second time changes nothing
    protocol: Any = object.__new__(WebSocketsSansIOProtocol)
    protocol.loop = type("Loop", (), {"call_soon": staticmethod(soon.append)})
    protocol.connection_made(connection)
    assert made == [connection]
    protocol.transport.write(b"hello")
    soon.pop()()
    assert connection.done == [b"hello"]
