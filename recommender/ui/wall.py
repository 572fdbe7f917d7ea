"""The wall of posters: one component for grids, rows and the large card of a single film.

Native columns took three times as long and ten times the nodes for forty films, and lost fast
clicks. The component shows a mark at once and keeps it in a growing list of numbered operations,
which it posts to the server (``recommender.server.interaction_route``). Where that cannot be, it
sends the list with the page: here what was not seen before is written, and the highest number
written goes back as ``ack``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import streamlit as st

from recommender.ui.card import Card, build_card, build_feature_card, build_pick_card
from recommender.ui.component_code import WALL
from recommender.ui.operations import ack_key, go_on, save_new_marks
from recommender.ui.posters import find_looks
from recommender.ui.run_cache import run_cache
from recommender.ui.visitor import load_visitor
from recommender.users import SHOWN_KINDS

__all__ = [
    "Strip",
    "build_card",
    "build_feature_card",
    "build_pick_card",
    "render_live_wall",
    "render_rows",
    "render_wall",
]

Variant = Literal["grid", "row", "feature"]

_component = st.components.v2.component(
    "marquee_wall", html='<div class="wall"></div>', js=WALL.loader
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """Films side by side: what names them from run to run, the heading above, and who reads it."""

    key: str
    title: str
    label: str
    cards: Sequence[Card]

    def encode(self, looks: Mapping[str, Mapping[str, Any]]) -> str:
        """Return it as JSON.

        Parameters
        ----------
        looks
            What is known of how films look, by tconst.
        """
        said = json.dumps({"key": self.key, "title": self.title, "label": self.label})
        films = ", ".join(card.encode(looks.get(card.film.tconst)) for card in self.cards)
        return f'{said[:-1]}, "films": [{films}]}}'


def render_wall(
    cards: Sequence[Card],
    *,
    key: str,
    label: str,
    variant: Variant = "grid",
    retells: bool = True,
) -> None:
    """Render films with the visitor's marks; a click on one opens its page.

    Posters that are known are shown at once. The browser itself asks for those that come later,
    so nothing is run again for them and no click can be lost.

    Parameters
    ----------
    cards
        From `build_card`, `build_pick_card` or `build_feature_card`.
    key
        Names the wall; must be the same from run to run.
    label
        What a screen reader calls the list.
    variant
        How they are laid out; ``"feature"`` takes one card.
    retells
        Whether what is around the wall depends on marks, so that it is run again after some.
    """
    _draw(
        [Strip(key=key, title="", label=label, cards=cards)], key=key, variant=variant,
        retells=retells,
    )  # fmt: skip


def render_rows(rows: Sequence[Strip], *, key: str) -> None:
    """Render rows of films, each below its title; nothing around them runs after a mark.

    One component for all rows: each by itself is three things more for every run of the page.

    Parameters
    ----------
    rows
        From top to bottom, with no film twice.
    key
        Names them all; must be the same from run to run.
    """
    if rows:
        _draw_by_itself(rows, key=key, variant="row")


def _draw_by_itself(rows: Sequence[Strip], *, key: str, variant: Variant) -> None:
    # A wall that posts marks by itself has nothing run, and a fragment costs as much as a wall.
    draw = _draw if load_visitor().tag else _draw_in_fragment
    draw(rows, key=key, variant=variant, retells=False)


def _draw(rows: Sequence[Strip], *, key: str, variant: Variant, retells: bool) -> None:
    cards = [card for row in rows for card in row.cards]
    looks = find_looks(
        [card.film.tconst for card in cards],
        whole=variant == "feature" and cards[0].said["heading"] == 1,
    )
    ids = {card.film.tconst for card in cards}
    visitor = load_visitor()
    marks = {
        tconst: [kind.value for kind in SHOWN_KINDS if kind in kinds]
        for tconst, kinds in visitor.marks.items()
        if tconst in ids
    }
    told = json.dumps(
        {
            "awaited": looks.awaited,
            "looks": looks.expected,
            "marks": marks,
            "ack": st.session_state.get(ack_key(key), 0),
            "delivered": visitor.delivered,
            "who": visitor.tag,
            "retells": retells,
            "variant": variant,
        }
    )
    drawn = ", ".join(row.encode(looks.known) for row in rows)
    # Bytes, as Streamlit would look for tables in anything else and write it out twice.
    _component(
        key=key,
        data=f'{{"rows": [{drawn}], {told[1:]}'.encode(),
        on_marks_change=partial(save_new_marks, key),
        on_told_change=go_on,
    )


def render_live_wall(
    cards: Sequence[Card], *, key: str, label: str, variant: Variant = "grid"
) -> None:
    """`render_wall` on its own: nothing around it depends on marks, so nothing runs after one.

    Parameters
    ----------
    cards, key, label, variant
        As of `render_wall`.
    """
    strip = Strip(key=key, title="", label=label, cards=cards)
    _draw_by_itself([strip], key=key, variant=variant)


_draw_in_fragment = st.fragment(run_cache()(_draw))
