"""Cards hold what the wall component draws, as plain JSON."""

from __future__ import annotations

from dataclasses import replace

from recommender.entities import Film, Recommendation
from recommender.ui.wall import build_card, build_feature_card, build_pick_card

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


def test_a_card_can_be_sent_and_names_what_it_leads_to() -> None:
    card = build_card(FILM)
    assert card["label"] == "Heat (1995)"
    assert card["href"] == "film?tconst=tt0113277"
    assert card["by"] == "Michael Mann"
    assert card["art"]["svg"].startswith("<svg")
    assert (card["match"], card["because"]) == (None, "")


def test_a_pick_carries_its_match_and_reason() -> None:
    pick = Recommendation(film=FILM, score=1.5, match_percent=87, because="Because you liked Thief")
    card = build_pick_card(pick)
    assert (card["match"], card["because"]) == (87, "Because you liked Thief")


def test_a_feature_leaves_out_who_is_not_known_and_says_more_than_a_card() -> None:
    card = build_feature_card(FILM, heading=1, match=None)
    assert [role for role, _ in card["people"]] == ["Directed by", "With"]
    assert card["original"] == ""
    assert "793,346 votes" in card["meta"]


def test_films_of_one_id_but_other_facts_are_drawn_anew() -> None:
    other = replace(FILM, genres=("Western",))
    assert build_card(FILM)["art"] != build_card(other)["art"]
