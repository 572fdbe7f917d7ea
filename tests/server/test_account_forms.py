"""Account forms over HTTP, against ``streamlit run app.py``."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher

from benchmarks.serving import PROJECT, serve
from recommender.entities import InteractionKind
from recommender.server import GUEST_COOKIE, SESSION_COOKIE
from recommender.users import (
    SESSION_LIFETIME,
    Accounts,
    Passwords,
    People,
    is_token,
    new_token,
)
from recommender.users.connections import Connections

GOOD, OTHER, WRONG = "four plain words here", "another four plain words", "not the one"
WEAK, SECRET = "password1", "a secret one that is long"
PAGES = ("/sign-in", "/sign-up")
OWN_PAGES = ("/sign-out", "/sign-out-everywhere", "/change-password", "/delete-account")
# Next to no work on this side; the server does all of its own.
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_numbers = count(1)


class Site:
    """A running Marquee; ``people`` and ``accounts`` reach into its data from outside."""

    def __init__(self, url: str, people: People, accounts: Accounts) -> None:
        self.url = url
        self.people = people
        self.accounts = accounts

    def visitor(self) -> Visitor:
        return Visitor(self)

    def expired_token(self, name: str) -> str:
        """Return the token of a sign-in of thirty days ago."""
        connections = Connections(self.people.path, busy_timeout_ms=5000)
        then = datetime.now(UTC) - SESSION_LIFETIME
        accounts = Accounts(connections, clock=lambda: then, passwords=QUICK)
        token = accounts.sign_in(name, GOOD).token
        connections.close()
        return token


class Visitor:
    """A browser without scripts: keeps cookies, posts forms as our own pages do."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.name = f"Visitor {next(_numbers)}"
        self.jar = requests.Session()
        number = next(_numbers)  # each has an address of its own, told by the proxy in front
        self.jar.headers["X-Forwarded-For"] = f"192.0.2.{number % 250}"

    def get(self, path: str) -> requests.Response:
        return self.jar.get(f"{self.site.url}{path}", timeout=30, allow_redirects=False)

    def post(self, path: str, origin: str | None = "own", **fields: str) -> requests.Response:
        headers = {} if origin is None else {"Origin": self.site.url if origin == "own" else origin}
        return self.jar.post(
            f"{self.site.url}{path}",
            data=fields,
            headers={"Content-Type": "application/x-www-form-urlencoded", **headers},
            timeout=30,
            allow_redirects=False,
        )

    def have_account(self) -> None:
        """Be signed in to an account, without the form."""
        token = self.site.accounts.sign_up(self.name, GOOD).token
        self.jar.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1")

    def sign_in(self, password: str = GOOD) -> requests.Response:
        return self.post("/sign-in", name=self.name, password=password)

    @property
    def token(self) -> str:
        return self.jar.cookies[SESSION_COOKIE]

    @property
    def account(self) -> str | None:
        user = self.site.people.accounts.find_user(self.jar.cookies.get(SESSION_COOKIE))
        return user.name if user else None


@pytest.fixture(scope="module")
def site(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("accounts")
    shutil.copytree(data_dir, folder / "data")
    environ = {"MARQUEE_DATA_DIR": str(folder / "data")}
    script = PROJECT / "app.py"
    with serve(script, folder=PROJECT, log=folder / "log", environ=environ) as running:
        path = folder / "data" / "people.db"
        people, connections = People(path), Connections(path, busy_timeout_ms=5000)
        accounts = Accounts(connections, clock=lambda: datetime.now(UTC), passwords=QUICK)
        yield Site(running.address, people, accounts)
        connections.close()
        people.close()


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return site.visitor()


class Inputs(HTMLParser):
    """Collects the attributes of tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sign-in", {"name": "username", "password": "current-password"}),
        ("/sign-up", {"name": "username", "password": "new-password"}),
        (
            "/change-password",
            {
                "username": "username",
                "password": "current-password",
                "new_password": "new-password",
            },
        ),
        ("/delete-account", {"username": "username", "password": "current-password"}),
    ],
)
def test_fields_name_their_purpose_for_password_managers(
    visitor: Visitor, path: str, expected: dict[str, str]
) -> None:
    if path not in PAGES:
        visitor.have_account()
    page = Inputs(visitor.get(path).text)
    inputs = page.all("input")
    assert {field["name"]: field["autocomplete"] for field in inputs} == expected
    labelled = {label["for"] for label in page.all("label")}
    assert {field["id"] for field in inputs if "hidden" not in field} == labelled
    for field in inputs:
        if field["name"] == "username":
            assert field["value"] == visitor.name
        if "password" in str(field["name"]):
            assert (field["type"], field["value"]) == ("password", "")
    (form,) = page.all("form")
    assert (form["method"], form["action"]) == ("post", path)


@pytest.mark.parametrize("path", PAGES)
def test_form_page_allows_no_script(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    page = Inputs(answer.text)
    assert not page.all("script")
    assert page.all("html") == [{"lang": "en"}]
    assert [field for field in page.all("input") if "autofocus" in field] == page.all("input")[:1]


def test_sign_up_sets_an_http_only_cookie(visitor: Visitor) -> None:
    answer = visitor.post("/sign-up", name=visitor.name, password=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    line = answer.headers["set-cookie"]
    assert line.endswith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax")
    assert is_token(visitor.token)
    assert visitor.account == visitor.name


def test_cookie_is_secure_over_https(visitor: Visitor) -> None:
    visitor.jar.headers["X-Forwarded-Proto"] = "https"  # from the proxy on this machine
    https = visitor.site.url.replace("http:", "https:")
    answer = visitor.post("/sign-up", origin=https, name=visitor.name, password=GOOD)
    assert answer.headers["set-cookie"].endswith("; SameSite=Lax; Secure")
    refused = visitor.post("/sign-in", name=visitor.name, password=GOOD)  # a page without HTTPS
    assert refused.status_code == 403


def test_sign_in_replaces_the_token(visitor: Visitor) -> None:
    visitor.have_account()
    first = visitor.token
    assert visitor.sign_in().headers["location"] == "/"
    assert visitor.token != first
    assert visitor.account == visitor.name
    assert visitor.site.people.accounts.find_user(first) is None


def test_planted_token_is_not_a_session(visitor: Visitor) -> None:
    planted = new_token()
    visitor.jar.cookies.set(SESSION_COOKIE, planted)
    visitor.jar.cookies.set(GUEST_COOKIE, planted)
    answer = visitor.post("/sign-up", name=visitor.name, password=GOOD)
    assert planted not in answer.headers["set-cookie"]
    assert visitor.site.people.find_user(planted) is None


def test_likes_of_the_guest_move_to_the_account(visitor: Visitor) -> None:
    visitor.get("/sign-up")
    people = visitor.site.people
    guest = people.open_guest(visitor.jar.cookies[GUEST_COOKIE])
    people.set_interaction(guest.user_id, "tt0113277", InteractionKind.LIKE, on=True)
    visitor.post("/sign-up", name=visitor.name, password=GOOD)
    user = people.find_user(visitor.token)
    assert user is not None
    assert people.load_profile(user.user_id, limit=5).likes == ("tt0113277",)
    assert people.find_user(visitor.jar.cookies[GUEST_COOKIE]) is None


def test_sign_out_ends_token_and_cookie(visitor: Visitor) -> None:
    visitor.have_account()
    token = visitor.token
    answer = visitor.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=signed-out")
    assert SESSION_COOKIE not in visitor.jar.cookies
    assert visitor.site.people.find_user(token) is None
    assert "You are signed out." in visitor.get("/sign-in?done=signed-out").text


def test_sign_out_everywhere_ends_all_sessions(visitor: Visitor) -> None:
    visitor.have_account()
    elsewhere = visitor.site.visitor()
    elsewhere.name = visitor.name
    elsewhere.sign_in()
    assert visitor.post("/sign-out-everywhere").status_code == 303
    assert (visitor.account, elsewhere.account) == (None, None)


def test_password_can_be_changed(visitor: Visitor) -> None:
    visitor.have_account()
    before = visitor.token
    wrong = visitor.post("/change-password", password=WRONG, new_password=OTHER)
    assert wrong.status_code == 422
    assert "not the password of your account" in wrong.text
    weak = visitor.post("/change-password", password=GOOD, new_password=WEAK)
    assert weak.status_code == 422
    done = visitor.post("/change-password", password=GOOD, new_password=OTHER)
    assert (done.status_code, done.headers["location"]) == (303, "/account?done=password")
    assert visitor.token != before
    assert visitor.site.people.accounts.find_user(before) is None
    assert visitor.sign_in(OTHER).status_code == 303


def test_account_can_be_deleted(visitor: Visitor) -> None:
    visitor.have_account()
    assert visitor.post("/delete-account", password=WRONG).status_code == 422
    assert visitor.account == visitor.name
    done = visitor.post("/delete-account", password=GOOD)
    assert (done.status_code, done.headers["location"]) == (303, "/sign-up?done=deleted")
    assert SESSION_COOKIE not in visitor.jar.cookies
    assert visitor.sign_in().status_code == 422


@pytest.mark.parametrize("path", [*PAGES, *OWN_PAGES])
def test_post_of_another_site_changes_nothing(victim: Visitor, path: str) -> None:
    evil = "http://127.0.0.1.evil.example"
    for origin in (None, "null", "http://evil.example", "http://127.0.0.1:1", evil):
        answer = victim.post(
            path, origin=origin, name=f"{victim.name} 2", password=GOOD, new_password=OTHER
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert victim.account == victim.name


@pytest.fixture(scope="module")
def victim(site: Site) -> Visitor:
    signed_up = site.visitor()
    signed_up.have_account()
    return signed_up


@pytest.mark.parametrize("path", OWN_PAGES)
def test_guest_is_redirected_to_sign_in(visitor: Visitor, path: str) -> None:
    for answer in (visitor.get(path), visitor.post(path, password=GOOD, new_password=OTHER)):
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "set-cookie" not in answer.headers


def forged(token: str) -> dict[str, str]:
    other = "A" if token[0] != "A" else "B"
    return {
        "forged": new_token(),
        "one character changed": other + token[1:],
        "truncated": token[:-1],
        "longer": token + "A",
        "quoted": f'"{token}"',
        "a path": "../../etc/passwd",
        "empty": "",
    }


def test_cookies_that_are_not_ours_are_nobodys(visitor: Visitor) -> None:
    visitor.have_account()
    for what, value in forged(visitor.token).items():
        stranger = visitor.site.visitor()
        stranger.jar.headers["Cookie"] = f"{SESSION_COOKIE}={value}"
        answer = stranger.get("/change-password")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), what


def test_expired_session_is_signed_out(visitor: Visitor) -> None:
    visitor.have_account()
    assert visitor.get("/change-password").status_code == 200
    visitor.jar.cookies.set(
        SESSION_COOKIE, visitor.site.expired_token(visitor.name), domain="127.0.0.1"
    )
    answer = visitor.get("/change-password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_cookie_is_extended_with_each_page_and_deleted_after_its_session(
    visitor: Visitor,
) -> None:
    visitor.have_account()
    token = visitor.token
    page = visitor.get("/")
    assert f"{SESSION_COOKIE}={token}; Path=/; Max-Age=2592000" in page.headers["set-cookie"]
    visitor.site.people.accounts.sign_out(token)
    page = visitor.get("/")
    assert f"{SESSION_COOKIE}=; Path=/; Max-Age=0" in page.headers["set-cookie"]
    assert SESSION_COOKIE not in visitor.jar.cookies


def test_unknown_name_and_wrong_password_look_the_same(visitor: Visitor) -> None:
    visitor.have_account()
    stranger = visitor.site.visitor()
    known = stranger.post("/sign-in", name=visitor.name, password=WRONG)
    unknown = stranger.post("/sign-in", name="No such name", password=WRONG)
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace(visitor.name, "X") == unknown.text.replace("No such name", "X")
    assert set(known.headers) == set(unknown.headers)
    assert 'aria-invalid="true"' in known.text


def test_sixth_attempt_is_delayed_with_retry_after(visitor: Visitor) -> None:
    visitor.have_account()
    stranger = visitor.site.visitor()
    answers = [
        stranger.post("/sign-in", name=visitor.name, password=f"wrong password {n}")
        for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [422] * 5
    blocked = stranger.post("/sign-in", name=visitor.name, password=GOOD)
    assert blocked.status_code == 429
    assert 1 <= int(blocked.headers["retry-after"]) <= 30
    assert "Too many attempts. Please wait" in blocked.text
    # Who is signed in stays so.
    assert visitor.account == visitor.name


def test_attempts_by_api_and_form_share_a_limit(visitor: Visitor) -> None:
    visitor.have_account()
    stranger = visitor.site.visitor()
    for n in range(5):
        answer = stranger.jar.post(
            f"{visitor.site.url}/api/login",
            json={"name": visitor.name.upper(), "password": f"wrong password {n}"},
            timeout=30,
        )
        assert answer.status_code == 401
    assert (
        visitor.site.visitor().post("/sign-in", name=visitor.name, password=GOOD).status_code == 429
    )


def test_values_are_escaped_and_passwords_not_repeated(visitor: Visitor) -> None:
    name = '"><script>alert(1)</script>'
    answer = visitor.post("/sign-up", name=name, password=SECRET)
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert SECRET not in answer.text


def test_request_cannot_choose_the_redirect(visitor: Visitor) -> None:
    evil = "next=https://evil.example&next=//evil.example&done=https://evil.example"
    answer = visitor.post(
        f"/sign-up?{evil}", name=visitor.name, password=GOOD, next="//evil.example"
    )
    assert answer.headers["location"] == "/"
    assert "evil" not in visitor.site.visitor().get(f"/sign-in?{evil}").text


def test_name_cannot_add_headers(visitor: Visitor) -> None:
    name = "Ada\r\nSet-Cookie: evil=1"
    answer = visitor.post("/sign-up", name=name, password=GOOD)
    assert answer.status_code == 422  # a colon and an equals sign are in no name
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"name=Ada&password=" + b"x" * 9000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"name=Ada", "text/plain", 415),
        (b"name=Ada&name=Bob&password=x", "application/x-www-form-urlencoded", 400),
        (b"name=%ff&password=x", "application/x-www-form-urlencoded", 400),
        ("name=Ädä&password=x".encode(), "application/x-www-form-urlencoded", 400),
        (b"&".join(b"x%d=1" % n for n in range(100)), "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 422),
        (b"password=x%00y&name=%00", "application/x-www-form-urlencoded", 422),
    ],
)
def test_invalid_form_is_refused(
    visitor: Visitor, body: bytes, content_type: str, status: int
) -> None:
    for path in PAGES:
        answer = visitor.jar.post(
            f"{visitor.site.url}{path}",
            data=body,
            headers={"Origin": visitor.site.url, "Content-Type": content_type},
            timeout=30,
        )
        assert answer.status_code == status
        assert "<h1>" in answer.text


def test_endless_body_is_refused(site: Site) -> None:
    host, port = site.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            f"POST /sign-in HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {site.url}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        connection.sendall(chunk * 3)  # no end is ever sent
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_concurrent_sign_ups_create_one_account(site: Site) -> None:
    visitors = [site.visitor() for _ in range(6)]
    name = visitors[0].name

    def sign_up(spelling: tuple[Visitor, Callable[[str], str]]) -> int:
        visitor, spell = spelling
        return visitor.post("/sign-up", name=spell(name), password=GOOD).status_code

    spellings = [str.upper, str.lower, str.title] * 2
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(sign_up, zip(visitors, spellings, strict=True)))
    assert sorted(answers) == [303] + [422] * 5


def test_other_methods_are_refused(visitor: Visitor) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = visitor.jar.request(method, f"{visitor.site.url}/sign-out", timeout=30)
        assert answer.status_code == 405
