from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie

import pytest
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.server.cookies import (
    GUEST_COOKIE,
    GuestCookieMiddleware,
    find_guest_token,
)
from recommender.users import is_token, new_token
from tests.asgi import ask as ask_application

PAGE = HTMLResponse("<h1>Marquee</h1>", headers={"cache-control": "no-cache"})


def ask(
    app: ASGIApp, *, method: str = "GET", scheme: str = "http", **headers: str
) -> tuple[int, Headers]:
    """Send one request through the middleware; return the status and the headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    got = ask_application(GuestCookieMiddleware(app), method, "/", headers=named, scheme=scheme)
    return got.status, got.headers


def cookie_of(headers: Headers) -> str:
    lines = headers.getlist("set-cookie")
    assert len(lines) == 1
    return SimpleCookie(lines[0])[GUEST_COOKIE].value


def test_page_sets_a_new_token() -> None:
    status, headers = ask(PAGE)
    assert status == 200
    assert is_token(cookie_of(headers))
    attributes = headers["set-cookie"].split("; ")[1:]
    assert attributes == ["Path=/", "Max-Age=34560000", "HttpOnly", "SameSite=Lax"]


def test_each_visitor_gets_another_token() -> None:
    assert len({cookie_of(ask(PAGE)[1]) for _ in range(50)}) == 50


def test_shared_response_object_gets_no_cookie() -> None:
    ask(PAGE)
    assert "set-cookie" not in PAGE.headers
    assert PAGE.headers["cache-control"] == "no-cache"


def test_page_with_a_cookie_is_not_cached() -> None:
    assert ask(PAGE)[1]["cache-control"] == "no-store"


def test_known_token_is_kept_and_extended() -> None:
    token = new_token()
    _, headers = ask(PAGE, cookie=f"theme=dark; {GUEST_COOKIE}={token}; x=y")
    assert cookie_of(headers) == token
    assert "Max-Age=34560000" in headers["set-cookie"]


@pytest.mark.parametrize("value", ["", "short", "a" * 44, "a" * 42 + "%", '"' + "a" * 43 + '"'])
def test_malformed_token_is_replaced(value: str) -> None:
    token = cookie_of(ask(PAGE, cookie=f"{GUEST_COOKIE}={value}")[1])
    assert is_token(token)
    assert token != value


def test_first_well_formed_token_is_used() -> None:
    first, second = new_token(), new_token()
    cookies = f"{GUEST_COOKIE}=bad; {GUEST_COOKIE}={first}; {GUEST_COOKIE}={second}"
    assert find_guest_token(Headers({"cookie": cookies})) == first
    assert find_guest_token(Headers({"cookie": f"other_{GUEST_COOKIE}={first}"})) is None
    assert find_guest_token(Headers({})) is None


def test_cookie_is_secure_over_https() -> None:
    assert ask(PAGE, scheme="https")[1]["set-cookie"].endswith("; Secure")
    # The client's own header is not trusted; the server sets the scheme.
    assert "Secure" not in ask(PAGE, x_forwarded_proto="https")[1]["set-cookie"]


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("a file"),
        Response("{}", media_type="application/json"),
        HTMLResponse("gone", status_code=404),
        Response(status_code=304),
        Response("<svg/>", media_type="text/html+xml"),
    ],
)
def test_other_answers_get_no_cookie(answer: Response) -> None:
    _, headers = ask(answer)
    assert "set-cookie" not in headers
    assert headers.get("cache-control") is None


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_only_get_sets_a_token(method: str) -> None:
    assert "set-cookie" not in ask(PAGE, method=method)[1]


def test_html_requested_as_an_image_gets_no_cookie() -> None:
    assert "set-cookie" not in ask(PAGE, sec_fetch_dest="image")[1]
    assert "set-cookie" not in ask(PAGE, sec_fetch_dest="empty")[1]
    assert "set-cookie" in ask(PAGE, sec_fetch_dest="document")[1]


def test_websocket_is_unchanged() -> None:
    given: list[tuple[Scope, Receive, Send]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        given.append((scope, receive, send))

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        return None

    scope: Scope = {"type": "websocket", "path": "/_stcore/stream", "headers": []}
    asyncio.run(GuestCookieMiddleware(app)(scope, receive, send))
    assert given == [(scope, receive, send)]
