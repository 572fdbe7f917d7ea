"""The route that takes marks: for whom a page was drawn, from our own pages, and on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.server import GUEST_COOKIE, SESSION_COOKIE, tag_visitor
from recommender.server.interaction_route import build_interaction_route
from recommender.service import Marquee
from recommender.settings import load_settings
from recommender.users import new_token
from tests.asgi import Got, ask

LIKE, HIDE = InteractionKind.LIKE, InteractionKind.HIDE
HOME = "http://marquee.test"


@pytest.fixture
def marquee(tmp_path: Path) -> Iterator[Marquee]:
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path)}))
    yield opened
    opened.close()


class Client:
    """Asks the route as the server does, in one process."""

    def __init__(self, marquee: Marquee) -> None:
        self._app = Starlette(routes=[build_interaction_route(lambda: marquee)])

    def post(self, body: bytes, headers: dict[str, str]) -> Got:
        named = {**headers, "host": "marquee.test"}
        return ask(self._app, "POST", "/marks", headers=named, body=body)


@pytest.fixture
def client(marquee: Marquee) -> Client:
    return Client(marquee)


def post(client: Client, marks: Any, **changed: Any) -> Got:
    """Post as a page of a guest does, with what is changed."""
    token = changed.get("token", "guest-token-of-this-test-0123456789abcdefgh")
    cookies = changed.get("cookies", f"{GUEST_COOKIE}={token}")
    body = {"who": changed.get("who", tag_visitor(token)), "marks": marks}
    headers = {"cookie": cookies, "origin": HOME, "content-type": "application/json"}
    content = changed.get("content", json.dumps(body))
    return client.post(content.encode(), {**headers, **changed.get("headers", {})})


def test_what_a_guest_clicked_is_on_the_disk_when_it_is_answered(
    client: Client, marquee: Marquee
) -> None:
    token = new_token()
    marks = {"tt0113277:like": [7, True], "tt0078748:hide": [5, True], "tt0078748:like": [4, True]}
    answer = post(client, marks, token=token)
    assert (answer.status, answer.json()) == (200, {"ack": 7})
    user = marquee.people.find_user(token)
    assert user is not None
    assert marquee.people.marks(user.user_id) == {"tt0113277": {LIKE}, "tt0078748": {HIDE}}
    assert marquee.deliveries.latest(user.user_id) == 7


def test_the_same_again_changes_nothing(client: Client, marquee: Marquee) -> None:
    token = new_token()
    for _ in range(2):
        assert post(client, {"tt0113277:like": [7, True]}, token=token).status == 200
    assert [tconst for _, tconst in marquee.people.list_likes()] == ["tt0113277"]


def test_marks_go_to_the_account_only_where_the_page_was_drawn_for_it(
    client: Client, marquee: Marquee
) -> None:
    guest = new_token()
    signed_in = marquee.people.accounts.sign_up(
        "ada", "four plain words here", address="", guest_token=None
    )
    both = f"{GUEST_COOKIE}={guest}; {SESSION_COOKIE}={signed_in.token}"
    mark = {"tt0113277:like": [7, True]}
    assert post(client, mark, cookies=both, who=tag_visitor(guest)).status == 409
    assert marquee.people.list_likes() == []
    assert post(client, mark, cookies=both, who=tag_visitor(signed_in.token)).status == 200
    assert marquee.people.list_likes() == [(signed_in.user.user_id, "tt0113277")]
    # The sign-in has ended: the page was drawn for somebody this browser is no more.
    marquee.people.accounts.sign_out(signed_in.token)
    assert post(client, mark, cookies=both, who=tag_visitor(signed_in.token)).status == 409


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"headers": {"origin": "https://elsewhere.example"}}, 403),
        ({"headers": {"origin": "null"}}, 403),
        ({"headers": {"content-type": "text/plain"}}, 415),
        ({"content": "{" * 20_000}, 413),
        ({"content": "[]"}, 400),
        ({"who": "0" * 16}, 409),
        ({"who": None}, 409),
        ({"cookies": ""}, 409),
        ({"cookies": f"{GUEST_COOKIE}=short"}, 409),
    ],
)
def test_what_is_not_a_click_on_our_own_page_writes_nothing(
    client: Client, marquee: Marquee, changed: dict[str, Any], status: int
) -> None:
    assert post(client, {"tt0113277:like": [7, True]}, **changed).status == status
    assert marquee.people.list_likes() == []


@pytest.mark.parametrize("marks", [{}, [], {"tt1:admin": [1, True]}, {"tt1:like": [0, True]}])
def test_nothing_that_was_clicked_is_said_to_be_wrong(client: Client, marks: object) -> None:
    assert post(client, marks).status == 422


def test_when_it_cannot_be_written_nothing_is_acknowledged(
    client: Client, marquee: Marquee, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PeopleError("The disk is full.")

    monkeypatch.setattr(marquee.people, "set_interactions", refuse)
    answer = post(client, {"tt0113277:like": [7, True]})
    assert (answer.status, answer.content) == (503, b"")
