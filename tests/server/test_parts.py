from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from recommender.server import build_app_parts, find_accounts, turn_off_pages_directory
from recommender.server.doors import DoorsMiddleware
from recommender.server.guest_cookie import GuestCookieMiddleware
from recommender.server.request_id import RequestIdMiddleware
from recommender.server.security import SecurityHeadersMiddleware
from recommender.server.session_cookie import SessionCookieMiddleware


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = PagesManager.uses_pages_directory
    PagesManager.uses_pages_directory = None
    yield
    PagesManager.uses_pages_directory = before


@pytest.fixture
def script(tmp_path: Path) -> str:
    (tmp_path / "pages").mkdir()
    (tmp_path / "app.py").touch()
    return str(tmp_path / "app.py")


def test_streamlit_still_has_the_switch(script: str) -> None:
    # If this fails, Streamlit has changed how it treats a folder named pages: look again.
    PagesManager(script)
    assert PagesManager.uses_pages_directory is True


def test_a_folder_of_pages_is_not_run_by_itself(script: str) -> None:
    turn_off_pages_directory()
    PagesManager(script)
    assert PagesManager.uses_pages_directory is False


def test_accounts_bring_their_forms_and_their_cookie() -> None:
    parts = build_app_parts(warm_up=lambda: None, accounts=find_accounts)
    paths = [getattr(route, "path", None) for route in parts.routes]
    assert {"/sign-in", "/sign-up", "/sign-out", "/sign-out-everywhere"} <= set(paths)
    assert {"/change-password", "/delete-account"} <= set(paths)
    classes: list[object] = [middleware.cls for middleware in parts.middleware]
    assert classes == [
        SecurityHeadersMiddleware,
        RequestIdMiddleware,
        DoorsMiddleware,
        GuestCookieMiddleware,
        SessionCookieMiddleware,
    ]


def test_parts_hold_everything_in_order() -> None:
    extra = Route("/extra", lambda request: PlainTextResponse("x"))
    parts = build_app_parts(warm_up=lambda: None, routes=[extra])
    paths = [getattr(route, "path", None) for route in parts.routes]
    assert paths == ["/healthz", "/readyz", "/extra"]
    classes: list[object] = [middleware.cls for middleware in parts.middleware]
    assert classes == [
        SecurityHeadersMiddleware,
        RequestIdMiddleware,
        DoorsMiddleware,
        GuestCookieMiddleware,
    ]
    assert PagesManager.uses_pages_directory is False
