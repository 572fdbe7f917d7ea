"""Parse TMDb's answers; a field of the wrong type counts as missing.

Parsed records have the types they declare, text that can be stored and shown, and only picture
paths and addresses of known patterns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from recommender.errors import TmdbUnavailable
from recommender.tmdb.enrichment import Details, Offer, Provider

MAX_OVERVIEW: Final = 2000
_MAX_NAME = 80
_MAX_PROVIDERS, _MAX_KEYWORDS, _MAX_COMPOSERS = 12, 6, 2
_PICTURE = re.compile(r"/[A-Za-z0-9_-]{1,80}\.(?:jpe?g|png|webp)", re.IGNORECASE)
_WATCH_LINK = re.compile(r"https://www\.themoviedb\.org/movie/[\w./?=&%-]{1,200}", re.ASCII)
_VIDEO_HOSTS = {
    "YouTube": (re.compile(r"[A-Za-z0-9_-]{6,20}"), "https://www.youtube.com/watch?v="),
    "Vimeo": (re.compile(r"\d{3,12}"), "https://vimeo.com/"),
}
_MAX_ID = 2**31


@dataclass(frozen=True, kw_only=True, slots=True)
class Basics:
    """Answer of the find call for one film."""

    tmdb_id: int
    poster_path: str | None = None
    backdrop_path: str | None = None
    overview: str | None = None


def parse_find(answer: object) -> Basics | None:
    """Return the film of a find answer.

    None when the id is unknown or belongs to a person, a series, an episode or an adult film.
    Among several films, duplicates of one IMDb id, the one with a poster and most votes wins.

    Parameters
    ----------
    answer : decoded JSON

    Raises
    ------
    TmdbUnavailable
        If the answer has another structure.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("movie_results"), list):
        raise TmdbUnavailable("TMDb's answer is not the result of a find call.")
    listed = answer["movie_results"]
    if listed and not any(isinstance(film, dict) and _is_id(film.get("id")) for film in listed):
        raise TmdbUnavailable("TMDb's answer lists films without ids.")
    films = [film for film in listed if _is_film(film)]
    best = max(films, key=_by_poster_and_votes, default=None)
    if best is None:
        return None
    return Basics(
        tmdb_id=best["id"],
        poster_path=_picture(best.get("poster_path")),
        backdrop_path=_picture(best.get("backdrop_path")),
        overview=clean_text(best.get("overview"), MAX_OVERVIEW),
    )


def parse_details(answer: object, *, region: str) -> Details:
    """Return the details of a film.

    Parameters
    ----------
    answer : decoded JSON
    region : country of providers and certificate, e.g. ``"US"``

    Raises
    ------
    TmdbUnavailable
        If the answer has another structure.
    """
    if not isinstance(answer, dict) or not _is_id(answer.get("id")):
        raise TmdbUnavailable("TMDb's answer does not hold the details of a film.")
    offers = _mapping(_mapping(_mapping(answer.get("watch/providers")).get("results")).get(region))
    return Details(
        trailer=_trailer(_mapping(answer.get("videos"))),
        providers=_providers(offers),
        watch_link=_watch_link(offers.get("link")),
        certificate=_certificate(_mapping(answer.get("release_dates")), region),
        music=_composers(_mapping(answer.get("credits"))),
        keywords=_names(_mapping(answer.get("keywords")).get("keywords"), _MAX_KEYWORDS),
    )


def clean_text(value: object, max_length: int) -> str | None:
    """Return text that can be stored and shown; None when there is none.

    Control characters and surrogates are removed and white space is normalised. Marks of writing
    direction stay, because some languages need them.

    Parameters
    ----------
    value : a field of an answer, of any type
    max_length : maximum length in characters; longer text ends with an ellipsis
    """
    if not isinstance(value, str):
        return None
    kept = (
        c if unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in value[: max_length * 4]
    )
    text = " ".join("".join(kept).split())
    return (text if len(text) <= max_length else f"{text[: max_length - 1].rstrip()}…") or None


def _is_film(film: object) -> bool:
    if not isinstance(film, dict) or not _is_id(film.get("id")):
        return False
    if film.get("media_type", "movie") != "movie":
        return False
    # A flag of another type than bool counts as set.
    return all(film.get(flag, False) is False for flag in ("adult", "softcore"))


def _by_poster_and_votes(film: Mapping[str, Any]) -> tuple[bool, int]:
    votes = film.get("vote_count")
    return _picture(film.get("poster_path")) is not None, votes if _is_id(votes) else 0


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MAX_ID


def _picture(value: object) -> str | None:
    return value if isinstance(value, str) and _PICTURE.fullmatch(value) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    return (item for item in (value if isinstance(value, list) else []) if isinstance(item, dict))


def _names(value: object, most: int) -> tuple[str, ...]:
    names = (clean_text(item.get("name"), _MAX_NAME) for item in _mappings(value))
    return tuple(dict.fromkeys(name for name in names if name))[:most]


def _trailer(videos: Mapping[str, Any]) -> str | None:
    best: tuple[tuple[bool, bool], str] | None = None
    for video in _mappings(videos.get("results")):
        site, key, kind = video.get("site"), video.get("key"), video.get("type")
        if kind not in ("Trailer", "Teaser") or not isinstance(site, str):
            continue
        shape, address = _VIDEO_HOSTS.get(site, (None, ""))
        if shape is None or not isinstance(key, str) or not shape.fullmatch(key):
            continue
        worth = (kind == "Trailer", video.get("official") is True)
        if best is None or worth > best[0]:
            best = worth, address + key
    return best[1] if best else None


def _providers(offers: Mapping[str, Any]) -> tuple[Provider, ...]:
    found: dict[str, Provider] = {}
    for offer in Offer:
        for item in _mappings(offers.get(offer)):
            name = clean_text(item.get("provider_name"), _MAX_NAME)
            if name:
                found.setdefault(name, Provider(name=name, offer=offer))
    return tuple(found.values())[:_MAX_PROVIDERS]


def _watch_link(value: object) -> str | None:
    return value if isinstance(value, str) and _WATCH_LINK.fullmatch(value) else None


def _certificate(releases: Mapping[str, Any], region: str) -> str | None:
    for place in _mappings(releases.get("results")):
        if place.get("iso_3166_1") == region:
            for release in _mappings(place.get("release_dates")):
                text = clean_text(release.get("certification"), 12)
                if text:
                    return text
    return None


def _composers(credits: Mapping[str, Any]) -> tuple[str, ...]:
    crew = [p for p in _mappings(credits.get("crew")) if p.get("job") == "Original Music Composer"]
    return _names(crew, _MAX_COMPOSERS)
