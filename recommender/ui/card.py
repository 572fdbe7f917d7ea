"""What a wall is told of a film, written as JSON once and not with each run.

A drawn poster is most of a card, and a film's never changes: so a card is in two parts, what the
film is, kept as text, and what is said of it here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from recommender.entities import Film, Recommendation
from recommender.tmdb import draw_poster
from recommender.ui.formatting import format_card_facts, format_facts

_PLAIN: Mapping[str, Any] = MappingProxyType({"match": None, "because": ""})
_PLAIN_END = f", {json.dumps({**_PLAIN, 'look': None})[1:]}"


@dataclass(frozen=True, slots=True)
class Card:
    """What the component draws of a film: the film, and what is said of it here."""

    film: Film
    said: Mapping[str, Any]

    def encode(self, look: Mapping[str, Any] | None) -> str:
        """Return the card as JSON.

        Parameters
        ----------
        look
            From ``build_media_payload``; None where nothing is known.
        """
        film = _encode_film(self.film)[:-1]
        if look is None and self.said is _PLAIN:
            return film + _PLAIN_END
        return f"{film}, {json.dumps({**self.said, 'look': look})[1:]}"


def build_card(film: Film) -> Card:
    """Return what the component draws of a film."""
    return Card(film, _PLAIN)


def build_pick_card(pick: Recommendation, *, show_match: bool = True) -> Card:
    """Return what the component draws of a recommended film: match and reason with it.

    Parameters
    ----------
    pick
        The film and why it is shown.
    show_match
        False for a film that was not ranked for the visitor's whole taste: there is no match then.
    """
    match = pick.match_percent if show_match else None
    return Card(pick.film, {"match": match, "because": pick.because})


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
        Whose card it is.
    heading
        1 on the film's own page, 2 where the card links to it.
    kicker
        A line above the title.
    because
        Why it is shown.
    also
        What else speaks for it, a sentence each.
    match
        Match in percent; None where there is none.
    """
    people = [("Directed by", film.directors), ("Written by", film.writers[:4])]
    people.append(("With", film.cast[:8] if heading == 1 else film.cast[:4]))
    other_title = film.original_title if film.original_title != film.primary_title else ""
    return Card(
        film,
        {
            "heading": heading,
            "kicker": kicker,
            "because": because,
            "also": list(also),
            "match": match,
            "meta": format_facts(film),
            "original": other_title if heading == 1 else "",
            "people": [(role, list(names)) for role, names in people if names],
        },
    )


def draw_card(film: Film) -> None:
    """Draw a film's poster ahead of being asked for it."""
    _encode_film(film)


# Forty posters take 6 ms of processor time to draw; ten thousand take 25 MB.
@lru_cache(maxsize=12_288)
def _encode_film(film: Film) -> str:
    art = draw_poster(film)
    return json.dumps(
        {
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
        }
    )
