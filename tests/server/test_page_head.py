"""Head of Marquee's pages, unknown addresses, and static files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from recommender.server.page_head import PAGE_TITLES, Describe, PageHeadMiddleware
from recommender.server.security import hash_inline_scripts, read_streamlit_page
from recommender.server.static_files import ASSETS_FOLDER, build_asset_url, build_static_routes
from tests.asgi import Got, ask

SOURCE = read_streamlit_page()
FONTS = ASSETS_FOLDER / "fonts"
BROWSER = {"accept": "text/html", "accept-encoding": "identity"}


class Client:
    """Sends requests to an app that answers unknown paths as Streamlit does."""

    def __init__(self, describe: Describe | None = None) -> None:
        async def serve(request: Request) -> Response:
            if request.url.path == "/form":
                return HTMLResponse("<h1>A form</h1>")
            if request.url.path == "/data":
                return JSONResponse({"a": 1})
            return HTMLResponse(SOURCE, headers={"etag": "theirs"})

        self._app = Starlette(
            routes=[
                *build_static_routes({"wall.js": b"export default 1;"}),
                Route("/{rest:path}", serve),
            ],
            middleware=[
                Middleware(GZipMiddleware),
                Middleware(PageHeadMiddleware, describe=describe),
            ],
        )

    def get(self, url: str, headers: Mapping[str, str] = BROWSER, method: str = "GET") -> Got:
        return ask(self._app, method, url, headers={"host": "testserver", **headers})


@pytest.fixture
def client() -> Client:
    return Client()


def test_streamlit_page_has_what_is_replaced() -> None:
    # If this fails, Streamlit has changed its page: look again at PageHeadMiddleware.
    assert '<div id="root"></div>' in SOURCE
    assert "</head>" in SOURCE
    assert "<title>Streamlit</title>" in SOURCE


def test_page_has_title_style_fonts_and_link_preview(client: Client) -> None:
    answer = client.get("/insights")
    html = answer.text
    assert answer.status == 200
    assert "<title>Insights · Marquee</title>" in html
    assert 'href="/assets/fonts/text-latin.woff2"' in html
    assert ".stMainBlockContainer" in html
    assert 'property="og:image" content="http://testserver/assets/pictures/social.jpg?v=' in html
    assert 'name="theme-color" content="#12100f" media="(prefers-color-scheme: dark)"' in html
    assert "SourceSansVF" not in html  # no page uses it
    assert "_stcore/agent" not in html  # blocked
    assert "etag" not in answer.headers
    assert len(answer.content) == int(answer.headers["content-length"])


def test_scripts_of_a_page_are_those_of_streamlit(client: Client) -> None:
    assert hash_inline_scripts(client.get("/").text) == hash_inline_scripts(SOURCE)


def test_film_link_shows_its_description_without_markup() -> None:
    client = Client(lambda path, query: ('"><script>bad()</script>', f"{path} {query}"))
    html = client.get("/film?tconst=tt1").text
    assert "<script>bad()" not in html
    assert "&lt;script&gt;bad()&lt;/script&gt; · Marquee</title>" in html
    assert 'content="/film tconst=tt1"' in html


def test_host_header_cannot_add_markup(client: Client) -> None:
    html = client.get("/", headers={**BROWSER, "host": 'a"><script>bad()</script>'}).text
    assert "<script>bad()" not in html


@pytest.mark.parametrize("path", ["/foo/bar", "/search/more", "/nothing"])
def test_unknown_address_gets_a_page_with_a_link_to_home(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    assert "Page not found" in answer.text
    assert '<a href="/">' in answer.text
    assert 'id="root"' not in answer.text


def test_other_answers_are_unchanged(client: Client) -> None:
    assert client.get("/form").text == "<h1>A form</h1>"
    assert client.get("/data").json() == {"a": 1}


def test_crawler_gets_the_link_preview(client: Client) -> None:
    assert "og:title" in client.get("/", headers={"accept": "*/*"}).text


def test_page_is_compressed_for_browsers_that_accept_gzip(client: Client) -> None:
    packed = client.get("/", headers={"accept": "text/html", "accept-encoding": "gzip"})
    plain = client.get("/")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert len(packed.body) < len(plain.body) / 2


def test_assets_are_cached_for_a_year(client: Client) -> None:
    for url in (build_asset_url("pictures/wordmark.svg"), "/assets/fonts/text-latin.woff2"):
        answer = client.get(url)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/favicon.ico").content == client.get("/assets/pictures/icon-32.png").content


def test_component_of_another_version_is_not_cached(client: Client) -> None:
    answer = client.get("/assets/components/wall.js?v=01234567")
    assert answer.content == b"export default 1;"
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/assets/components/other.js").status == 404


@pytest.mark.parametrize("path", ["/assets/../page_head.py", "/assets/%2e%2e/page_head.py"])
def test_files_outside_assets_are_not_served(client: Client, path: str) -> None:
    assert b"PageHeadMiddleware" not in client.get(path).content


def test_every_page_has_a_title() -> None:
    files = {path.stem for path in Path("pages").glob("*.py")}
    assert {name or "home" for name in PAGE_TITLES} == files


def test_fonts_are_small_and_licensed() -> None:
    fonts = list(FONTS.glob("*.woff2"))
    assert len(fonts) == 4
    assert sum(font.stat().st_size for font in fonts) < 150_000
    for licence in ("OFL-Fraunces.txt", "OFL-Instrument-Sans.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / licence).read_text(encoding="utf-8")


def test_theme_names_the_fonts_that_are_served() -> None:
    config = Path(".streamlit/config.toml").read_text(encoding="utf-8")
    for font in FONTS.glob("*.woff2"):
        assert f'"/assets/fonts/{font.name}"' in config
