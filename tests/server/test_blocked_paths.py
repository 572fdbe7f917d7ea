"""Requests and websocket messages of an attacker against a real ``streamlit run``."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

ALWAYS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "permissions-policy",
}
BLOCKED = [
    "/_stcore/metrics",
    "/_stcore/metrics?families=cache_memory_bytes",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/script-health-check",
]


def ask(url: str, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Ask for a path exactly as it is written: clients tidy up dots and slashes."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", "/film?tconst=%3Cscript%3E"),
        ("POST", "/"),
        ("GET", "/healthz"),
        ("GET", "/fails"),
        ("GET", "/static/js/no-such.js"),
        ("GET", "/media/no-such"),
        ("GET", "/media/..%2f..%2fapp.py"),
        ("GET", "/component/marquee/../../app.py"),
        ("GET", "/_stcore/bidi-components/heart/../../app.py"),
        ("GET", "/../../../../etc/passwd"),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd"),
        ("GET", "//example.org/"),
        ("GET", "/app/static/app.py"),
        ("GET", "/_stcore/host-config"),
        ("GET", "/_stcore/stream"),
        ("PUT", "/_stcore/upload_file/a/b"),
        ("DELETE", "/_stcore/upload_file/a/b"),
        ("OPTIONS", "/_stcore/upload_file/a/b"),
        *(("GET", path) for path in BLOCKED),
    ],
)
def test_every_answer_has_security_headers_and_no_source(
    tiny_app: Any, method: str, path: str
) -> None:
    parts = urlsplit(tiny_app.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    names = {name.lower() for name, _ in answer.getheaders()}
    assert names >= ALWAYS, path
    for secret in (b"root:x:0", b"build_app_parts", b"canary of a message", b"Traceback"):
        assert secret not in body


@pytest.mark.parametrize("path", BLOCKED)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_unused_endpoints_answer_404(tiny_app: Any, method: str, path: str) -> None:
    assert ask(tiny_app.url, path, method).status == 404


def test_server_error_reveals_nothing(tiny_app: Any) -> None:
    answer = requests.get(f"{tiny_app.url}/fails", timeout=10)
    assert answer.status_code == 500
    assert "It is Marquee's fault" in answer.text
    assert "canary" not in answer.text


# The websocket


def open_socket(url: str, **headers: str) -> ClientConnection:
    return connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        additional_headers=headers,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
    )


@pytest.fixture
def server_still_works(tiny_app: Any) -> Iterator[None]:
    """Check after the test that the server serves the next visitor."""
    yield
    assert tiny_app.process.poll() is None
    with open_socket(tiny_app.url) as socket:
        rerun = BackMsg()
        rerun.rerun_script.query_string = ""
        socket.send(rerun.SerializeToString())
        assert socket.recv(timeout=20)


@pytest.mark.usefixtures("server_still_works")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
def test_foreign_origin_gets_no_websocket(tiny_app: Any, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_socket(tiny_app.url, Origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.usefixtures("server_still_works")
@pytest.mark.parametrize("frame", ["text", b"", b"\xff" * 64, b"\x0a" + b"\x80" * 9 + b"\x01"])
def test_malformed_frames_are_ignored(tiny_app: Any, frame: str | bytes) -> None:
    with open_socket(tiny_app.url) as socket:
        socket.send(frame)
        with suppress(ConnectionClosed, TimeoutError):
            for _ in range(50):
                said = socket.recv(timeout=0.5)
                assert b"Traceback" not in (said if isinstance(said, bytes) else said.encode())


@pytest.mark.usefixtures("server_still_works")
def test_developer_messages_and_floods_are_ignored(tiny_app: Any) -> None:
    messages = []
    for name in ("debug_shutdown_runtime", "debug_disconnect_websocket", "clear_cache"):
        message = BackMsg()
        setattr(message, name, True)
        messages.append(message.SerializeToString())
    with open_socket(tiny_app.url) as socket:
        for message in messages * 100:
            socket.send(message)
        # Other requests are answered meanwhile.
        assert requests.get(f"{tiny_app.url}/healthz", timeout=10).status_code == 200


@pytest.mark.usefixtures("server_still_works")
def test_oversized_frame_closes_the_connection(tiny_app: Any) -> None:
    with open_socket(tiny_app.url) as socket:
        with suppress(ConnectionClosed, TimeoutError):
            socket.send(b"\x00" * (60 << 20))
        with pytest.raises(ConnectionClosed):
            drain(socket)


def drain(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=20)


def test_very_long_address_is_refused(tiny_app: Any) -> None:
    long = ask(tiny_app.url, "/search?q=" + "a" * 30_000)
    assert long.status == 200
    with suppress(ConnectionError, http.client.HTTPException):
        assert ask(tiny_app.url, "/search?q=" + "a" * 300_000).status in {400, 414, 431}
    assert ask(tiny_app.url, "/healthz").status == 200
