"""Route of interactions: the cookie's user, from our own pages, on the disk before the answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.server import GUEST_COOKIE, SESSION_COOKIE, TOUR_COOKIE
from recommender.server.interaction_route import (
    CLICKED_KINDS,
    build_interaction_route,
    read_updates,
)
from recommender.service import Marquee
from recommender.settings import load_settings
from recommender.users import new_token
from tests.asgi import Got, ask

LIKE, HIDE = InteractionKind.LIKE, InteractionKind.HIDE
HEAT, ALIEN = "tt0113277", "tt0078748"
GUEST = "guest-token-of-this-test-0123456789abcdefgh"


@pytest.fixture
def marquee(tmp_path: Path) -> Iterator[Marquee]:
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path), "MARQUEE_DEMO": "1"}))
    yield opened
    opened.close()


def post(
    marquee: Marquee,
    interactions: Any,
    *,
    cookies: str = f"{GUEST_COOKIE}={GUEST}",
    headers: dict[str, str] | None = None,
    content: str | None = None,
) -> Got:
    sent = {
        "host": "marquee.test",
        "origin": "http://marquee.test",
        "content-type": "application/json",
        "cookie": cookies,
    }
    body = json.dumps({"interactions": interactions}) if content is None else content
    app = Starlette(routes=[build_interaction_route(lambda: marquee)])
    return ask(app, "POST", "/app/interactions", headers=sent | (headers or {}), body=body.encode())


def test_guest_interactions_are_stored_when_the_answer_comes(marquee: Marquee) -> None:
    before = time.time() * 1000
    answer = post(
        marquee,
        {f"{HEAT}:like": [7, True], f"{ALIEN}:hide": [5, True], f"{ALIEN}:like": [4, True]},
    )
    assert answer.status == 200
    assert answer.json()["ack"] == 7
    assert answer.json()["saved_at"] >= before
    assert (answer.json()["counts"]["like"], answer.json()["counts"]["hide"]) == (1, 1)
    user = marquee.people.find_user(GUEST)
    assert user is not None
    stored = marquee.people.load_interactions(user.user_id, limit=9)[1]
    assert stored == {HEAT: {LIKE}, ALIEN: {HIDE}}


def test_same_request_twice_changes_nothing(marquee: Marquee) -> None:
    for _ in range(2):
        assert post(marquee, {f"{HEAT}:like": [7, True]}).status == 200
    assert [tconst for _, tconst in marquee.people.list_likes()] == [HEAT]


def test_session_cookie_wins_over_guest_cookie_until_it_ends(marquee: Marquee) -> None:
    signed_in = marquee.people.accounts.sign_up("ada", "four plain words here")
    both = f"{GUEST_COOKIE}={GUEST}; {SESSION_COOKIE}={signed_in.token}"
    assert post(marquee, {f"{HEAT}:like": [7, True]}, cookies=both).status == 200
    assert marquee.people.list_likes() == [(signed_in.user.user_id, HEAT)]
    marquee.people.accounts.sign_out(signed_in.token)
    assert post(marquee, {f"{ALIEN}:like": [8, True]}, cookies=both).status == 200
    guest = marquee.people.find_user(GUEST)
    assert guest is not None
    assert marquee.people.load_profile(guest.user_id, limit=9).likes == (ALIEN,)


def test_tour_guest_leaves_user_data_alone(marquee: Marquee) -> None:
    tour = new_token()
    cookies = f"{GUEST_COOKIE}={GUEST}; {TOUR_COOKIE}={tour}"
    assert post(marquee, {f"{HEAT}:like": [7, True]}, cookies=cookies).status == 200
    assert marquee.people.list_likes() == []
    assert len(marquee.tour_guests.people.list_likes()) == 1


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"headers": {"origin": "https://elsewhere.example"}}, 403, "origin"),
        ({"headers": {"origin": "null"}}, 403, "origin"),
        ({"headers": {"content-type": "text/plain"}}, 415, "content-type"),
        ({"content": "{" * 70_000}, 413, "size"),
        ({"content": "[]"}, 422, "body"),
        ({"content": "{"}, 422, "body"),
        ({"cookies": ""}, 401, "cookie"),
        ({"cookies": f"{GUEST_COOKIE}=short"}, 401, "cookie"),
    ],
)
def test_invalid_request_stores_nothing(
    marquee: Marquee, changed: dict[str, Any], status: int, reason: str
) -> None:
    answer = post(marquee, {f"{HEAT}:like": [7, True]}, **changed)
    assert (answer.status, answer.json()) == (status, {"reason": reason})
    assert marquee.people.list_likes() == []


def test_failed_write_is_not_acknowledged(
    marquee: Marquee, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PeopleError("The disk is full.")

    monkeypatch.setattr(marquee.people, "set_interactions", refuse)
    answer = post(marquee, {f"{HEAT}:like": [7, True]})
    assert (answer.status, answer.json()) == (503, {"reason": "storage"})


def read(interactions: object) -> list[tuple[int, str, str, bool]]:
    updates = read_updates(json.dumps({"interactions": interactions}).encode())
    return [tuple(update) for update in updates]  # type: ignore[misc]


def test_updates_are_ordered_by_number() -> None:
    assert read({"tt2:like": [7, True], "tt1:hide": [5, False], "tt1:like": [6, True]}) == [
        (5, "tt1", HIDE, False),
        (6, "tt1", LIKE, True),
        (7, "tt2", LIKE, True),
    ]


def test_unknown_kinds_and_impossible_numbers_are_skipped() -> None:
    assert read({"tt1:seen": [5, True], "tt1:admin": [6, True], "tt1:like": [0, True]}) == []
    assert read({"tt1:like": [2**60, True], "tt2:like": [1.5, True], "tt3:like": [7, 1]}) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values | st.dictionaries(st.sampled_from(["tt1:like", "tt1", ":"]), json_values))
def test_any_json_is_read_without_an_error(interactions: object) -> None:
    assert all(kind in CLICKED_KINDS for _, _, kind, _ in read(interactions))


@given(st.binary())
def test_any_body_is_read_without_an_error(body: bytes) -> None:
    assert read_updates(body) == []
