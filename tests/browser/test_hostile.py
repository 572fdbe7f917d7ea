"""A catalogue, a history and addresses made to do harm, on every page: they are words, no more.

``MARQUEE_HOSTILE_PAGES=all`` opens every film and section. The fixture ``seen`` fails on an error
in the console, which a refused script would be, and on a request to any other host.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page, expect

from recommender.catalogue import build_catalogue
from recommender.entities import InteractionKind
from recommender.users import People, new_token
from tests.browser.conftest import Server, run_server, wait_until_at_rest, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
SCRIPT = "window.owned = 1"
TITLES = [
    f"<img src=x onerror='{SCRIPT}'>",
    f"<script>{SCRIPT}</script>",
    f"</script><svg onload='{SCRIPT}'>",
    f"[click](javascript:{SCRIPT})",
    "![](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    "M*A*S*H _and_ `code` $x^2$ :red[red] :material/home:",
    "<https://evil.example/> https://evil.example/",
    "{{constructor.constructor('window.owned=1')()}} ${window.owned=1}",
    "datum.owned'];owned=1;['",
    '"><iframe src="https://evil.example/"></iframe>',
    "\u202egnorw eht yaw dnuor\u202c",
    "Zero\u200b\u2060 width\ufeff",
    "a | b\\| c &lt;b&gt; &amp; <!-- -->",
    "x" * 10_000,
    "M\u0338\u0321" * 200,
    '=HYPERLINK("https://evil.example/")',
    "'; DROP TABLE films; --",
    "../../etc/passwd",
    "%3Cscript%3E%00",
]
COLUMNS = (
    "tconst,primaryTitle,originalTitle,startYear,runtimeMinutes,genres,averageRating,numVotes,"
    "directors,writers,cast"
)
PAGES = [
    "",
    f"search?q={quote(TITLES[0])}",
    f"for_you?surprise={quote(TITLES[0])}",
    "film?tconst=tt0000004&with=javascript:alert(1)",
    "film?tconst=tt0000006",
    "film?tconst=tt0000014",  # ten thousand letters
    "library?list=%3Cscript%3E",
    *(f"insights?section={section}" for section in ("Likes+and+picks", "One+score")),
    f"insights?example={quote(TITLES[0])}&film={quote(TITLES[1])}",
]
# A phone shows the same words; there it is the width that matters.
NARROW_TOO = {"", f"for_you?surprise={quote(TITLES[0])}", "film?tconst=tt0000014"}
if os.environ.get("MARQUEE_HOSTILE_PAGES") == "all":
    PAGES += [
        f"search?q={quote(TITLES[3])}",
        f"search?q=war&genre={quote(TITLES[1])}&years=x&rating=1e309&sort={quote(TITLES[4])}",
        f"film?tconst={quote(TITLES[0])}",
        *(f"film?tconst=tt{number:07d}" for number in range(len(TITLES))),
        *(f"library?list={name}" for name in ("Liked", "Not+interested")),
        *(f"insights?section={section}" for section in ("Your+profile", "What+if")),
        "about",
        "account?done=%3Cscript%3E",
    ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """Serve films whose every fact is hostile, to a visitor who likes some of them."""
    folder = tmp_path_factory.mktemp("hostile")
    facts, data = folder / "hostile.csv", folder / "data"
    data.mkdir()
    with facts.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.split(","))
        for number, title in enumerate(TITLES):
            name = title.replace("|", "/")[:500]
            genres = ["War", "Comedy", name[:60]][: 2 + number % 2]
            writer.writerow(
                [f"tt{number:07d}", title, title[::-1], 1970 + number % 4, 100, "|".join(genres),
                 f"7.{number % 10}", 9000 - number, name, f"{name} jr", f"{name}|A|<b>B</b>"]
            )  # fmt: skip
    build_catalogue(facts, data / "catalogue.db")
    token = new_token()
    people = People(data / "people.db")
    said = [(f"tt{number:07d}", InteractionKind.LIKE, True) for number in (0, 1, 3, 6, 9, 14)]
    said.append(("tt0000002", InteractionKind.HIDE, True))
    people.set_interactions(people.open_guest(token).user_id, said)
    people.close()
    with run_server(data) as running:
        wait_until_ready(running)
        yield running, token


def look(page: Page) -> dict[str, object]:
    """Return elements of the page and its shadow roots that Marquee does not create."""
    found: dict[str, object] = page.evaluate(
        """() => {
            const all = [];
            const walk = root => root.querySelectorAll('*').forEach(node => {
                all.push(node);
                if (node.shadowRoot) walk(node.shadowRoot);
            });
            walk(document);
            const address = node => node.getAttribute('href') || node.getAttribute('src') || '';
            return {
                owned: window.owned ?? null,
                handlers: all.filter(n => [...n.attributes].some(a => /^on/i.test(a.name))).length,
                frames: all.filter(n => n.localName === 'iframe').length,
                schemes: all.map(address).filter(a => /^\\s*(javascript|vbscript):/i.test(a)),
                elsewhere: all.map(address)
                    .filter(a => /^\\s*(https?:)?[/\\\\]{2}[^/]*evil/i.test(a)),
                wide: document.documentElement.scrollWidth - window.innerWidth,
            };
        }"""
    )
    return found


NOTHING: dict[str, object] = {
    "owned": None,
    "handlers": 0,
    "frames": 0,
    "schemes": [],
    "elsewhere": [],
}


def test_hostile_facts_and_addresses_are_words_on_every_page(
    hostile: tuple[Server, str], visit: Visit
) -> None:
    server, token = hostile
    page = visit(f"{server.address}/healthz")
    page.context.add_cookies(
        [{"name": "marquee_guest", "value": token, "url": server.address, "httpOnly": True}]
    )
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{server.address}/{path}")
        expect(page.get_by_text("Information courtesy of IMDb")).to_be_visible(timeout=60_000)
        for width in (1280, 390) if path in NARROW_TOO else (1280,):
            page.set_viewport_size({"width": width, "height": 900})
            wait_until_at_rest(page)
            found = look(page)
            assert found.pop("wide") in range(-50, 2), f"{path} is wider than {width}"
            assert found == NOTHING, path
            assert not page.get_by_test_id("stException").count(), path
    assert dialogs == []


def test_titles_read_as_they_are_written_but_for_what_cannot_be_seen(
    hostile: tuple[Server, str], visit: Visit
) -> None:
    server, _ = hostile
    page = visit(server.address)
    expect(page.locator(".grid .card").first).to_be_visible(timeout=60_000)
    for title in (TITLES[0], TITLES[1], TITLES[4], TITLES[6], TITLES[13]):
        expect(page.locator(".grid .title", has_text=title)).to_have_text(title)
    text = page.evaluate("document.body.innerText") + page.title()
    assert "\u202e" not in text
    expect(page.locator(".grid .title", has_text="gnorw eht yaw dnuor")).to_have_count(1)


def test_a_hostile_history_is_words_in_its_report(
    hostile: tuple[Server, str], visit: Visit, tmp_path: Path
) -> None:
    server, _ = hostile
    history = tmp_path / "ratings.csv"
    with history.open("w", encoding="utf-8", newline="") as file:
        rows = [
            ["2021-03-04", f"{title[:300]} ", 1999, "javascript:alert(1)", "4.5"]
            for title in TITLES
        ]
        csv.writer(file).writerows([["Date", "Name", "Year", "Letterboxd URI", "Rating"], *rows])
    page = visit(f"{server.address}/library?list=Import+and+export")
    page.locator("input[type=file]").first.set_input_files(history)
    expect(page.get_by_text("of 20").or_(page.get_by_text("not found")).first).to_be_visible()
    found = look(page)
    found.pop("wide")
    assert found == NOTHING
