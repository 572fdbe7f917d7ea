"""What a browser sends is read carefully, and what it is sent is complete."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recommender.entities import Film, InteractionKind, Recommendation
from recommender.ui.card import Card, build_card, build_feature_card, build_pick_card
from recommender.users import read_operations

LIKE, HIDE = InteractionKind.LIKE, InteractionKind.HIDE
FILM = Film(
    tconst="tt0113277",
    primary_title="Heat",
    original_title="Heat",
    start_year=1995,
    runtime_min=170,
    genres=("Action", "Crime", "Drama"),
    average_rating=8.3,
    num_votes=793_346,
    directors=("Michael Mann",),
    writers=(),
    cast=("Al Pacino", "Robert De Niro"),
)


def test_operations_come_in_the_order_they_were_numbered() -> None:
    state = {"tt2:like": [7, True], "tt1:hide": [5, False], "tt1:like": [6, True]}
    assert read_operations(state, after=0) == [
        (5, "tt1", HIDE, False),
        (6, "tt1", LIKE, True),
        (7, "tt2", LIKE, True),
    ]


def test_what_was_written_is_not_written_again() -> None:
    state = {"tt1:like": [5, True], "tt2:like": [6, True]}
    assert read_operations(state, after=5) == [(6, "tt2", LIKE, True)]


def test_numbers_that_became_floats_on_the_way_are_numbers() -> None:
    assert read_operations({"tt1:like": [5.0, True]}, after=0) == [(5, "tt1", LIKE, True)]


def test_a_kind_that_no_button_has_is_passed_over() -> None:
    assert read_operations({"tt1:seen": [5, True], "tt1:admin": [6, True]}, after=0) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    json_values | st.dictionaries(st.sampled_from(["tt1:like", "tt1", ":", "x:hide"]), json_values)
)
def test_anything_a_browser_may_send_is_survived(state: object) -> None:
    for number, tconst, kind, on in read_operations(state, after=0):
        assert number > 0
        assert isinstance(tconst, str)
        assert isinstance(on, bool)
        assert kind in InteractionKind


def drawn(card: Card) -> dict[str, Any]:
    """What the browser reads of a card."""
    read: dict[str, Any] = json.loads(card.encode({"overview": "A thief."}))
    return read


def test_a_card_can_be_sent_and_names_what_it_leads_to() -> None:
    card = drawn(build_card(FILM))
    assert card["label"] == "Heat (1995)"
    assert card["href"] == "film?tconst=tt0113277"
    assert card["by"] == "Michael Mann"
    assert card["art"]["svg"].startswith("<svg")
    assert card["look"] == {"overview": "A thief."}
    assert (card["match"], card["because"]) == (None, "")


def test_a_pick_carries_its_match_and_reason() -> None:
    pick = Recommendation(film=FILM, score=1.5, match_percent=87, because="Because you liked Thief")
    card = drawn(build_pick_card(pick))
    assert (card["match"], card["because"]) == (87, "Because you liked Thief")


def test_a_feature_leaves_out_who_is_not_known_and_says_more_than_a_card() -> None:
    card = drawn(build_feature_card(FILM, heading=1, match=None))
    assert [role for role, _ in card["people"]] == ["Directed by", "With"]
    assert card["original"] == ""
    assert "793,346 votes" in card["meta"]


def test_films_of_one_id_but_other_facts_are_drawn_anew() -> None:
    other = replace(FILM, genres=("Western",))
    assert drawn(build_card(FILM))["art"] != drawn(build_card(other))["art"]


def test_a_number_no_browser_can_count_to_is_passed_over() -> None:
    state = {"tt1:like": [float("inf"), True], "tt2:like": [2**60, True], "tt3:like": [7, True]}
    assert [operation.tconst for operation in read_operations(state, after=0)] == ["tt3"]
