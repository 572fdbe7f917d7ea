"""The page every address gets, and the files answered from memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from recommender.entities import Film
from recommender.server.front import (
    PAGE_TITLES,
    FrontMiddleware,
    FrontPage,
    StoredFilesMiddleware,
    list_stored_files,
)
from recommender.server.front.hints import find_parts, read_manifest
from recommender.server.security import hash_inline_scripts, read_streamlit_page
from tests.asgi import Got, ask

SOURCE = read_streamlit_page()
FONTS = Path("recommender/server/front/fonts")
STORED = list_stored_files()
BROWSER = {"accept": "text/html", "accept-encoding": "identity"}


@pytest.fixture(scope="module")
def page() -> FrontPage:
    return FrontPage(SOURCE, STORED)


class Client:
    """Asks an application."""

    def __init__(
        self, page: FrontPage, describe: Callable[[str, str], tuple[str, str]] | None = None
    ) -> None:
        async def serve(request: Request) -> Response:
            if request.url.path == "/form":
                return HTMLResponse("<h1>A form</h1>")
            if request.url.path == "/data":
                return JSONResponse({"a": 1})
            return HTMLResponse(SOURCE, headers={"etag": "theirs"})

        self._app = Starlette(
            routes=[Route("/{rest:path}", serve)],
            middleware=[
                Middleware(StoredFilesMiddleware, stored=STORED),
                Middleware(FrontMiddleware, page=page, describe=describe),
            ],
        )

    def get(self, url: str, headers: Mapping[str, str], method: str = "GET") -> Got:
        return ask(self._app, method, url, headers={"host": "testserver", **headers})


@pytest.fixture
def client(page: FrontPage) -> Client:
    return Client(page)


def test_streamlit_still_has_what_is_replaced() -> None:
    # If this fails, Streamlit has changed its page: look again at FrontPage.
    assert '<div id="root"></div>' in SOURCE
    assert "</head>" in SOURCE
    assert "<title>Streamlit</title>" in SOURCE


def test_a_page_brings_style_fonts_outline_and_what_a_shared_link_shows(client: Client) -> None:
    answer = client.get("/insights", headers=BROWSER)
    html = answer.text
    assert "<title>Insights · Marquee</title>" in html
    assert 'href="/look/text-latin.woff2"' in html
    assert ".stMainBlockContainer" in html
    assert html.index('<div id="root">') < html.index('<div id="shell" aria-hidden="true">')
    assert 'property="og:image" content="http://testserver/look/social.jpg?v=' in html
    assert 'name="theme-color" content="#12100f" media="(prefers-color-scheme: dark)"' in html
    assert "SourceSansVF" not in html  # no page uses it
    assert "etag" not in answer.headers
    assert len(answer.content) == int(answer.headers["content-length"])


def test_the_policy_of_streamlits_page_fits_ours(page: FrontPage) -> None:
    ours = page.build("/", "http://localhost").plain.decode()
    assert hash_inline_scripts(ours) == hash_inline_scripts(SOURCE)


def test_a_link_of_a_film_says_which_and_cannot_bring_markup(page: FrontPage) -> None:
    built = Client(page, lambda path, query: ('"><script>bad()</script>', f"{path} {query}"))
    html = built.get("/film?tconst=tt1", headers=BROWSER).text
    assert "<script>bad()" not in html
    assert "&lt;script&gt;bad()&lt;/script&gt; · Marquee</title>" in html
    assert 'content="/film tconst=tt1"' in html


def test_a_strange_host_cannot_bring_markup(client: Client) -> None:
    html = client.get("/", headers={**BROWSER, "host": 'a"><script>bad()</script>'}).text
    assert "<script>bad()" not in html


def test_the_first_posters_come_with_the_page_and_cannot_bring_markup(page: FrontPage) -> None:
    films = tuple(
        Film(
            tconst=f"tt000000{number}",
            primary_title="<script>bad()</script>",
            original_title="",
            start_year=1995,
            runtime_min=None,
            genres=("Crime",),
            average_rating=8.3,
            num_votes=1,
            directors=('"><img src=x onerror=bad()>',),
        )
        for number in range(3)
    )
    html = page.build("/search", "http://localhost", films=films).plain.decode()
    assert html.count('class="poster"') == 3
    assert 'href="film?tconst=tt0000001" tabindex="-1"' in html
    assert "&lt;script&gt;bad()" in html
    assert hash_inline_scripts(html) == hash_inline_scripts(SOURCE)
    assert "<img src=x" not in html
    alone = page.build("/film", "http://localhost", films=films[:1]).plain.decode()
    assert alone.count('class="poster"') == 1
    none = page.build("/for_you", "http://localhost").plain.decode()
    assert 'class="poster"' not in none
    assert 'class="sight"' not in none


def test_other_answers_pass_through(client: Client) -> None:
    assert client.get("/form", headers=BROWSER).text == "<h1>A form</h1>"
    assert client.get("/data", headers=BROWSER).json() == {"a": 1}
    assert client.get("/", headers={"accept": "*/*", "sec-fetch-dest": "empty"}).text == SOURCE
    assert "og:title" in client.get("/", headers={"accept": "*/*"}).text  # shows a shared link


def test_pages_are_compressed_where_that_is_understood(client: Client) -> None:
    packed = client.get("/", headers={"accept": "text/html", "accept-encoding": "gzip"})
    plain = client.get("/", headers=BROWSER)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def test_the_bundle_is_whole_compressed_and_kept(client: Client) -> None:
    path = next(path for path in STORED if path.endswith(".js") and "index" in path)
    plain = client.get(path, headers={"accept-encoding": "identity"})
    packed = client.get(path, headers={"accept-encoding": "gzip, br"})
    assert plain.content == packed.content == STORED[path].read()
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["content-type"].startswith("text/javascript")
    again = client.get(path, headers={"if-none-match": plain.headers["etag"]})
    assert again.status == 304
    head = client.get(path, {"accept-encoding": "identity"}, method="HEAD")
    assert int(head.headers["content-length"]) == len(plain.content)


def test_a_page_of_another_version_keeps_nothing_of_this_one(client: Client) -> None:
    asked = {"accept-encoding": "identity"}
    right = STORED["/look/wordmark.svg"].address
    assert "immutable" in client.get(right, asked).headers["cache-control"]
    wrong = client.get("/look/wordmark.svg?v=01234567", asked)
    assert wrong.headers["cache-control"] == "no-store"
    assert wrong.content == STORED["/look/wordmark.svg"].body


@pytest.mark.parametrize("offer", ["", "br", "gzip;q=0", "gzip; q=0"])
def test_who_cannot_read_gzip_gets_none(client: Client, offer: str) -> None:
    answer = client.get("/look/icon.svg", headers={"accept-encoding": offer})
    assert "content-encoding" not in answer.headers


def test_only_listed_files_are_answered(client: Client) -> None:
    for path in ("/look/README.md", "/look/OFL-Fraunces.txt", "/look/../page.py", "/static/js/no"):
        assert client.get(path, headers=BROWSER).headers["content-type"].startswith("text/html")
    assert client.get("/favicon.png", BROWSER).content == STORED["/look/icon-32.png"].body


def test_everything_the_page_names_is_there(page: FrontPage) -> None:
    assert set(page.list_early_files()) <= set(STORED)
    for name in PAGE_TITLES:
        assert {f"/{part}" for part in find_parts(name, read_manifest())} <= set(STORED)


def test_streamlits_list_of_parts_still_names_what_a_wall_needs() -> None:
    assert any("BidiComponent" in part for part in find_parts("", read_manifest()))


def test_every_page_has_a_title() -> None:
    files = {path.stem for path in Path("pages").glob("*.py")}
    assert {name or "home" for name in PAGE_TITLES} == files


def test_fonts_are_small_and_licensed() -> None:
    fonts = list(FONTS.glob("*.woff2"))
    assert len(fonts) == 4
    assert sum(font.stat().st_size for font in fonts) < 150_000
    for licence in ("OFL-Fraunces.txt", "OFL-Instrument-Sans.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / licence).read_text(encoding="utf-8")
