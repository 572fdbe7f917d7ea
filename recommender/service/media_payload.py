"""What a browser is told of a film's looks: one shape for walls and for what comes later."""

from __future__ import annotations

from typing import Any, Final

from recommender.tmdb import Enrichment, Offer

_OFFERS: Final = {
    Offer.STREAM: "Stream",
    Offer.FREE: "Free",
    Offer.ADS: "Free with ads",
    Offer.RENT: "Rent",
    Offer.BUY: "Buy",
}


def build_media_payload(found: Enrichment) -> dict[str, Any]:
    """Return the addresses of a film's pictures and the words about it, as JSON takes them.

    Parameters
    ----------
    found
        What TMDb knows; details only when they were asked for.
    """
    look: dict[str, Any] = {"poster": None, "wide": None, "overview": found.overview}
    if found.poster_path is not None:
        look["poster"] = {
            "wall": found.poster_url("w342"),
            "wall_set": _source_set(found, "w342", "w500"),
            "page": found.poster_url("w500"),
            "page_set": _source_set(found, "w342", "w500", "w780"),
        }
    if found.details is not None:
        look["wide"] = found.backdrop_url("w1280")
        look["trailer"] = found.trailer
        look["watch"] = _group_offers(found)
        look["watch_link"] = found.details.watch_link
        look["facts"] = [
            [name, value]
            for name, value in (
                ("Certificate", found.details.certificate or ""),
                ("Music by", ", ".join(found.details.music)),
                ("About", ", ".join(found.details.keywords)),
            )
            if value
        ]
    return look


def _source_set(found: Enrichment, *sizes: str) -> str:
    return ", ".join(f"{found.poster_url(size)} {size[1:]}w" for size in sizes)


def _group_offers(found: Enrichment) -> list[list[str]]:
    groups = [
        [words, ", ".join(p.name for p in found.providers if p.offer is offer)]
        for offer, words in _OFFERS.items()
    ]
    return [group for group in groups if group[1]]
