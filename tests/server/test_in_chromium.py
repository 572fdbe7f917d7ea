"""Cookies and content security policy in a real browser, with every kind of element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def listen(page: Page) -> list[str]:
    """Collect browser errors and requests to other machines.

    Streamlit tries WebAssembly, which the policy blocks; that is no error.
    """
    heard: list[str] = []
    page.on(
        "console",
        lambda message: (
            heard.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "request",
        lambda request: (
            heard.append(request.url)
            if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else None
        ),
    )
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => { if (e.blockedURI !== 'wasm-eval')"
        "console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI) })"
    )
    return heard


def shown_token(page: Page) -> str:
    found = re.search(r"token (\S+)", page.get_by_text("token ").inner_text())
    assert found is not None
    return found.group(1)


def test_all_elements_render_under_the_policy(tiny_app: Any, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    heard = listen(page)
    page.goto(tiny_app.url)
    page.get_by_role("button", name="Like Heat (1995)").click()
    page.get_by_text("pressed", exact=True).wait_for()
    page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)").first.wait_for()
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
    page.get_by_role("link", name="Film").click()
    page.get_by_role("heading", name="A film of the tiny app").wait_for()
    assert heard == []


def test_injected_script_does_not_run(tiny_app: Any, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    heard = listen(page)
    page.goto(tiny_app.url)
    page.get_by_text("token ").wait_for()
    with page.expect_console_message(lambda said: said.text.startswith("policy: img-src")):
        page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
            "document.body.append(s);"
            "const i = new Image(); i.src = 'https://example.org/x.png'; document.body.append(i); }"
        )
    assert page.evaluate("window.bad") is None
    assert {line for line in heard if line.startswith("policy: ")} == {
        "policy: script-src-elem inline",
        "policy: img-src https://example.org/x.png",
    }


def test_guest_is_known_on_first_page_refresh_and_second_tab(
    tiny_app: Any, visitor: BrowserContext, browser: Browser
) -> None:
    page = visitor.new_page()
    page.goto(tiny_app.url)
    page.get_by_text("token ").wait_for()
    token = shown_token(page)
    (cookie,) = [c for c in visitor.cookies() if c["name"] == "marquee_guest"]
    assert cookie["value"] == token
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert page.evaluate("document.cookie").find("marquee_guest") == -1

    page.reload()
    page.get_by_text("token ").wait_for()
    assert shown_token(page) == token

    second = visitor.new_page()
    second.goto(f"{tiny_app.url}/film?tconst=tt0113277")  # opened cold, past the home page
    second.get_by_role("heading", name="A film of the tiny app").wait_for()
    second.get_by_text("token ").wait_for()
    assert shown_token(second) == token
    assert second.get_by_role("link", name="Film").count() >= 1  # app.py drew the navigation

    other = browser.new_context()
    stranger = other.new_page()
    stranger.goto(tiny_app.url)
    stranger.get_by_text("token ").wait_for()
    assert shown_token(stranger) != token
    other.close()
