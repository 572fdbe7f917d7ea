"""Routes that set cookies: a tour's start and end, and the end of a sign-in by OpenID Connect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from recommender.server import GUEST_COOKIE, SESSION_COOKIE, TOUR_COOKIE
from recommender.server.cookie_routes import build_sign_in_route, build_tour_routes
from recommender.users import Identity, People, new_token
from tests.asgi import Got, ask

ADA = Identity(issuer="https://id.example", subject="42", issued_at_s=1, name="Ada")
OWN = {"host": "marquee.test", "origin": "http://marquee.test"}


class Clock:
    """A clock that tests move."""

    now = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[People]:
    opened = People(tmp_path / "people.db", clock=clock)
    yield opened
    opened.close()


def create_code(people: People, guest_token: str) -> str:
    user = people.accounts.identities.open_user(ADA)
    assert user is not None
    return people.accounts.create_sign_in_code(user.user_id, guest_token)


def redeem(people: People, code: str, guest_token: str) -> Got:
    app = Starlette(routes=[build_sign_in_route(lambda: people.accounts)])
    headers = {"host": "marquee.test", "cookie": f"{GUEST_COOKIE}={guest_token}"}
    return ask(app, "GET", f"/app/sign-in?code={code}", headers=headers)


def session_of(answer: Got) -> str:
    cookie = answer.headers.get("set-cookie", "")
    name, _, value = cookie.partition(";")[0].partition("=")
    return value if name == SESSION_COOKIE else ""


def test_code_becomes_a_session_once(people: People) -> None:
    guest = new_token()
    code = create_code(people, guest)
    answer = redeem(people, code, guest)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    user = people.accounts.find_user(session_of(answer))
    assert user is not None
    assert user.name == "Ada"
    again = redeem(people, code, guest)
    assert (again.headers["location"], session_of(again)) == ("/account?failed=sign-in", "")


def test_code_works_only_in_the_browser_it_was_made_for(people: People) -> None:
    code = create_code(people, new_token())
    assert session_of(redeem(people, code, new_token())) == ""


def test_code_lives_a_minute(people: People, clock: Clock) -> None:
    guest = new_token()
    code = create_code(people, guest)
    clock.now += timedelta(seconds=61)
    assert session_of(redeem(people, code, guest)) == ""


def test_code_is_no_session_token(people: People) -> None:
    assert people.accounts.find_user(create_code(people, new_token())) is None


@pytest.mark.parametrize("code", ["", "short", "x" * 43])
def test_invalid_code_signs_nobody_in(people: People, code: str) -> None:
    assert session_of(redeem(people, code, new_token())) == ""


def post_tour(path: str, headers: dict[str, str]) -> Got:
    return ask(Starlette(routes=list(build_tour_routes())), "POST", path, headers=headers)


def test_tour_start_sets_a_cookie_that_scripts_cannot_read() -> None:
    answer = post_tour("/app/tour/start", OWN)
    cookie = answer.headers["set-cookie"]
    assert answer.status == 204
    assert cookie.startswith(f"{TOUR_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "max-age" not in cookie.lower()


def test_tour_end_removes_the_cookie() -> None:
    assert "Max-Age=0" in post_tour("/app/tour/end", OWN).headers["set-cookie"]


def test_another_site_cannot_start_a_tour() -> None:
    answer = post_tour("/app/tour/start", OWN | {"origin": "https://elsewhere.example"})
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
