"""Records of what TMDb knows about a film."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

POSTER_SIZES: Final = ("w92", "w154", "w185", "w342", "w500", "w780")
BACKDROP_SIZES: Final = ("w300", "w780", "w1280")
"""Widths in pixels that TMDb offers."""


class Offer(StrEnum):
    """Way to watch a film at a provider; the values are TMDb's."""

    STREAM = "flatrate"
    FREE = "free"
    ADS = "ads"
    RENT = "rent"
    BUY = "buy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """Streaming service, and how it offers a film."""

    name: str
    offer: Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """Details for a film's own page; a field is empty when TMDb has none.

    Attributes
    ----------
    trailer : address of a video at YouTube or Vimeo
    providers : where to watch in the region of the settings; TMDb's source is JustWatch
    watch_link : TMDb's page of where to watch
    certificate : age rating in the region, e.g. ``"PG-13"``
    music : composers
    keywords : topics of the film
    """

    trailer: str | None = None
    providers: tuple[Provider, ...] = ()
    watch_link: str | None = None
    certificate: str | None = None
    music: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrichment:
    """What TMDb knows about one film. Texts are untrusted: show them as text, never as markup.

    Attributes
    ----------
    poster_path, backdrop_path : TMDb's paths of pictures; None without one
    overview : summary in the language of the settings; None without one
    details : None until the film's own page has fetched them
    image_base : address of pictures before their size; empty for Marquee's own image routes
    """

    tconst: str
    tmdb_id: int
    poster_path: str | None
    backdrop_path: str | None
    overview: str | None
    details: Details | None = None
    fetched_at: datetime
    image_base: str = field(repr=False)

    def poster_url(self, size: str = "w500") -> str | None:
        """Return the address of the poster in one of `POSTER_SIZES`; None without one."""
        return self._url("poster", self.poster_path, size)

    def backdrop_url(self) -> str | None:
        """Return the address of the backdrop, 1280 pixels wide; None without one."""
        return self._url("backdrop", self.backdrop_path, "w1280")

    def _url(self, kind: str, path: str | None, size: str) -> str | None:
        if path is None:
            return None
        if not self.image_base:
            return f"/{kind}/{self.tconst}/{size}"
        return f"{self.image_base}/{size}{path}"
