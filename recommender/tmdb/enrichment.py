"""What TMDb knows of a film, as pages and routes see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

POSTER_SIZES: Final = ("w92", "w154", "w185", "w342", "w500", "w780")
BACKDROP_SIZES: Final = ("w300", "w780", "w1280")
"""TMDb's widths in pixels, used until its configuration says otherwise."""


class Offer(StrEnum):
    """How a film can be watched at a provider; the values are TMDb's own words."""

    STREAM = "flatrate"
    FREE = "free"
    ADS = "ads"
    RENT = "rent"
    BUY = "buy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """Somebody who shows a film, and how."""

    name: str
    offer: Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Images:
    """Where pictures are: on TMDb's host, or behind Marquee's own server.

    Attributes
    ----------
    base
        Address before the size, without a slash at its end.
    proxied
        Whether addresses lead to Marquee's own server instead.
    poster_sizes, backdrop_sizes
        Sizes there are, smallest first.
    """

    base: str
    proxied: bool = False
    poster_sizes: tuple[str, ...] = POSTER_SIZES
    backdrop_sizes: tuple[str, ...] = BACKDROP_SIZES

    def poster_url(self, tconst: str, path: str, size: str) -> str:
        """Return the address of a poster in the size nearest to the one asked for."""
        return self._url("poster", tconst, path, nearest_size(size, self.poster_sizes))

    def backdrop_url(self, tconst: str, path: str, size: str) -> str:
        """Return the address of a backdrop in the size nearest to the one asked for."""
        return self._url("backdrop", tconst, path, nearest_size(size, self.backdrop_sizes))

    def _url(self, kind: str, tconst: str, path: str, size: str) -> str:
        return f"/{kind}/{tconst}/{size}" if self.proxied else f"{self.base}/{size}{path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """What only a film's own page asks for; each empty when TMDb does not say.

    Attributes
    ----------
    trailer
        Address of a video at YouTube or Vimeo.
    providers
        Where to watch in the region of the settings, as JustWatch told TMDb.
    watch_link
        TMDb's own page of where to watch.
    certificate
        For whom the film is released in the region, e.g. ``"PG-13"``.
    music
        Who wrote the music.
    keywords
        A few words on what it is about.
    """

    trailer: str | None = None
    providers: tuple[Provider, ...] = ()
    watch_link: str | None = None
    certificate: str | None = None
    music: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrichment:
    """What TMDb knows of one film. Texts are a stranger's: shown as text, never as markup.

    Attributes
    ----------
    tconst, tmdb_id
        The film, by IMDb and by TMDb.
    poster_path, backdrop_path
        Names of pictures; None when there are none.
    overview
        What it is about, in the language of the settings; None when nobody wrote it.
    details
        None until the film's own page has asked for them.
    fetched_at
        When TMDb said so; it may be kept for six months.
    images
        Where pictures are.
    """

    tconst: str
    tmdb_id: int
    poster_path: str | None = None
    backdrop_path: str | None = None
    overview: str | None = None
    details: Details | None = None
    fetched_at: datetime
    images: Images = field(repr=False)

    @property
    def trailer(self) -> str | None:
        """Address of a trailer; None without one, or when details were not asked for."""
        return self.details.trailer if self.details else None

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Where to watch; empty when nobody shows it, or details were not asked for."""
        return self.details.providers if self.details else ()

    def poster_url(self, size: str = "w500") -> str | None:
        """Return the address of the poster; None without one.

        Parameters
        ----------
        size
            ``"w185"``, ``"w342"``, ``"w500"`` or ``"w780"``: the width in pixels.
        """
        if self.poster_path is None:
            return None
        return self.images.poster_url(self.tconst, self.poster_path, size)

    def backdrop_url(self, size: str = "w1280") -> str | None:
        """Return the address of a wide picture of the film; None without one.

        Parameters
        ----------
        size
            ``"w300"``, ``"w780"`` or ``"w1280"``: the width in pixels.
        """
        if self.backdrop_path is None:
            return None
        return self.images.backdrop_url(self.tconst, self.backdrop_path, size)


def nearest_size(wanted: str, sizes: Sequence[str]) -> str:
    """Return the smallest of the sizes that is at least as wide as wanted, else the widest.

    Parameters
    ----------
    wanted
        ``"w342"``.
    sizes
        Such words, at least one.
    """
    if wanted in sizes:
        return wanted
    width = int(wanted[1:]) if wanted[1:].isdecimal() else 0
    ordered = sorted(sizes, key=lambda size: int(size[1:]))
    return next((size for size in ordered if int(size[1:]) >= width), ordered[-1])
