"""Personas: applied, changed and removed without touching the user's own interactions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from recommender.entities import InteractionKind, User
from recommender.service import (
    PERSONAS,
    Marquee,
    apply_persona,
    find_applied_persona,
    remove_persona,
)
from recommender.settings import load_settings
from recommender.users import People, new_token

HEAT = "tt0113277"
GHIBLI, NOIR = PERSONAS[0], PERSONAS[1]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    opened = People(tmp_path / "people.db")
    yield opened
    opened.close()


@pytest.fixture
def guest(people: People) -> User:
    return people.open_guest(new_token())


def likes(people: People, user: User) -> tuple[str, ...]:
    return people.load_profile(user.user_id, limit=100).likes


def test_personas_like_films_of_the_catalogue_and_share_none(data_dir: Path) -> None:
    assert len(PERSONAS) >= 5
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data_dir)}))
    for persona in PERSONAS:
        assert len(persona.likes) >= 5
        assert marquee.unknown(persona.likes) == []
    marquee.close()
    for one, other in combinations(PERSONAS, 2):
        assert not set(one.likes) & set(other.likes)


def test_favourite_of_a_persona_is_the_newest_like(people: People, guest: User) -> None:
    assert apply_persona(people, guest.user_id, GHIBLI) == len(GHIBLI.likes)
    assert likes(people, guest) == GHIBLI.likes
    assert find_applied_persona(people.list_interactions(guest.user_id)) == GHIBLI


def test_second_persona_replaces_the_first(people: People, guest: User) -> None:
    apply_persona(people, guest.user_id, GHIBLI)
    apply_persona(people, guest.user_id, NOIR)
    assert likes(people, guest) == NOIR.likes
    assert find_applied_persona(people.list_interactions(guest.user_id)) == NOIR


def test_own_interactions_stay_when_a_persona_is_removed(people: People, guest: User) -> None:
    own, hidden = GHIBLI.likes[2], GHIBLI.likes[3]
    people.set_interaction(guest.user_id, HEAT, InteractionKind.LIKE, on=True)
    people.set_interaction(guest.user_id, own, InteractionKind.LIKE, on=True)
    people.set_interaction(guest.user_id, hidden, InteractionKind.HIDE, on=True)
    before = people.list_interactions(guest.user_id)
    assert apply_persona(people, guest.user_id, GHIBLI) == len(GHIBLI.likes) - 2
    people.set_interaction(guest.user_id, "tt0068646", InteractionKind.LIKE, on=True)
    assert remove_persona(people, guest.user_id) == len(GHIBLI.likes) - 2
    people.set_interaction(guest.user_id, "tt0068646", InteractionKind.LIKE, on=False)
    assert people.list_interactions(guest.user_id) == before


def test_persona_like_that_the_user_clicks_stays_when_the_persona_is_removed(
    people: People, guest: User
) -> None:
    apply_persona(people, guest.user_id, GHIBLI)
    people.set_interaction(guest.user_id, GHIBLI.likes[0], InteractionKind.LIKE, on=True)
    assert remove_persona(people, guest.user_id) == len(GHIBLI.likes) - 1
    assert likes(people, guest) == (GHIBLI.likes[0],)


def test_clicked_like_stays_after_a_guest_with_a_persona_signs_in(people: People) -> None:
    token = new_token()
    member = people.accounts.sign_up("Ann Example", "a long enough phrase").user
    people.set_interaction(member.user_id, GHIBLI.likes[0], InteractionKind.LIKE, on=True)
    apply_persona(people, people.open_guest(token).user_id, GHIBLI)
    people.accounts.sign_in("Ann Example", "a long enough phrase", guest_token=token)
    assert find_applied_persona(people.list_interactions(member.user_id)) == GHIBLI
    assert remove_persona(people, member.user_id) == len(GHIBLI.likes) - 1
    assert likes(people, member) == (GHIBLI.likes[0],)


def test_profile_of_clicked_likes_has_no_persona(people: People, guest: User) -> None:
    assert remove_persona(people, guest.user_id) == 0
    people.set_interaction(guest.user_id, GHIBLI.likes[0], InteractionKind.LIKE, on=True)
    assert find_applied_persona(people.list_interactions(guest.user_id)) is None
    assert remove_persona(people, guest.user_id) == 0
    assert likes(people, guest) == (GHIBLI.likes[0],)


def test_rest_of_a_persona_is_removed_after_some_likes_were_removed_by_hand(
    people: People, guest: User
) -> None:
    apply_persona(people, guest.user_id, NOIR)
    for tconst in NOIR.likes[1:4]:
        people.set_interaction(guest.user_id, tconst, InteractionKind.LIKE, on=False)
    assert remove_persona(people, guest.user_id) == len(NOIR.likes) - 3
    assert likes(people, guest) == ()
