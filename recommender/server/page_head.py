"""Middleware that writes the HTML head (title, icons, link preview, style) of every page.

Streamlit answers every unknown path with its ``index.html``. At paths of Marquee's pages, the
middleware replaces the head of that HTML. At other paths it answers 404 with a link to Home.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.server.security import read_streamlit_page
from recommender.server.static_files import ASSETS_FOLDER, build_asset_url

Describe = Callable[[str, str], tuple[str, str]]
"""Function from URL path and query to title and description; "" selects the default."""

SITE_NAME: Final = "Marquee"
PAGE_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "Home",
        "search": "Search",
        "for_you": "For you",
        "film": "Film",
        "library": "My films",
        "insights": "Insights",
        "about": "How it works",
        "account": "Account",
    }
)
"""Titles of the pages, by URL path without the slash."""

_DESCRIPTION = "Finds you films you will like, and shows you why."
# The same URLs as in .streamlit/config.toml, so that browsers load each font once.
_FONT_URLS = ("/assets/fonts/display-latin.woff2", "/assets/fonts/text-latin.woff2")
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
# Streamlit's own icon, font and agent API, which Marquee does not use.
_UNUSED_LINKS = re.compile(
    r"<link\b[^>]*(?:as=\"font\"|rel=\"(?:shortcut icon|service-desc)\")[^>]*>", re.DOTALL
)
_NOTICE_STYLE = (Path(__file__).parent / "templates" / "form.css").read_text(encoding="utf-8")
_NOTICE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title} · Marquee</title><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="{icon}">
<style>{style}</style></head>
<body><header><a class="name" href="/">Marquee</a></header><main><h1>{title}</h1>{text}
<ul class="links"><li><a href="/">Go to Home</a></li>
<li><a href="/search">Search for a film</a></li></ul></main></body></html>"""
_PLAIN_REQUEST_DROPS = frozenset(
    {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
)


class PageHeadMiddleware:
    """ASGI middleware that replaces the head of Streamlit's page, or answers 404 if no page exists.

    Parameters
    ----------
    app
        The wrapped ASGI application.
    describe
        Returns the title and description of a URL, for link previews.
    """

    def __init__(self, app: ASGIApp, *, describe: Describe | None = None) -> None:
        self.app = app
        self._describe = describe
        self._source = read_streamlit_page()
        self._style = _read_styles()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; replace Streamlit's page with Marquee's page or a 404."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _may_be_page(scope):
            await self.app(scope, receive, send)
            return
        # Request a complete, uncompressed response, so that it can be compared with Streamlit's.
        kept = [(n, v) for n, v in scope["headers"] if n not in _PLAIN_REQUEST_DROPS]
        starts: list[Message] = []
        body = bytearray()

        async def collect_html(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                starts.append(message)
                return
            if not starts:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            start, answer = starts[0], bytes(body)
            if answer == self._source.encode():
                start, answer = await run_in_threadpool(self._replace, scope, start)
            await send(start)
            await send({"type": "http.response.body", "body": answer})

        await self.app({**scope, "headers": kept}, receive, collect_html)

    def _replace(self, scope: Scope, start: Message) -> tuple[Message, bytes]:
        """Return the ASGI start message and body that replace Streamlit's response."""
        url = Request(scope).url
        is_page = url.path.removeprefix("/") in PAGE_TITLES
        if is_page:
            html = self._build(url.path, url.query, f"{url.scheme}://{url.netloc}")
        else:
            html = render_notice(
                "Page not found",
                "There is no page at this address. The link may be old or incomplete.",
            )
        body = html.encode()
        start = {**start, "status": 200 if is_page else 404, "headers": list(start["headers"])}
        headers = MutableHeaders(raw=start["headers"])
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        headers["content-length"] = str(len(body))
        return start, body

    def _build(self, path: str, query: str, origin: str) -> str:
        """Return the HTML of a page; link previews need ``origin`` for absolute URLs."""
        title = description = ""
        if self._describe is not None and query:
            title, description = self._describe(path, query)
        title = title or PAGE_TITLES[path.removeprefix("/")]
        title = SITE_NAME if title == "Home" else f"{title} · {SITE_NAME}"
        head = _render_head(title, description or _DESCRIPTION, origin)
        html = _UNUSED_LINKS.sub("", self._source)
        html = _NOSCRIPT.sub("<noscript><p>Marquee needs JavaScript.</p></noscript>", html)
        html = _TITLE.sub(lambda _: f"<title>{escape(title)}</title>", html, count=1)
        html = html.replace(", shrink-to-fit=no", ", viewport-fit=cover", 1)
        return html.replace("</head>", f"{head}\n<style>{self._style}</style>\n</head>", 1)


def render_notice(title: str, *paragraphs: str) -> str:
    """Return the HTML of a small page with a message and a link to Home.

    Parameters
    ----------
    title
        Heading of the page.
    paragraphs
        Paragraphs as plain text, which is escaped.
    """
    text = "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)
    icon = build_asset_url("pictures/icon.svg")
    return _NOTICE.format(title=escape(title), text=text, icon=icon, style=_NOTICE_STYLE)


def _render_head(title: str, description: str, origin: str) -> str:
    preview = {
        "og:type": "website",
        "og:site_name": SITE_NAME,
        "og:title": title,
        "og:description": description,
        "og:image": origin + build_asset_url("pictures/social.jpg"),
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "A wall of drawn film posters",
    }
    picture = {
        name: build_asset_url(f"pictures/{name}")
        for name in ("icon.svg", "icon-32.png", "icon-180.png", "site.webmanifest")
    }
    lines = [
        f'<meta name="description" content="{escape(description)}">',
        '<meta name="theme-color" content="#fbf8f3" media="(prefers-color-scheme: light)">',
        '<meta name="theme-color" content="#12100f" media="(prefers-color-scheme: dark)">',
        '<meta name="color-scheme" content="light dark">',
        *(f'<meta property="{k}" content="{escape(v)}">' for k, v in preview.items()),
        '<meta name="twitter:card" content="summary_large_image">',
        f'<link rel="icon" type="image/svg+xml" href="{picture["icon.svg"]}">',
        f'<link rel="icon" type="image/png" sizes="32x32" href="{picture["icon-32.png"]}">',
        f'<link rel="apple-touch-icon" href="{picture["icon-180.png"]}">',
        f'<link rel="manifest" href="{picture["site.webmanifest"]}">',
        *(
            f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{url}">'
            for url in _FONT_URLS
        ),
    ]
    return "\n".join(lines)


def _read_styles() -> str:
    names = ("frame.css", "print.css")
    styles = [(ASSETS_FOLDER / "styles" / name).read_text(encoding="utf-8") for name in names]
    return re.sub(r"/\*.*?\*/", "", "\n".join(styles), flags=re.DOTALL)


def _may_be_page(scope: Scope) -> bool:
    """Return whether a request may be for an HTML page, by a browser or a crawler."""
    is_page_path = scope["path"].removeprefix("/") in PAGE_TITLES
    return is_page_path or "text/html" in Headers(scope=scope).get("accept", "")


def _is_html(start: Message) -> bool:
    content_type = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and content_type.startswith("text/html")
