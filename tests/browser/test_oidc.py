"""Signing in with a real provider of OpenID Connect, which the test runs on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from recommender.users import Identity, People
from tests.browser.conftest import PATIENCE_MS, Server, find_free_port, run_server, wait_for_answer
from tests.browser.test_accounts import (
    count_likes,
    go_and_count_likes,
    go_to_account,
    like_first,
)
from tests.browser.test_main_journey import wait_until_saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NewVisitor = Callable[[], BrowserContext]
SECRETS = """
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "long enough for a test, and for nothing else"

[auth.example]
client_id = "marquee"
client_secret = "known to the test"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_kwargs = {{ prompt = "login" }}
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A Marquee with a provider, and the provider's address."""

    server: Server
    provider: str

    @property
    def address(self) -> str:
        return self.server.address


@contextmanager
def run_provider(folder: Path) -> Iterator[str]:
    port = find_free_port()
    people = ['{"sub": "42", "name": "Ada Byron"}', '{"sub": "43", "name": "Ada Byron"}']
    people.append('{"sub": "44"}')
    claims = [option for person in people for option in ("--user-claims", person)]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    log = (folder / "provider.log").open("w+b")
    with (
        log,
        subprocess.Popen(
            [*command, "--port", str(port), *claims], stdout=log, stderr=log
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for_answer(f"{address}/jwks", process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def site(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("oidc")
    shutil.copytree(data_dir, folder / "data")
    port = find_free_port()
    secrets = folder / "secrets.toml"
    with run_provider(folder) as provider:
        secrets.write_text(SECRETS.format(app=f"http://127.0.0.1:{port}", provider=provider))
        with run_server(folder / "data", "--secrets.files", str(secrets), port=port) as running:
            yield Site(running, provider)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[NewVisitor]:
    """Make new visitors; what the provider's page asks for from elsewhere they never get."""
    opened: list[BrowserContext] = []

    def new() -> BrowserContext:
        context = browser.new_context(reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        context.route("https://**", lambda route: route.abort())
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


def sign_in(page: Page, site: Site, subject: str = "42") -> None:
    page.goto(f"{site.address}/account")
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Sign in with Example").click()
    page.wait_for_url(f"{site.provider}/**")
    page.get_by_role("button", name=subject, exact=True).click()
    page.wait_for_url(f"{site.address}/")
    expect(page.get_by_role("link", name="Account")).to_be_visible()


def show_account(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/account")
    expect(page.get_by_text("Information courtesy of IMDb")).to_be_visible()


def test_a_guest_signs_in_and_out_and_in_again(site: Site, visitor: NewVisitor) -> None:
    page = visitor().new_page()
    like_first(page, site.address)
    sign_in(page, site)
    expect(
        page.get_by_text("1 like from before you signed in moved to your account")
    ).to_be_visible()
    go_to_account(page)
    expect(page.get_by_role("heading", level=1, name="Ada Byron", exact=True)).to_be_visible()
    stale = page.context.new_page()
    stale.goto(f"{site.address}/search?q=alien")
    expect(stale.locator(".grid .action.like").first).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(re.compile("/oauth2/end_session|" + re.escape(site.address) + "/$"))
    assert count_likes(page, site.address) == 0

    # Streamlit still tells that tab who signed in there; here it has ended.
    stale.locator(".grid .action.like").first.click()
    wait_until_saved(stale, 1)
    stale.get_by_role("searchbox").fill("brazil")
    expect(stale.get_by_text("You are signed out. Your likes now stay")).to_be_visible()
    assert count_likes(page, site.address) == 1  # the guest of this browser

    sign_in(page, site)
    assert go_and_count_likes(page) == 2


def test_another_person_of_the_same_name_is_another_person(site: Site, visitor: NewVisitor) -> None:
    people = People(site.server.data_dir / "people.db")
    ada = Identity(
        issuer=site.provider, subject="42", issued_at_s=int(time.time()), name="Ada Byron"
    )
    assert people.accounts.identities.open_user(ada) is not None  # as her first sign-in does
    people.close()
    other = visitor().new_page()
    sign_in(other, site, "43")
    like_first(other, site.address, "amelie")
    other_again = visitor().new_page()
    sign_in(other_again, site, "43")
    assert go_and_count_likes(other_again) == 1
    go_to_account(other)
    expect(other.get_by_role("heading", level=1, name="Ada Byron 2")).to_be_visible()
    other.get_by_role("button", name="Sign out everywhere").click()
    other.wait_for_url(re.compile("/oauth2/end_session|" + re.escape(site.address) + "/$"))
    show_account(other_again, site)
    expect(other_again.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def test_an_account_is_deleted_and_stays_so_in_open_tabs(site: Site, visitor: NewVisitor) -> None:
    page = visitor().new_page()
    sign_in(page, site, "44")
    open_tab = page.context.new_page()
    show_account(open_tab, site)
    expect(open_tab.get_by_role("heading", level=1, name="Member")).to_be_visible()
    go_to_account(page)
    page.get_by_role("button", name="Delete account").click()
    delete = page.get_by_role("button", name="Delete it for good")
    expect(delete).to_be_disabled()
    page.get_by_label("Type your name to confirm").fill("Member")
    page.keyboard.press("Enter")
    expect(delete).to_be_enabled()
    delete.click()
    page.wait_for_url(re.compile("/oauth2/end_session|" + re.escape(site.address) + "/$"))
    open_tab.get_by_label("What is it for?").fill("still here?")
    open_tab.get_by_role("button", name="Create a token").click()
    expect(open_tab.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    people = People(site.server.data_dir / "people.db")
    identity = Identity(issuer=site.provider, subject="44", issued_at_s=int(time.time()) + 9)
    assert people.accounts.identities.find_user(identity) is None
    people.close()


def test_a_forged_cookie_is_nobodys(site: Site, visitor: NewVisitor) -> None:
    context = visitor()
    context.add_cookies(
        [{"name": "_streamlit_user", "value": '{"sub":"42"}|0|forged', "url": site.address}]
    )
    page = context.new_page()
    show_account(page, site)
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
