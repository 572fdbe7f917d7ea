"""HTTP transport for TMDb: key, rate limit, deadline and size limit of every request.

The key is added by the connection itself, below requests and urllib3's pools. URLs, exceptions
and debug logs never hold it. The rate limiter sits there too, so retries count.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, ClassVar, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import InvalidHeader
from urllib3.response import HTTPResponse
from urllib3.util import Retry

from recommender.errors import TmdbUnavailable
from recommender.settings import Secret
from recommender.tmdb.limiter import RateLimiter

CONNECTIONS: Final = 8
"""Connections kept open, and requests under way at once."""
USER_AGENT: Final = "Marquee/0.1 (+films; requests)"
_V3_KEY = re.compile(r"[0-9a-fA-F]{32}")
_SENDABLE_KEY = re.compile(r"[A-Za-z0-9._~+/=-]{1,2000}")
_SLOW_DOWN = {429, 503}
_MAX_LIMITER_WAIT_S = 5.0
_MIN_PAUSE_S = 0.25
"""Pause after 429 when the server names none."""
_RETRIES = Retry(
    total=2,
    status=2,
    connect=0,
    read=0,
    other=0,
    redirect=0,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET",),
    backoff_factor=0.1,
    retry_after_max=1,  # the limiter's pause covers the rest, for all requests
    raise_on_status=False,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeouts:
    """Time limits of a request in seconds.

    Attributes
    ----------
    connect_s, read_s : limits for connecting and for each read
    deadline_s : limit for the whole request with its retries; waiting for the limiter comes before
    """

    connect_s: float = 1.5
    read_s: float = 3.0
    deadline_s: float = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """Answer to a request; the body is empty unless the status is 200 or 404."""

    status: int
    content_type: str
    body: bytes


def is_sendable(key: Secret) -> bool:
    """Return whether a key has only characters that a header and a URL can hold."""
    return _SENDABLE_KEY.fullmatch(key.reveal()) is not None


class Transport:
    """HTTP client for one host.

    Parameters
    ----------
    max_bytes : size limit of an answer
    key : a v3 key is sent in the query, a v4 token in the ``Authorization`` header
    limiter : acquired before each request; None for no limit
    """

    def __init__(
        self,
        *,
        max_bytes: int,
        key: Secret | None = None,
        limiter: RateLimiter | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.timeouts = timeouts or Timeouts()
        self._max_bytes = max_bytes
        self._context = _Context(key=key, limiter=limiter)
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.auth = lambda request: request  # else ~/.netrc adds its own password
        adapter = _Adapter(self._context)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Response:
        """Send a GET request and read its answer.

        Raises
        ------
        TmdbUnavailable
            If no whole answer arrives within the limits of time and size.
        """
        self._context.begin(self.timeouts.deadline_s)
        try:
            with self._session.get(
                url,
                params=params,
                timeout=(self.timeouts.connect_s, self.timeouts.read_s),
                allow_redirects=False,
                stream=True,
            ) as answer:
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                body = self._read(answer) if answer.status_code in {200, 404} else b""
                return Response(status=answer.status_code, content_type=kind, body=body)
        except requests.RequestException as error:
            name = type(error).__name__
            raise TmdbUnavailable(f"TMDb gave no complete answer ({name}).") from error

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        self._session.close()

    def _read(self, answer: requests.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(65_536):
            body += chunk
            if len(body) > self._max_bytes:
                raise TmdbUnavailable("TMDb's answer is too long.")
        return bytes(body)


class _Context:
    """State shared by the connections of one transport."""

    def __init__(self, *, key: Secret | None, limiter: RateLimiter | None) -> None:
        revealed = key.reveal() if key else ""
        self._in_query = _V3_KEY.fullmatch(revealed) is not None
        self._key = key
        self._limiter = limiter
        self._local = threading.local()

    def begin(self, deadline_s: float) -> None:
        """Set the time limit of this thread's next request."""
        self._local.deadline_s = deadline_s
        self._local.deadline = None

    def acquire(self) -> None:
        """Wait for the limiter; the deadline starts with the first attempt."""
        first = self._local.deadline is None
        if self._limiter is not None:
            limit = time.monotonic() + _MAX_LIMITER_WAIT_S if first else self.deadline
            self._limiter.acquire(deadline=limit)
        if first:
            self._local.deadline = time.monotonic() + self._local.deadline_s

    @property
    def deadline(self) -> float:
        """End of this thread's request, on ``time.monotonic``."""
        return float(self._local.deadline)

    def sign(self, url: str) -> str:
        """Return the URL with a v3 key."""
        if not self._key or not self._in_query:
            return url
        return f"{url}{'&' if '?' in url else '?'}api_key={self._key.reveal()}"

    def headers(self) -> dict[str, str]:
        """Return the header of a v4 token."""
        if not self._key or self._in_query:
            return {}
        return {"Authorization": f"Bearer {self._key.reveal()}"}

    def pause_if_asked(self, status: int, headers: Mapping[str, str]) -> None:
        """Pause the limiter when the server asks to slow down."""
        if self._limiter is None or status not in _SLOW_DOWN:
            return
        retry_after = headers.get("Retry-After", "")
        try:
            pause_s = Retry().parse_retry_after(retry_after) if retry_after else 0.0
        except (InvalidHeader, ValueError, OverflowError):
            pause_s = 0.0
        self._limiter.pause(max(pause_s, _MIN_PAUSE_S))


class _Adapter(HTTPAdapter):
    """Transport adapter for the ``requests`` library with deadlines shared by its connections."""

    def __init__(self, context: _Context) -> None:
        plain = type("Connection", (_Connection,), {"context": context})
        secure = type("SecureConnection", (_Connection, HTTPSConnection), {"context": context})
        self._pools = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        super().__init__(pool_connections=2, pool_maxsize=CONNECTIONS, max_retries=_RETRIES)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


class _Connection(HTTPConnection):
    """Connection that waits for the limiter, signs, and reads until the deadline."""

    context: ClassVar[_Context]

    def request(self, *args: Any, **kwargs: Any) -> None:
        self.context.acquire()
        super().request(*args, **kwargs)

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, self.context.sign(url), *args, **kwargs)
        for name, value in self.context.headers().items():
            self.putheader(name, value)

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> http.client.HTTPResponse:
        return _TimedResponse(self.context, sock, *args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        response = super().getresponse()
        self.context.pause_if_asked(response.status, response.headers)
        return response


class _TimedResponse(http.client.HTTPResponse):
    """HTTP response that fails when its headers and body are not read by the deadline."""

    def __init__(self, context: _Context, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(context, sock))


class _TimedReader(io.RawIOBase):
    """Socket reader with a deadline.

    A read timeout alone lets a server send one byte every few seconds for hours.
    """

    def __init__(self, context: _Context, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = context.deadline
        self._timeout_s = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the answer takes too long")
        self._sock.settimeout(left_s if self._timeout_s is None else min(left_s, self._timeout_s))
        return self._raw.readinto(buffer) or 0

    def close(self) -> None:
        self._raw.close()
        super().close()
