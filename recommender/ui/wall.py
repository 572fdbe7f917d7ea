"""The wall of posters: one component for grids, rows and the large card of a single film.

Native columns took three times as long and ten times the nodes for forty films, and lost fast
clicks. The component shows a mark at once and sends a growing list of numbered operations; here
those not seen before are written, and the highest number written goes back as ``ack``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from recommender.entities import Film, InteractionKind, Recommendation
from recommender.errors import PeopleError
from recommender.tmdb import draw_poster
from recommender.ui.posters import find_looks
from recommender.ui.visitor import load_visitor, save_marks, say_not_saved
from recommender.ui.words import say_brief, say_facts

Variant = Literal["grid", "row", "feature"]
Card = dict[str, Any]

_ASSETS = Path(__file__).parent / "assets"
_SHOWN_KINDS = (InteractionKind.LIKE, InteractionKind.WATCHLIST, InteractionKind.HIDE)

_component = st.components.v2.component(
    "marquee_wall",
    html='<div class="wall"></div>',
    css=(_ASSETS / "wall.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_ASSETS / name).read_text(encoding="utf-8")
        for name in ("poster.js", "follow.js", "wall.js")
    ),
)


def build_card(film: Film) -> Card:
    """Return what the component draws of a film."""
    return _draw_card(film)


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
    return _draw_card(pick.film) | {"match": match, "because": pick.because}


def build_feature_card(
    film: Film, *, heading: Literal[1, 2], kicker: str = "", because: str = "", match: int | None
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
    match
        Match in percent; None where there is none.
    """
    people = [("Directed by", film.directors), ("Written by", film.writers[:4])]
    people.append(("With", film.cast[:8] if heading == 1 else film.cast[:4]))
    other_title = film.original_title if film.original_title != film.primary_title else ""
    return _draw_card(film) | {
        "heading": heading,
        "kicker": kicker,
        "because": because,
        "match": match,
        "meta": say_facts(film),
        "original": other_title if heading == 1 else "",
        "people": [(role, list(names)) for role, names in people if names],
    }


def render_wall(
    cards: Sequence[Card],
    *,
    key: str,
    label: str,
    variant: Variant = "grid",
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
    """
    looks = find_looks(
        [card["id"] for card in cards], whole=variant == "feature" and cards[0]["heading"] == 1
    )
    ids = {card["id"] for card in cards}
    visitor = load_visitor()
    marks = {
        tconst: [kind.value for kind in _SHOWN_KINDS if kind in kinds]
        for tconst, kinds in visitor.marks.items()
        if tconst in ids
    }
    _component(
        key=key,
        data={
            "films": [card | {"look": looks.known.get(card["id"])} for card in cards],
            "awaited": looks.awaited,
            "looks": looks.expected,
            "marks": marks,
            "ack": st.session_state.get(_ack_key(key), 0),
            "variant": variant,
            "label": label,
        },
        on_marks_change=partial(_save_new_marks, key),
    )


render_live_wall = st.fragment(render_wall)
"""`render_wall` on its own: a mark reruns the wall and nothing else, so nothing moves."""


def read_operations(state: object, *, after: int) -> list[tuple[int, str, InteractionKind, bool]]:
    """Return the operations a browser sent that are newer than ``after``, in their order.

    Parameters
    ----------
    state
        ``{"tt0113277:like": [number, on], ...}``; it comes from a browser, so anything else in it
        is passed over.
    after
        The highest number written so far.
    """
    if not isinstance(state, dict):
        return []
    operations = []
    for name, operation in state.items():
        tconst, _, word = str(name).partition(":")
        if word not in set(_SHOWN_KINDS) or not isinstance(operation, list | tuple):
            continue
        match operation:
            case [int() | float() as number, bool() as on] if number > after:
                operations.append((int(number), tconst, InteractionKind(word), on))
            case _:
                continue
    return sorted(operations)


def _save_new_marks(key: str) -> None:
    ack = _ack_key(key)
    state = st.session_state.get(key)
    marks = state.get("marks") if state is not None else None
    operations = read_operations(marks, after=st.session_state.get(ack, 0))
    if not operations:
        return
    try:
        save_marks((tconst, kind, on) for _, tconst, kind, on in operations)
    except PeopleError as error:
        # Answered all the same: the wall then shows what is really stored.
        say_not_saved(error)
    st.session_state[ack] = operations[-1][0]


def _draw_card(film: Film) -> Card:
    return {
        "id": film.tconst,
        "href": f"film?tconst={film.tconst}",
        "label": film.label,
        "title": film.primary_title,
        "by": film.directors[0] if film.directors else str(film.start_year),
        "meta": say_brief(film),
        "match": None,
        "because": "",
        "art": dict(_draw_art(film)),
    }


# Forty posters take 3 ms of processor time to draw, and a film's never changes.
@lru_cache(maxsize=4096)
def _draw_art(film: Film) -> Card:
    art = draw_poster(film)
    return {
        "svg": art.svg,
        "ground": art.ground,
        "ink": art.ink,
        "zone": art.title_zone,
        "size": art.title_size,
    }


def _ack_key(key: str) -> str:
    return f"{key}_ack"
