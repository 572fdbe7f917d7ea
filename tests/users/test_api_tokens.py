from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from recommender.errors import AccountError
from recommender.users import new_token


@pytest.fixture
def ada(house: Any) -> Any:
    return house.accounts.sign_up("Ada", "four plain words here").user


def test_token_finds_its_owner(house: Any, ada: Any) -> None:
    token = house.accounts.create_token(ada.user_id, "my script")
    assert token.startswith("marquee_")
    assert house.accounts.find_user_by_api_token(token) == ada


def test_api_tokens_and_session_tokens_are_not_interchangeable(house: Any, ada: Any) -> None:
    token = house.accounts.create_token(ada.user_id, "my script")
    signed_in = house.accounts.sign_in("Ada", "four plain words here")
    for text in (token, token.removeprefix("marquee_")):
        assert house.accounts.find_user(text) is None
    for text in (signed_in.token, f"marquee_{signed_in.token}"):
        assert house.accounts.find_user_by_api_token(text) is None


@pytest.mark.parametrize("text", [None, "", "marquee_", "marquee_" + "a" * 42, "ä" * 51])
def test_malformed_token_finds_no_user(house: Any, ada: Any, text: str | None) -> None:
    assert house.accounts.find_user_by_api_token(text) is None


def test_revoked_token_finds_no_user(house: Any, ada: Any) -> None:
    token = house.accounts.create_token(ada.user_id, "my script")
    (listed,) = house.accounts.list_tokens(ada.user_id)
    assert house.accounts.revoke_token(ada.user_id, listed.token_id)
    assert house.accounts.find_user_by_api_token(token) is None
    assert not house.accounts.revoke_token(ada.user_id, listed.token_id)


def test_tokens_of_other_users_are_out_of_reach(house: Any, ada: Any) -> None:
    bob = house.accounts.sign_up("Bob", "four plain words here").user
    token = house.accounts.create_token(ada.user_id, "my script")
    (listed,) = house.accounts.list_tokens(ada.user_id)
    assert house.accounts.list_tokens(bob.user_id) == []
    assert not house.accounts.revoke_token(bob.user_id, listed.token_id)
    assert house.accounts.find_user_by_api_token(token) == ada


def test_tokens_have_times_of_creation_use_and_expiry(house: Any, ada: Any, clock: Any) -> None:
    made = clock.now
    token = house.accounts.create_token(ada.user_id, "  my \t script ", lifetime=timedelta(days=2))
    (listed,) = house.accounts.list_tokens(ada.user_id)
    assert (listed.label, listed.created_at, listed.last_used_at) == ("my script", made, None)
    assert listed.expires_at == made + timedelta(days=2)
    clock.advance(hours=5)
    house.accounts.find_user_by_api_token(token)
    used = clock.now
    clock.advance(minutes=59)
    house.accounts.find_user_by_api_token(token)
    assert house.accounts.list_tokens(ada.user_id)[0].last_used_at == used
    clock.advance(days=2)
    assert house.accounts.find_user_by_api_token(token) is None
    assert house.accounts.list_tokens(ada.user_id) == []


@pytest.mark.parametrize("label", ["", "  ", "x" * 61, "bad\x07bell", "\u202e"])
def test_invalid_label_is_refused(house: Any, ada: Any, label: str) -> None:
    with pytest.raises(AccountError) as refused:
        house.accounts.create_token(ada.user_id, label)
    assert refused.value.field == "label"


def test_fifty_tokens_are_the_limit_without_expired_ones(house: Any, ada: Any, clock: Any) -> None:
    for _ in range(50):
        house.accounts.create_token(ada.user_id, "my script", lifetime=timedelta(days=2))
    with pytest.raises(AccountError, match="revoke one"):
        house.accounts.create_token(ada.user_id, "my script")
    clock.advance(days=2)
    assert house.accounts.create_token(ada.user_id, "my script")


def test_older_tokens_of_a_label_are_revoked_beyond_the_number_to_keep(
    house: Any, ada: Any
) -> None:
    named = house.accounts.create_token(ada.user_id, "my script")
    tokens = [house.accounts.create_token(ada.user_id, "sign-in", keep=2) for _ in range(4)]
    found = [house.accounts.find_user_by_api_token(token) for token in tokens]
    assert found == [None, None, ada, ada]
    assert house.accounts.find_user_by_api_token(named) == ada


def test_guest_gets_no_token(house: Any) -> None:
    guest = house.people.open_guest(new_token())
    with pytest.raises(AccountError, match="no such account"):
        house.accounts.create_token(guest.user_id, "my script")


def test_sign_out_everywhere_keeps_api_tokens(house: Any, ada: Any) -> None:
    token = house.accounts.create_token(ada.user_id, "my script")
    house.accounts.sign_out_everywhere(ada.user_id)
    assert house.accounts.find_user_by_api_token(token) == ada
