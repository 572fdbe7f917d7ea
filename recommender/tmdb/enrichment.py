"""Records of what TMDb knows about a film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

POSTER_SIZES: Final = ("w92", "w154", "w185", "w342", "w500", "w780")
BACKDROP_SIZES: Final = ("w300", "w780", "w1280")
"""Widths in pixels, used until TMDb's configuration is known."""


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
class Images:
    """Addresses of pictures.

    Attributes
    ----------
    base
        Address before the size, without a slash at its end.
    proxied
        Whether addresses lead to Marquee's own server instead.
    poster_sizes, backdrop_sizes
        Available sizes, smallest first.
    """

    base: str
    proxied: bool = False
    poster_sizes: tuple[str, ...] = POSTER_SIZES
    backdrop_sizes: tuple[str, ...] = BACKDROP_SIZES

    def poster_url(self, tconst: str, path: str, size: str) -> str:
        """Return the address of a poster in the nearest size."""
        return self._url("poster", tconst, path, nearest_size(size, self.poster_sizes))

    def backdrop_url(self, tconst: str, path: str, size: str) -> str:
        """Return the address of a backdrop in the nearest size."""
        return self._url("backdrop", tconst, path, nearest_size(size, self.backdrop_sizes))

    def _url(self, kind: str, tconst: str, path: str, size: str) -> str:
        return f"/{kind}/{tconst}/{size}" if self.proxied else f"{self.base}/{size}{path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """Details for a film's own page; a field is empty when TMDb has none.

    Attributes
    ----------
    trailer
        Address of a video at YouTube or Vimeo.
    providers
        Where to watch in the region of the settings; TMDb's source is JustWatch.
    watch_link
        TMDb's page of where to watch.
    certificate
        Age rating in the region, e.g. ``"PG-13"``.
    music
        Composers.
    keywords
        Topics of the film.
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
    tconst, tmdb_id
        Ids of IMDb and TMDb.
    poster_path, backdrop_path
        Paths of pictures; None without one.
    overview
        Summary in the language of the settings; None without one.
    details
        None until the film's own page has fetched them.
    fetched_at
        Time of TMDb's answer.
    images
        Addresses of pictures.
    """

    tconst: str
    tmdb_id: int
    poster_path: str | None = None
    backdrop_path: str | None = None
    overview: str | None = None
    details: Details | None = None
    fetched_at: datetime
    images: Images = field(repr=False)

    def poster_url(self, size: str = "w500") -> str | None:
        """Return the address of the poster of about this width (``"w500"``); None without one."""
        if self.poster_path is None:
            return None
        return self.images.poster_url(self.tconst, self.poster_path, size)

    def backdrop_url(self, size: str = "w1280") -> str | None:
        """Return the address of the backdrop of about this width; None without one."""
        if self.backdrop_path is None:
            return None
        return self.images.backdrop_url(self.tconst, self.backdrop_path, size)


def nearest_size(wanted: str, sizes: Sequence[str]) -> str:
    """Return the smallest size at least as wide as ``wanted``, else the widest."""
    if wanted in sizes:
        return wanted
    width = int(wanted[1:]) if wanted[1:].isdecimal() else 0
    ordered = sorted(sizes, key=lambda size: int(size[1:]))
    return next((size for size in ordered if int(size[1:]) >= width), ordered[-1])
