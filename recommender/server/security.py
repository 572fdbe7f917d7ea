"""Security headers with a content security policy that fits Streamlit, and the origin check.

Streamlit's page holds one inline script. It is allowed by its hash, computed from the installed
page when the server starts, so an update of Streamlit does not break the policy.
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
    """Adds the security headers that an answer does not already have.

    Parameters
    ----------
    app
        The application inside.
    policy
        The content security policy, as ``build_content_policy`` returns it.
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
        """Serve one request."""
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
    """Return the content security policy for Streamlit's page.

    Parameters
    ----------
    page
        The HTML that Streamlit serves for every page.
    image_host
        The one other host that images may come from; empty for none.
    """
    hashes = " ".join(f"'{source}'" for source in hash_inline_scripts(page))
    directives = {
        "default-src": "'self'",
        # blob: Streamlit loads the script of a v2 component as one. No 'unsafe-eval': Vega
        # interprets charts. No 'wasm-unsafe-eval': Streamlit tries WebAssembly for 64-bit numbers
        # and works without.
        "script-src": f"'self' blob: {hashes}".rstrip(),
        # Streamlit's own styles are written by its scripts.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {image_host}".rstrip(),
        "font-src": "'self' data:",
        "media-src": "'self'",
        "connect-src": "'self'",  # the websocket of the same host included
        "worker-src": "'self'",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "form-action": "'self'",
        "base-uri": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def hash_inline_scripts(page: str) -> tuple[str, ...]:
    """Return the hash sources of a page's inline scripts, in order, as a policy names them.

    Parameters
    ----------
    page
        HTML.
    """
    finder = _InlineScripts()
    finder.feed(page)
    finder.close()
    return tuple(
        "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in finder.scripts
    )


def read_streamlit_page() -> str:
    """Return the HTML that the installed Streamlit serves for every page; empty without one."""
    page = files("streamlit") / "static" / "index.html"
    return page.read_text(encoding="utf-8") if page.is_file() else ""


def is_own_origin(scope: Scope) -> bool:
    """Return whether the ``Origin`` header says that a page of Marquee sent the request.

    A browser sends cookies with requests of other sites too, so a cookie alone proves nothing. A
    missing, ``null``, malformed or repeated header is refused. So is HTTP towards HTTPS. HTTPS
    towards HTTP is accepted: a proxy in front of Marquee ends HTTPS.

    Parameters
    ----------
    scope
        Of an HTTP request.
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
    """Return host and port, with the scheme's port as default; None if malformed."""
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, port or _DEFAULT_PORTS[scheme]) if host and not parts.username else None


class _InlineScripts(HTMLParser):
    """Collects the exact text between <script> and </script>."""

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
