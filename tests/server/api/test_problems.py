"""Every error is a problem with details, over HTTP and through the application."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.types import Message

from recommender.errors import CatalogueError
from recommender.server.api.application import build_application
from recommender.server.api.dependencies import find_caller
from recommender.server.api.errors import Problem, ProblemKind
from recommender.server.api.requests import StrictRoute, check_object, read_body
from recommender.service import Marquee
from recommender.service.startup import Startup
from recommender.settings import Settings
from tests.asgi import ask

WORDS = ["type", "title", "status", "detail"]


def check(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/api/docs#{slug}"
    assert problem["status"] == status
    assert all(problem[word] for word in WORDS)
    return problem


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/", "/api/nothing", "/api//me", "/api/me/", "/api/films", "/api/films/"),
        *("/recommendations/", "/interactions/7", "/api/films/tt0076759/similar/x"),
        *("/api/%2e%2e/%2e%2e/etc/passwd", "/api/..%5c..%5cx", "/api/c:/x", "/api/%00", "/api/%ff"),
        *("/api/me%2f", "/api/me%20", "/api/ME", "/api/users/1", "/api/" + "x" * 3000),
    ],
)
def test_an_unknown_address(api: Any, path: str) -> None:
    parts = urlsplit(api.url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:  # as it is: nothing tidies the path on its way
        connection.request("GET", path, headers={"Authorization": f"Bearer {api.ada}"})
        answer = connection.getresponse()
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.read())["type"] == "/api/docs#unknown-address"
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/api/me", "GET, HEAD"),
        ("OPTIONS", "/api/me", "GET, HEAD"),
        ("TRACE", "/api/search", "GET, HEAD"),
        ("GET", "/api/login", "POST"),
        ("PUT", "/interactions", "DELETE, GET, HEAD, POST"),
        ("PATCH", "/api/interactions", "DELETE, GET, HEAD, POST"),
        ("DELETE", "/api/openapi.json", "GET, HEAD"),
        ("PROPFIND", "/recommendations", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_accepted(api: Any, method: str, path: str, allowed: str) -> None:
    answer = api.ask(method, path)
    check(answer, 405, "wrong-method")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/search?limit=0", "limit"),
        ("/api/search?limit=-5", "limit"),
        ("/api/search?limit=101", "limit"),
        ("/api/search?limit=1_0", "limit"),
        ("/api/search?limit=%D9%A3", "limit"),
        ("/api/search?limit=%EF%BC%93", "limit"),
        ("/api/search?limit=+3", "limit"),
        ("/api/search?limit=3.0", "limit"),
        ("/api/search?limit=" + "9" * 5000, "limit"),
        ("/api/search?limit=", "limit"),
        ("/api/search?limits=3", "limits"),
        ("/api/search?offset=99999999", "offset"),
        ("/api/search?min_rating=nan", "min_rating"),
        ("/api/search?min_rating=1e999", "min_rating"),
        ("/api/search?all_genres=yes", "all_genres"),
        ("/api/search?sort=random", "sort"),
        ("/api/search?q=" + "x" * 201, "q"),
        ("/api/search?genre=", "genre.0"),
        ("/api/search?" + "&".join(f"genre=g{n}" for n in range(11)), "genre"),
        ("/api/films/heat", "tconst"),
        ("/api/films/tt1", "tconst"),
        ("/api/films/tt" + "1" * 4000, "tconst"),
        ("/api/films/tt0076759%0a", "tconst"),
        ("/api/films/tt00767%D9%A3%D9%A3/similar", "tconst"),
        ("/api/films/tt0076759?user_id=1", "user_id"),
        ("/api/%66ilms/tt0076759/similar?limit=51", "limit"),
    ],
)
def test_an_invalid_parameter_is_named(api: Any, path: str, field: str) -> None:
    problem = check(api.get(path), 422, "invalid-request")
    assert problem["errors"][0]["field"] == field
    assert len(json.dumps(problem)) < 600, "what was sent is not sent back"


@pytest.mark.parametrize(
    "path",
    [
        *("/api/search?q=a&q=b", "/api/films/tt0076759?tconst=tt0076759"),
        "/api/search?" + "&".join(f"a{n}" for n in range(200)),
    ],
)
def test_a_query_that_cannot_be_read(api: Any, path: str) -> None:
    check(api.get(path), 400, "unreadable-request")


@pytest.mark.parametrize(
    "query", ["%00", "%ff%fe", "%ed%a0%80", "%F0%9F%8E%AC", '" OR 1=1 --', "*", "a" * 200, "\u202e"]
)
def test_any_words_at_all_can_be_searched(api: Any, query: str) -> None:
    assert api.get(f"/api/search?q={query}").status_code == 200


def test_an_unknown_film(api: Any) -> None:
    check(api.get("/api/films/tt9999999"), 404, "unknown-film")
    check(api.get("/api/films/tt9999999/similar"), 404, "unknown-film")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"nonsense", b"[]", b'"x"', b"null", b"1", b"\xff\xfe{\x00}\x00"),
        *(b"\xef\xbb\xbf", b'{"tconst": NaN}', b'{"tconst": Infinity}', b"1" * 6000),
        b'{"tconst": "tt0076759", "tconst": "tt0080684"}',
        b"[" * 8000 + b"]" * 8000,
        b'{"a":' * 2500 + b"1" + b"}" * 2500,
        b'{"tconst": ' + b"9" * 5000 + b"}",
        b'{"tconst": "tt0076759"} {}',
    ],
)
def test_a_body_that_is_not_one_json_object(api: Any, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.ask("POST", "/api/interactions", token=api.bob, data=body, headers=headers)
    check(answer, 400, "unreadable-request")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is not valid JSON: Expecting value: line 1 column 1"),
        (b"[1]", "not an object; send a JSON object."),
        (b"\xc3\x28", "can't decode byte 0xc3 in position 0"),
        (b"[" * 8000, "The body is nested too deeply."),
        (b'{"name": ' + b"7" * 5000 + b"}", "Exceeds the limit (4300 digits)"),
        (b'{"name": -Infinity}', "is not valid JSON: -Infinity is not a JSON number."),
        (b'{"name": "Eve" "x"}', "is not valid JSON: Expecting ',' delimiter: line 1 column 16"),
        (b'{"a": {"kind": 1, "kind": 1}}', "the name 'kind' occurs twice in one object"),
    ],
)
def test_what_is_wrong_with_a_body_is_named(body: bytes, detail: str) -> None:
    with pytest.raises(Problem) as refused:
        check_object(body)
    assert detail in refused.value.detail


def test_a_byte_order_mark_is_ignored() -> None:
    with pytest.raises(Problem, match="not an object"):
        check_object(b"\xef\xbb\xbf[1]")
    assert check_object(b'\xef\xbb\xbf{"kind": "seen"}') is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("path", ["/api/search", "/recommendations"])
def test_an_unknown_genre_is_answered_with_those_there_are(api: Any, path: str) -> None:
    asked = {"genre": ["Comedy", "Mumblecore"]}
    problem = check(api.get(path, token=api.ada, params=asked), 422, "invalid-request")
    (error,) = problem["errors"]
    assert error["field"] == "genre.1"
    assert "Comedy, Crime, Documentary, Drama" in error["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tconst"),
        ({"tconst": 76759}, "tconst"),
        ({"tconst": None}, "tconst"),
        ({"tconst": ["tt0076759"]}, "tconst"),
        ({"tconst": "tt0076759\n"}, "tconst"),
        ({"tconst": "tt0076759\u0000"}, "tconst"),
        ({"tconst": "\ud800"}, "tconst"),
        ({"tconst": "tt0076759", "kind": "love"}, "kind"),
        ({"tconst": "tt0076759", "kind": True}, "kind"),
        ({"tconst": "tt0076759", "user_id": 1}, "user_id"),
        ({"tconst": "tt0076759", "\ud800" + "k" * 500: 1}, "body"),
        ({"tconst": "tt0076759", "k" * 500: 1}, "k" * 80),
    ],
)
def test_an_invalid_field_is_named(api: Any, body: Any, field: str) -> None:
    answer = api.ask("POST", "/interactions", token=api.bob, json=body)
    problem = check(answer, 422, "invalid-request")
    assert problem["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "content_type",
    [
        *("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        *("application/json; charset=utf-16", "application/jsonp", "text/json"),
    ],
)
def test_a_form_of_another_site_is_no_json(api: Any, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    for path in ("/api/login", "/interactions"):
        answer = api.ask("POST", path, data=b'{"tconst": "tt0076759"}', headers=headers)
        check(answer, 415, "not-json")


def test_a_compressed_body_is_not_taken(api: Any) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = api.ask("POST", "/interactions", token=api.bob, data=b"{}", headers=headers)
    check(answer, 415, "not-json")


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "Application/JSON"])
def test_json_may_say_its_charset(api: Any, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    body = b'{"tconst": "tt0076759", "kind": "seen"}'
    answer = api.ask("POST", "/interactions", token=api.bob, data=body, headers=headers)
    assert answer.status_code == 200
    assert api.ask("DELETE", "/interactions?tconst=tt0076759&kind=seen", token=api.bob).ok


def test_a_body_is_counted_as_it_comes(api: Any) -> None:
    headers = {"Content-Type": "application/json"}
    long = b'{"tconst": "' + b"t" * 20_000 + b'"}'
    told = api.ask("POST", "/interactions", token=api.bob, data=long, headers=headers)
    check(told, 413, "large-body")

    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 1000

    untold = api.ask("POST", "/interactions", token=api.bob, data=pieces(), headers=headers)
    check(untold, 413, "large-body")


# What a real server cannot be made to do


def build(run: Callable[[], object], marquee: Marquee) -> FastAPI:
    application = build_application(lambda: marquee, per_minute=marquee.settings.api_per_minute)
    router = APIRouter(route_class=StrictRoute, dependencies=[Depends(find_caller)])
    router.get("/api/one", response_model=dict[str, int])(run)
    application.include_router(router)
    return application


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path) -> Iterator[Marquee]:
    made = Marquee(Settings(data_dir=tmp_path, api_per_minute=3))
    made.startup = Startup[Any](lambda tell: None)
    yield made
    made.people.close()


def test_a_failure_is_logged_and_not_shown(
    marquee: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> dict[str, int]:
        raise RuntimeError("secret place")

    got = ask(build(fail, marquee), "GET", "/api/one")
    assert got.status == 500
    assert got.headers["content-type"] == "application/problem+json"
    assert b"secret" not in got.body
    assert "secret place" in caplog.text


def test_a_wrong_answer_is_a_failure(marquee: Marquee) -> None:
    got = ask(build(lambda: {"one": object()}, marquee), "GET", "/api/one")
    assert got.status == 500


def test_what_cannot_be_reached_names_no_files(marquee: Marquee) -> None:
    def fail() -> dict[str, int]:
        raise CatalogueError("/secret/catalogue.db is damaged")

    got = ask(build(fail, marquee), "GET", "/api/one")
    assert got.status == 503
    assert int(got.headers["retry-after"]) > 0
    assert b"secret" not in got.body


def test_the_rate_limit_counts_each_network(marquee: Marquee) -> None:
    application = build(lambda: {"one": 1}, marquee)
    for _ in range(3):
        assert ask(application, "GET", "/api/one", client="2001:db8::1").status == 200
    got = ask(application, "GET", "/api/one", client="2001:db8::2")
    assert got.status == 429, "one network of IPv6 is one asker"
    assert 1 <= int(got.headers["retry-after"]) <= 60
    assert got.json()["type"] == "/api/docs#too-many-requests"
    assert ask(application, "GET", "/api/one", client="2001:db8:0:1::1").status == 200
    wrong = {"Authorization": "Bearer wrong"}
    refused = [ask(application, "GET", "/api/one", headers=wrong).status for _ in range(4)]
    assert refused == [401, 401, 401, 429], "guessing counts, too"


def test_a_body_that_never_ends_is_given_up(
    marquee: Marquee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.server.api.requests.BODY_DEADLINE_S", 0.02)

    async def receive() -> Message:
        await asyncio.sleep(20)
        raise AssertionError("waited for the end")

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]}
    with pytest.raises(Problem) as refused:
        asyncio.run(read_body(Request(scope, receive)))
    assert refused.value.kind is ProblemKind.SLOW_BODY


def test_requests_during_the_startup_are_asked_to_retry(
    marquee: Marquee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.server.api.dependencies.PATIENCE_S", 0.02)
    ready = threading.Event()
    marquee.startup = Startup[Any](lambda tell: ready.wait(20))
    application = build(lambda: {"one": 1}, marquee)
    got = ask(application, "GET", "/api/one")
    assert got.status == 503
    assert got.json()["type"] == "/api/docs#not-ready"
    ready.set()
    marquee.startup.wait(20)
    assert ask(application, "GET", "/api/one").status == 200
