"""Walls of film cards: one component for grids, rows, and the large card of a single film.

Native Streamlit columns take three times as long and ten times the nodes for forty films. The
component shows a click at once and posts it to ``POST /app/interactions``; see ``interactions.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from recommender.server import CLICKED_KINDS
from recommender.ui.card import Card, build_card, build_feature_card, build_pick_card
from recommender.ui.component_code import WALL
from recommender.ui.posters import find_media
from recommender.ui.visitor import Visitor

__all__ = [
    "Strip",
    "build_card",
    "build_feature_card",
    "build_pick_card",
    "render_rows",
    "render_wall",
]

Variant = Literal["grid", "row", "feature"]

_component = st.components.v2.component(
    "marquee_wall", html='<div class="wall"></div>', js=WALL.loader
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """Row of films: key, heading above it, and name for screen readers."""

    key: str
    title: str
    label: str
    cards: Sequence[Card]


def render_wall(
    cards: Sequence[Card],
    visitor: Visitor,
    *,
    key: str,
    label: str,
    variant: Variant = "grid",
    rerun_on_save: bool = False,
) -> None:
    """Render film cards with the visitor's interactions; a click on a card opens the film.

    Known posters are shown at once; the browser asks for later ones, without a rerun.

    Parameters
    ----------
    cards
        From `build_card`, `build_pick_card` or `build_feature_card`.
    visitor
        Whose interactions are shown.
    key
        Component key, the same in every run.
    label
        Name of the list for screen readers.
    variant
        Layout; ``"feature"`` takes one card.
    rerun_on_save
        Whether the page, or the fragment around the wall, depends on interactions. It is then
        rerun after clicks are saved.
    """
    strip = Strip(key=key, title="", label=label, cards=cards)
    _render([strip], visitor, key=key, variant=variant, rerun_on_save=rerun_on_save)


def render_rows(rows: Sequence[Strip], visitor: Visitor, *, key: str) -> None:
    """Render rows of films, each below its title, in one component.

    Parameters
    ----------
    rows
        From top to bottom, without duplicate films.
    visitor
        Whose interactions are shown.
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
    # The state only reports that clicks were saved; setting it reruns the page.
    _component(key=key, data=data, on_saved_change=lambda: None)
