"""Film cards as the wall component gets them: the film, its drawn poster, match and reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from recommender.entities import Film, Recommendation
from recommender.tmdb import draw_poster
from recommender.ui.formatting import format_card_facts, format_facts

Card = dict[str, Any]
"""JSON object of one card; ``id`` is the tconst."""


def build_card(film: Film) -> Card:
    """Return the card of a film."""
    art = draw_poster(film)
    return {
        "id": film.tconst,
        "href": f"film?tconst={film.tconst}",
        "label": film.label,
        "title": film.primary_title,
        "by": film.directors[0] if film.directors else str(film.start_year),
        "meta": format_card_facts(film),
        "art": {
            "svg": art.svg,
            "ground": art.ground,
            "ink": art.ink,
            "zone": art.title_zone,
            "size": art.title_size,
        },
        "match": None,
        "because": "",
    }


def build_pick_card(pick: Recommendation, *, show_match: bool = True) -> Card:
    """Return the card of a recommended film, with its reason.

    Parameters
    ----------
    pick
        The film and its reason.
    show_match
        False for a film that was not ranked for the visitor's whole taste: it has no match.
    """
    match = pick.match_percent if show_match else None
    return build_card(pick.film) | {"match": match, "because": pick.because}


def build_feature_card(
    film: Film,
    *,
    heading: Literal[1, 2],
    kicker: str = "",
    because: str = "",
    also: Sequence[str] = (),
    match: int | None,
) -> Card:
    """Return the large card of one film.

    Parameters
    ----------
    film
        The film.
    heading
        1 on the film's own page, 2 where the card links to it.
    kicker
        Line above the title.
    because
        The main reason.
    also
        Further reasons, one sentence each.
    match
        Match in percent; None without one.
    """
    cast = film.cast[:8] if heading == 1 else film.cast[:4]
    people = [("Directed by", film.directors), ("Written by", film.writers[:4]), ("With", cast)]
    other_title = film.original_title if film.original_title != film.primary_title else ""
    return build_card(film) | {
        "heading": heading,
        "kicker": kicker,
        "because": because,
        "also": list(also),
        "match": match,
        "meta": format_facts(film),
        "original": other_title if heading == 1 else "",
        "people": [(role, list(names)) for role, names in people if names],
    }
