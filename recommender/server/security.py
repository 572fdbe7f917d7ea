"""Security headers, a content security policy (CSP) for Streamlit, and the origin check.

Streamlit's page contains an inline script, which the CSP allows by hash. The hash is computed at
server start from the installed Streamlit, so a Streamlit update does not break the policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html.parser import HTMLParser
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POSTER_HOST = "https://image.tmdb.org"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNUSED_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")


class SecurityHeadersMiddleware:
    """ASGI middleware that adds missing security headers to every response.

    Parameters
    ----------
    app
        The wrapped ASGI application.
    policy
        Content security policy from ``build_content_policy``.
    """

    def __init__(self, app: ASGIApp, *, policy: str) -> None:
        self.app = app
        self._headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "x-frame-options": "SAMEORIGIN",
            "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; add the security headers that the response lacks."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self._headers.items():
                    headers.setdefault(name, value)  # a route may be stricter
            await send(message)

        await self.app(scope, receive, send_with_headers)


def build_content_policy(page: str, *, image_host: str = POSTER_HOST) -> str:
    """Return the content security policy (header value) for Streamlit's page.

    Parameters
    ----------
    page
        HTML that Streamlit serves for every page.
    image_host
        External host that images may come from; "" for none.
    """
    hashes = " ".join(f"'{source}'" for source in hash_inline_scripts(page))
    directives = {
        "default-src": "'self'",
        # blob: is needed because Streamlit loads v2 components as blobs. 'unsafe-eval' is not:
        # Vega runs its interpreter. 'wasm-unsafe-eval' is not: Streamlit falls back to JavaScript.
        "script-src": f"'self' blob: {hashes}".rstrip(),
        # Streamlit's scripts insert inline styles.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {image_host}".rstrip(),
        "font-src": "'self' data:",
        "media-src": "'self'",
        "connect-src": "'self'",  # includes the websocket of the same host
        "worker-src": "'self'",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "form-action": "'self'",
        "base-uri": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def hash_inline_scripts(page: str) -> tuple[str, ...]:
    """Return the CSP hash of each inline script of an HTML page, such as ``sha256-...``.

    Parameters
    ----------
    page
        HTML of the page.
    """
    finder = _InlineScripts()
    finder.feed(page)
    finder.close()
    return tuple(
        "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in finder.scripts
    )


def read_streamlit_page() -> str:
    """Return the HTML that the installed Streamlit serves for every page; "" if not found."""
    page = files("streamlit") / "static" / "index.html"
    return page.read_text(encoding="utf-8") if page.is_file() else ""


def is_own_origin(scope: Scope) -> bool:
    """Return whether the ``Origin`` header of a request is Marquee's own origin.

    Browsers also send cookies with cross-site requests, so a cookie alone is no proof. A missing,
    ``null``, malformed or repeated header gives False. An HTTPS origin is accepted for an HTTP
    request, because a proxy may terminate TLS; an HTTP origin for an HTTPS request is refused.

    Parameters
    ----------
    scope
        ASGI scope of the HTTP request.
    """
    headers = Headers(scope=scope)
    origins, hosts = headers.getlist("origin"), headers.getlist("host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    scheme, separator, rest = origins[0].partition("://")
    if not separator or scheme not in _DEFAULT_PORTS or set(rest) & set("/?#@ "):
        return False
    if scheme == "http" and scope["scheme"] == "https":
        return False
    address = _split_authority(scheme, rest)
    return address is not None and address == _split_authority(scheme, hosts[0])


def _split_authority(scheme: str, authority: str) -> tuple[str, int] | None:
    """Split ``host:port``, with the scheme's default port; None if malformed."""
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, port or _DEFAULT_PORTS[scheme]) if host and not parts.username else None


class _InlineScripts(HTMLParser):
    """HTML parser that collects the exact source of inline scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data
