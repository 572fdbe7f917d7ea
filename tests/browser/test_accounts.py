"""An account in a real browser: up, in, out, elsewhere, and what a tab does that was left open."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Cookie, Page, expect

from recommender.users import new_token
from tests.browser.conftest import Server
from tests.browser.test_main_journey import wait_until_saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
GOOD = "four plain words here"
_numbers = count(1)


def new_name() -> str:
    return f"Ada {next(_numbers)}"


def sign_up(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/sign-up")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(GOOD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/")


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{address}/")


def like_first(page: Page, address: str, query: str = "heat") -> None:
    """Like the first film found, and wait until it is written."""
    page.goto(f"{address}/search?q={query}")
    heart = page.locator(".grid .action.like").first
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.click()
    wait_until_saved(page, 1)


def count_likes(page: Page, address: str) -> int:
    """Return the number of likes that a newly opened page shows."""
    page.goto(f"{address}/library")
    return read_likes(page)


def go_and_count_likes(page: Page) -> int:
    """Return the number of likes that the open page shows; cheaper than a new page."""
    page.get_by_role("link", name="My films").click()
    return read_likes(page)


def go_to_account(page: Page) -> None:
    """Show the account page of the current user."""
    page.get_by_role("link", name="Account").click()


def read_likes(page: Page) -> int:
    shown = page.get_by_role("radio", name=re.compile("Liked")).or_(
        page.get_by_role("button", name=re.compile("Liked"))
    )
    text = shown.first.inner_text()
    found = re.search(r"Liked\s+(\d+)", text)
    assert found is not None, text
    return int(found.group(1))


def session_cookie(context: BrowserContext) -> Cookie | None:
    return next((c for c in context.cookies() if c.get("name") == "marquee_session"), None)


def test_likes_wait_in_the_account_and_nobody_else_sees_them(server: Server, visit: Visit) -> None:
    address, name = server.address, new_name()
    page = visit("about:blank")
    like_first(page, address)
    sign_up(page, address, name)
    expect(
        page.get_by_text("1 like from before you signed in moved to your account")
    ).to_be_visible()
    cookie = session_cookie(page.context)
    assert cookie is not None
    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Lax"
    like_first(page, address, "alien")
    assert go_and_count_likes(page) == 2

    go_to_account(page)
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert session_cookie(page.context) is None
    assert count_likes(page, address) == 0

    sign_in(page, address, name)
    assert go_and_count_likes(page) == 2

    other = visit("about:blank")
    assert count_likes(other, address) == 0
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_tab_left_open_is_a_guest_once_the_sign_in_ended_elsewhere(
    server: Server, visit: Visit
) -> None:
    address, name = server.address, new_name()
    stale = visit("about:blank")
    sign_up(stale, address, name)
    stale.goto(f"{address}/search?q=heat")
    expect(stale.locator(".grid .action.like").first).to_be_visible()

    elsewhere = visit("about:blank")
    sign_in(elsewhere, address, name)
    elsewhere.goto(f"{address}/sign-out-everywhere")
    elsewhere.get_by_role("button", name="Sign out everywhere").click()
    expect(elsewhere.get_by_text("You are signed out everywhere.")).to_be_visible()

    # The tab still has its old cookie in its connection; what it does is a guest's.
    stale.locator(".grid .action.like").first.click()
    wait_until_saved(stale, 1)
    stale.get_by_role("searchbox").fill("alien")
    expect(stale.get_by_text("You are signed out. Your likes now stay")).to_be_visible()
    assert count_likes(stale, address) == 1
    sign_in(elsewhere, address, name)
    assert count_likes(elsewhere, address) == 0


def test_cookies_that_are_forged_truncated_or_foreign_make_a_guest(
    server: Server, visit: Visit
) -> None:
    address = server.address
    ada = visit("about:blank")
    sign_up(ada, address, new_name())
    cookie = session_cookie(ada.context)
    assert cookie is not None
    token = str(cookie.get("value"))
    page = ada.context.new_page()
    for value in (new_token(), token[:-1], f"{token},{token}"):  # more over plain HTTP, in server
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "marquee_session", "value": value, "url": address}])
        page.goto(f"{address}/account")
        expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def test_a_token_is_made_shown_once_and_revoked(server: Server, visit: Visit) -> None:
    address = server.address
    page = visit("about:blank")
    sign_up(page, address, new_name())
    page.goto(f"{address}/account")
    page.get_by_label("What is it for?").fill("my *script*")
    page.get_by_role("button", name="Create a token").click()
    token = page.get_by_text(re.compile(r"^marquee_[\w-]{43}$"))
    expect(token).to_be_visible()
    bearer = {"Authorization": f"Bearer {token.inner_text()}"}
    assert page.request.get(f"{address}/api/me", headers=bearer).ok
    page.reload()
    revoke = page.get_by_role("button", name="Revoke my *script*")
    expect(revoke).to_be_visible()
    expect(token).to_have_count(0)
    revoke.click()
    expect(revoke).to_have_count(0)
    assert page.request.get(f"{address}/api/me", headers=bearer).status == 401


def test_forms_fit_a_phone_in_both_themes(server: Server, visit: Visit) -> None:
    address = server.address
    for scheme, paper in (("light", "rgb(251, 248, 243)"), ("dark", "rgb(18, 16, 15)")):
        page = visit(
            f"{address}/sign-up",
            viewport={"width": 390, "height": 844},
            color_scheme=scheme,
        )
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for control in page.locator("input:not([hidden]), button, .links a").all():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= 24


def test_forms_need_no_script(server: Server, visit: Visit) -> None:
    address, name = server.address, new_name()
    page = visit(f"{address}/sign-up", java_script_enabled=False)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign up").click()
    assert session_cookie(page.context) is not None
    page.goto(f"{address}/delete-account")
    page.get_by_label("Your password").fill(GOOD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Your account is deleted")).to_be_visible()
    expect(page.get_by_text("Your account is deleted")).to_be_focused()
    assert session_cookie(page.context) is None
