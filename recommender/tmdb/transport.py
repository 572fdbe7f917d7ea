"""The last step before the network: key, limit and deadline, under everything that logs.

The key is written into a request by the connection itself. Whatever is above it - URLs, prepared
requests, exceptions, urllib3's debug lines - never held it, so nothing has to be scrubbed. The
limiter stands here too: retries pass it like everything else.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import threading
import time
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import InvalidHeader
from urllib3.response import HTTPResponse
from urllib3.util import Retry

from recommender.tmdb.limiter import Limiter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recommender.settings import Secret

_V3_KEY = re.compile(r"[0-9a-fA-F]{32}")
_SENDABLE = re.compile(r"[A-Za-z0-9._~+/=-]{1,2000}")
_SLOW_DOWN = {429, 503}
LONGEST_WAIT_S = 5.0
"""For a permit; a request that would wait longer is not made."""
_PAUSE_S = 0.25
"""Pause after 429 when the server names none, or zero."""


def is_sendable(key: Secret) -> bool:
    """Whether a key could be one: anything else cannot stand in a header or an address."""
    return _SENDABLE.fullmatch(key.reveal()) is not None


def is_v3_key(key: Secret) -> bool:
    """Whether it is a key of TMDb's third version, which travels in the address."""
    return _V3_KEY.fullmatch(key.reveal()) is not None


class Wire:
    """What every connection of one client shares.

    Parameters
    ----------
    key
        Sent as its kind needs: a v3 key in the query, anything else as a bearer token. None: no
        key is sent.
    limiter
        Asked before each request; None where there is no limit.
    most_bytes
        The most that is read of one answer, headers included.
    """

    def __init__(self, *, key: Secret | None, limiter: Limiter | None, most_bytes: int) -> None:
        self._key = key
        self.limiter = limiter
        self.most_bytes = most_bytes
        self._local = threading.local()

    def begin(self, deadline_s: float) -> None:
        """Say how long this thread's next request may take, once it has its permit."""
        self._local.deadline_s = deadline_s
        self._local.deadline = None

    def take_permit(self) -> None:
        """Wait for a permit: the first for a while of its own, those of retries until the end."""
        if self.limiter is not None:
            begun = self._local.deadline is not None
            until = self.deadline if begun else time.monotonic() + LONGEST_WAIT_S
            self.limiter.take(until=until)
        if self._local.deadline is None:
            self._local.deadline = time.monotonic() + self._local.deadline_s

    @property
    def deadline(self) -> float:
        """When this thread's request has to be over, on ``time.monotonic``."""
        if self._local.deadline is None:
            return time.monotonic() + float(self._local.deadline_s)
        return float(self._local.deadline)

    def sign_address(self, address: str) -> str:
        """Return the address as it is sent."""
        if self._key is None or not is_v3_key(self._key):
            return address
        return f"{address}{'&' if '?' in address else '?'}api_key={self._key.reveal()}"

    def extra_headers(self) -> dict[str, str]:
        """Return the headers that are added when a request is sent."""
        if self._key is None or is_v3_key(self._key):
            return {}
        return {"Authorization": f"Bearer {self._key.reveal()}"}

    def note(self, status: int, headers: Mapping[str, str]) -> None:
        """Slow everybody down when a server asks for it."""
        if self.limiter is not None and status in _SLOW_DOWN:
            asked = headers.get("Retry-After", "")
            try:
                pause_s = Retry().parse_retry_after(asked) if asked else 0.0
            except (InvalidHeader, ValueError, OverflowError):
                pause_s = 0.0
            self.limiter.pause(max(pause_s, _PAUSE_S))


def open_session(
    *,
    key: Secret | None,
    limiter: Limiter | None,
    most_bytes: int,
    connections: int,
    agent: str,
) -> tuple[requests.Session, Wire]:
    """Return a session whose every request is signed, limited and timed, and its wire.

    Parameters
    ----------
    key, limiter, most_bytes
        As of `Wire`.
    connections
        Kept open to one host.
    agent
        What the session says it is.
    """
    wire = Wire(key=key, limiter=limiter, most_bytes=most_bytes)
    retries = Retry(
        total=2,
        status=2,
        connect=0,
        read=0,
        other=0,
        redirect=0,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=("GET",),
        backoff_factor=0.1,
        retry_after_max=1,  # the limiter keeps to the rest of a longer one, for everybody
        raise_on_status=False,
    )
    session = requests.Session()
    session.headers["User-Agent"] = agent
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _leave_alone  # or ~/.netrc would add what it knows of the host
    adapter = WireAdapter(wire, connections=connections, retries=retries)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session, wire


class WireAdapter(HTTPAdapter):
    """Requests' adapter over connections of one ``Wire``."""

    def __init__(self, wire: Wire, *, connections: int, retries: Retry) -> None:
        self._pools = _build_pools(wire)
        super().__init__(pool_connections=2, pool_maxsize=connections, max_retries=retries)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pools of connections through a proxy of the environment."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


class _Wired(HTTPConnection):
    """A connection that signs, waits for its permit, and reads against the clock."""

    wire: ClassVar[Wire]
    _permit = False

    def request(self, *args: Any, **kwargs: Any) -> None:
        self.wire.take_permit()
        self._permit = True
        try:
            super().request(*args, **kwargs)
        except BaseException:
            self._give_back()
            raise

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, self.wire.sign_address(url), *args, **kwargs)
        for name, value in self.wire.extra_headers().items():
            self.putheader(name, value)

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> http.client.HTTPResponse:
        return _TimedResponse(self.wire, sock, *args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        try:
            response = super().getresponse()
        finally:
            self._give_back()
        self.wire.note(response.status, response.headers)
        return response

    def _give_back(self) -> None:
        if self._permit and self.wire.limiter is not None:
            self._permit = False
            self.wire.limiter.give_back()


class _TimedResponse(http.client.HTTPResponse):
    """An answer whose every byte is read before the deadline, headers included."""

    def __init__(self, wire: Wire, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(wire, sock))


class _TimedReader(io.RawIOBase):
    """Reads a socket until the deadline, and so many bytes at most."""

    def __init__(self, wire: Wire, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = wire.deadline
        self._left = wire.most_bytes
        self._patience_s = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the answer takes too long")
        patience_s = left_s if self._patience_s is None else min(left_s, self._patience_s)
        self._sock.settimeout(patience_s)
        count = self._raw.readinto(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise OSError("the answer is too long")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _build_pools(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    """Return pools whose connections share one wire."""
    plain = type("WiredConnection", (_Wired,), {"wire": wire})
    secure = type("WiredSecureConnection", (_Wired, HTTPSConnection), {"wire": wire})
    return {
        "http": type("WiredPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("WiredSecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
