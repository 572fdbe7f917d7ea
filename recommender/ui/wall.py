"""Film cards, rendered by one JavaScript component as a grid, as rows or as one large card.

For forty films, native Streamlit columns take three times as long and ten times the DOM nodes. The
component shows a click at once and sends it to ``POST /app/interactions`` (``interactions.js``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from recommender.entities import Film, Recommendation
from recommender.server import CLICKED_KINDS
from recommender.tmdb import draw_poster
from recommender.ui.component_code import WALL
from recommender.ui.formatting import format_card_facts, format_facts
from recommender.ui.posters import find_media
from recommender.ui.visitor import Visitor

Variant = Literal["grid", "row", "feature"]
Card = dict[str, Any]
"""JSON object of one film card; ``id`` is the IMDb id."""

_component = st.components.v2.component(
    "marquee_wall", html='<div class="wall"></div>', js=WALL.loader
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """Row of film cards: key, heading, and label for screen readers."""

    key: str
    title: str
    label: str
    cards: Sequence[Card]


def build_card(film: Film) -> Card:
    """Build the card of a film as a JSON object for the component."""
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
    """Build the card of a recommended film, with its reason and predicted match.

    Parameters
    ----------
    pick
        Recommended film with its reason.
    show_match
        Whether to show the match percentage; false for films not ranked on the whole profile.
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
    """Build the large card of one film, for the hero of Home or a film page.

    Parameters
    ----------
    film
        Film on the card.
    heading
        Level of the HTML heading: 1 on the film page, 2 if the card links to the film page.
    kicker
        Line above the title.
    because
        Main reason for the recommendation.
    also
        Further reasons, one sentence each.
    match
        Predicted match in percent; None shows no match.
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


def render_wall(
    cards: Sequence[Card],
    visitor: Visitor,
    *,
    key: str,
    label: str,
    variant: Variant = "grid",
    rerun_on_save: bool = False,
) -> None:
    """Render film cards with the user's interactions; a click on a card opens the film.

    Cached posters are shown at once; the browser requests the others later, without a rerun.

    Parameters
    ----------
    cards
        Cards from `build_card`, `build_pick_card` or `build_feature_card`.
    visitor
        Current user, whose interactions the cards show.
    key
        Component key, the same in every run.
    label
        Label of the list for screen readers.
    variant
        Layout of the cards; ``"feature"`` takes one card.
    rerun_on_save
        Whether to rerun the page, or the fragment around the cards, after a click is saved.
    """
    strip = Strip(key=key, title="", label=label, cards=cards)
    _render([strip], visitor, key=key, variant=variant, rerun_on_save=rerun_on_save)


def render_rows(rows: Sequence[Strip], visitor: Visitor, *, key: str) -> None:
    """Render several titled rows of film cards in one component.

    Parameters
    ----------
    rows
        Rows from top to bottom, without duplicate films.
    visitor
        Current user, whose interactions the cards show.
    key
        Component key, the same in every run.
    """
    if rows:
        _render(rows, visitor, key=key, variant="row", rerun_on_save=False)


def _render(
    rows: Sequence[Strip], visitor: Visitor, *, key: str, variant: Variant, rerun_on_save: bool
) -> None:
    cards = [card for row in rows for card in row.cards]
    media = find_media(
        [card["id"] for card in cards],
        details=variant == "feature" and cards[0]["heading"] == 1,
    )
    data = {
        "rows": [
            {
                "key": row.key,
                "title": row.title,
                "label": row.label,
                "films": [card | {"media": media.known.get(card["id"])} for card in row.cards],
            }
            for row in rows
        ],
        "interactions": {
            card["id"]: [kind.value for kind in CLICKED_KINDS if kind in kinds]
            for card in cards
            if (kinds := visitor.interactions.get(card["id"]))
        },
        "readAt": visitor.read_at_ms,
        "rerunOnSave": rerun_on_save,
        "variant": variant,
        "pendingMedia": media.pending,
        "expectsMedia": media.expected,
    }
    # The component sets this state after it saved clicks; setting it reruns the page.
    _component(key=key, data=data, on_saved_change=lambda: None)
