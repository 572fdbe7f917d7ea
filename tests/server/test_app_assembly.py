from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from recommender.server import build_app_parts, turn_off_pages_directory
from recommender.server.api import ApiMiddleware
from recommender.server.blocked_paths import BlockedPathsMiddleware
from recommender.server.cookies import GuestCookieMiddleware, SessionCookieMiddleware
from recommender.server.observability import RequestIdMiddleware
from recommender.server.security import SecurityHeadersMiddleware
from recommender.service import Marquee
from tests.asgi import ask


@pytest.fixture(autouse=True)
def restore_switch() -> Iterator[None]:
    before = PagesManager.uses_pages_directory
    PagesManager.uses_pages_directory = None
    yield
    PagesManager.uses_pages_directory = before


@pytest.fixture
def script(tmp_path: Path) -> str:
    (tmp_path / "pages").mkdir()
    (tmp_path / "app.py").touch()
    return str(tmp_path / "app.py")


def test_streamlit_has_the_pages_switch(script: str) -> None:
    # If this fails, Streamlit has changed how it treats a folder named pages: look again.
    PagesManager(script)
    assert PagesManager.uses_pages_directory is True


def test_pages_folder_is_turned_off(script: str) -> None:
    turn_off_pages_directory()
    PagesManager(script)
    assert PagesManager.uses_pages_directory is False


def unused_marquee() -> Marquee:
    raise AssertionError("assembly opens nothing")


def test_marquee_adds_its_routes_and_cookies() -> None:
    parts = build_app_parts(warm_up=lambda: None, marquee=unused_marquee)
    paths = [getattr(route, "path", None) for route in parts.routes]
    assert {"/sign-in", "/sign-up", "/sign-out", "/sign-out-everywhere"} <= set(paths)
    assert {"/change-password", "/delete-account"} <= set(paths)
    assert {"/app/interactions", "/app/sign-in", "/posters/late"} <= set(paths)
    classes: list[object] = [middleware.cls for middleware in parts.middleware]
    assert classes == [
        SecurityHeadersMiddleware,
        RequestIdMiddleware,
        BlockedPathsMiddleware,
        GZipMiddleware,
        ApiMiddleware,
        GuestCookieMiddleware,
        SessionCookieMiddleware,
    ]


def test_routes_and_middleware_are_in_order() -> None:
    extra = Route("/extra", lambda request: PlainTextResponse("x"))
    parts = build_app_parts(warm_up=lambda: None, routes=[extra])
    paths = [getattr(route, "path", None) for route in parts.routes]
    assert paths == ["/healthz", "/readyz", "/extra"]
    classes: list[object] = [middleware.cls for middleware in parts.middleware]
    assert classes == [
        SecurityHeadersMiddleware,
        RequestIdMiddleware,
        BlockedPathsMiddleware,
        GZipMiddleware,
        GuestCookieMiddleware,
    ]
    assert PagesManager.uses_pages_directory is False


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (["films.example.org"], 200),
        (["films.example.org:8501"], 200),
        (["evil.example"], 400),
        (["films.example.org@evil.example"], 400),
        ([], 400),
        (["127.0.0.1:8501"], 200),  # health probes
    ],
)
def test_unknown_host_is_refused_on_every_route(hosts: list[str], status: int) -> None:
    inside = Route("/inside", lambda request: PlainTextResponse("inside"))
    parts = build_app_parts(
        warm_up=lambda: None, routes=[inside], allowed_hosts=["films.example.org"]
    )
    app = Starlette(routes=parts.routes, middleware=parts.middleware)
    for path in ("/inside", "/healthz"):
        assert ask(app, "GET", path, headers=[("host", host) for host in hosts]).status == status


def test_any_host_is_answered_without_a_list() -> None:
    parts = build_app_parts(warm_up=lambda: None)
    classes: list[object] = [middleware.cls for middleware in parts.middleware]
    assert TrustedHostMiddleware not in classes
