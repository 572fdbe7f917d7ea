"""What tests of several rooms share: one data folder a run, one Chromium a module."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from recommender.catalogue import build_catalogue
from recommender.service import Marquee
from recommender.settings import load_settings
from tests.once import kept_as_it_is, make_once

NOT_IN_CHROMIUM = (
    # A page whose answer a test rewrote counts as foreign, and may then not reach 127.0.0.1.
    "LocalNetworkAccessChecks",
    # The list below the address bar is two pages of its own beside each page that is opened, which
    # no test sees and which cost as much as the page.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "AimEnabled"),
    # What Playwright turns off, too: Chromium hears only the last of two such lists.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--js-flags=--max-opt=1",  # no page lives long enough here to repay what optimising it costs
    f"--disable-features={','.join(NOT_IN_CHROMIUM)}",
]

pytest_plugins = ["tests.second_try"]

# How long an example takes says how busy the machine is, and fails no test.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

# The second process begins with a catalogue of its own, while the first makes what all share.
LONGEST_FIRST = (
    *(
        "browser/test_every_page",
        "browser/test_hostile",
        "browser/test_oidc",
        "browser/test_main_journey",
    ),
    *("browser/test_accounts", "browser/test_posters", "browser/test_overlay"),
    *("browser/test_insights",),
    *("browser/test_tour", "browser/test_layout_shift", "deploy/test_many_processes"),
    *("catalogue/test_imdb_import", "server/test_in_chromium", "pages/test_error_banners"),
    *("pages/test_pages", "browser/test_home", "browser/test_memory", "browser/test_history"),
    *("server/api/test_schemathesis", "cli/test_evaluation_commands", "engine/test_properties"),
    *("pages/test_insights", "pages/test_library", "server/test_account_forms"),
    *("server/api/test_document", "cli/test_build_and_doctor", "server/test_logs"),
)
"""Files that take long: begun last, one of them would keep one process busy and the other idle."""

# A developer's own key must not decide the outcome, nor be used for it.
for _name in [name for name in os.environ if name.startswith("TMDB_")]:
    del os.environ[_name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; pytest-xdist hands files out in this order."""
    tests = Path(__file__).parent
    place = {tests / f"{name}.py": number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def bundled_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The bundled catalogue, built. Copy it before writing to it."""

    def build(folder: Path) -> None:
        settings = load_settings({"MARQUEE_DATA_DIR": str(folder)})
        build_catalogue(settings.catalogue_file, settings.catalogue_db)

    with kept_as_it_is(make_once(tmp_path_factory, "bundled-catalogue", build)) as folder:
        yield folder / "catalogue.db"


@pytest.fixture(scope="session")
def data_dir(bundled_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A prepared data folder, without people's data. Copy it before writing to it."""

    def prepare(folder: Path) -> None:
        shutil.copy(bundled_db, folder)
        marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
        marquee.prepare()
        marquee.close()

    with kept_as_it_is(make_once(tmp_path_factory, "prepared-data", prepare)) as folder:
        yield folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return find_chromium()


def find_chromium() -> str:
    """Return where Chromium is; without one fail with ``CI=true``, and skip the test otherwise."""
    # The headless shell is the same Chromium without windows.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        message = "No Chromium here, so nothing was tested in a browser: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    return str(found)


@pytest.fixture(scope="session")
def launched(chromium_path: str) -> Iterator[Browser]:
    """One Chromium a process, and Playwright's loop, which stands still between browser tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=CHROMIUM_ARGUMENTS
        )
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield chromium
        asyncio._set_running_loop(loop)
        chromium.close()


@pytest.fixture(scope="module")
def browser(launched: Browser) -> Iterator[Browser]:
    """The Chromium of this process, for the tests of a file.

    Playwright calls its loop running as long as it lives; then no other test could run one.
    """
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(launched._loop)
    yield launched
    asyncio._set_running_loop(before)
