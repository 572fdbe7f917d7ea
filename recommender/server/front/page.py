"""Streamlit's page with a head of our own: style, fonts, what a shared link shows, an outline.

What a page looks like is in its head, so nothing jumps when Streamlit has drawn its own idea of
it first.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

from recommender.entities import Film
from recommender.server.front.hints import find_parts, read_manifest
from recommender.server.front.shells import draw_shell
from recommender.server.front.stored_files import LOOK, StoredFile
from recommender.server.front.titles import DESCRIPTION, PAGE_TITLES, SITE_NAME, say_title

_STYLES = Path(__file__).parent / "styles"
_EARLY_FONTS: Final = ("display-latin.woff2", "text-latin.woff2")
# Streamlit asks for a font of its own that no page uses, and for its own icon.
_NOT_OURS = re.compile(r"<link\b[^>]*\b(?:as=\"font\"|rel=\"shortcut icon\")[^>]*>", re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_ASKED = re.compile(r"(?:src|href)=\"\./(static/[^\"]+)\"")


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page as it is sent: as it is, and compressed."""

    plain: bytes
    packed: bytes


class FrontPage:
    """Makes the page of an address.

    Parameters
    ----------
    source
        Streamlit's own page.
    stored
        The files that are answered from memory, by path.
    code
        Names of the components' modules among them, which are asked for with the page.
    """

    def __init__(
        self, source: str, stored: Mapping[str, StoredFile], code: Iterable[str] = ()
    ) -> None:
        self.source = source
        self._stored = stored
        self._code = tuple(code)
        self._manifest = read_manifest()
        self._style = _read_styles()
        self.build = lru_cache(maxsize=128)(self._build)

    def list_early_files(self) -> tuple[str, ...]:
        """Return the paths of what a first visit to Home asks for."""
        names = (*_EARLY_FONTS, "wordmark.svg", "icon.svg", *self._code)
        own = [f"{LOOK}/{name}" for name in names]
        named = _ASKED.findall(self.source)
        return (*own, *(f"/{name}" for name in (*named, *find_parts("", self._manifest))))

    def _build(
        self,
        path: str,
        origin: str,
        title: str = "",
        description: str = "",
        films: tuple[Film, ...] = (),
    ) -> BuiltPage:
        """Return the page.

        Parameters
        ----------
        path
            Of the request, with its slash.
        origin
            Scheme and host the visitor used: a shared link's picture needs a whole address.
        title
            What the page is about, where that is more than the page's name.
        description
            A sentence about it.
        films
            What it will show first, where that is known already.
        """
        page = path.strip("/")
        title = f"{title} · {SITE_NAME}" if title else say_title(path)
        head = self._build_head(page, origin, title, description or DESCRIPTION)
        html = _NOT_OURS.sub("", self.source)
        html = _TITLE.sub(lambda _: f"<title>{escape(title)}</title>", html, count=1)
        html = html.replace(", shrink-to-fit=no", ", viewport-fit=cover", 1)
        html = html.replace("</head>", f"{head}\n  </head>", 1)
        known = page if page in PAGE_TITLES else ""
        shell = draw_shell(known, logo=self._at("wordmark.svg"), films=films)
        html = html.replace('<div id="root"></div>', f'<div id="root"></div>\n{shell}', 1)
        plain = html.encode()
        return BuiltPage(plain, gzip.compress(plain, compresslevel=6, mtime=0))

    def _build_head(self, page: str, origin: str, title: str, description: str) -> str:
        about = {
            "og:type": "website",
            "og:site_name": SITE_NAME,
            "og:title": title,
            "og:description": description,
            "og:image": origin + self._at("social.jpg"),
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": "A wall of drawn film posters",
        }
        lines = [
            f'<meta name="description" content="{escape(description)}">',
            '<meta name="theme-color" content="#fbf8f3" media="(prefers-color-scheme: light)">',
            '<meta name="theme-color" content="#12100f" media="(prefers-color-scheme: dark)">',
            '<meta name="color-scheme" content="light dark">',
            *(f'<meta property="{k}" content="{escape(v)}">' for k, v in about.items()),
            '<meta name="twitter:card" content="summary_large_image">',
            f'<link rel="icon" type="image/svg+xml" href="{self._at("icon.svg")}">',
            f'<link rel="icon" type="image/png" sizes="32x32" href="{self._at("icon-32.png")}">',
            f'<link rel="apple-touch-icon" href="{self._at("icon-180.png")}">',
            f'<link rel="manifest" href="{self._at("site.webmanifest")}">',
            *(
                f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{LOOK}/{name}">'
                for name in _EARLY_FONTS
            ),
            *(
                f'<link rel="modulepreload" crossorigin href="{address}">'
                for address in (
                    *(f"/{name}" for name in find_parts(page, self._manifest)),
                    *map(self._at, self._code),
                )
            ),
            f"<style>{self._style}</style>",
            "<noscript><style>#shell{display:none}</style></noscript>",
        ]
        return "\n    ".join(lines)

    def _at(self, name: str) -> str:
        """Return the address of a file of ours."""
        return self._stored[f"{LOOK}/{name}"].address


def _read_styles() -> str:
    named = {path.stem: path.read_text(encoding="utf-8") for path in _STYLES.glob("*.css")}
    # A wall has the posters' style in a shadow of its own; in the page it is the outline's alone.
    named["poster"] = f"#shell {{\n{named['poster']}\n}}"
    style = "\n".join(named[name] for name in ("fonts", "poster", "shell", "frame", "print"))
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", style.replace("{look}", LOOK)).strip()
