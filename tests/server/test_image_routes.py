"""Routes of late posters and of proxied images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from recommender.server.image_routes import build_image_routes, find_image_host
from recommender.service import Enrichments
from recommender.settings import Settings, load_settings
from recommender.tmdb import Client, RateLimiter
from tests.asgi import Got, ask
from tests.tmdb.fake_tmdb import LONG_TIMEOUTS, FakeTmdb, serve_fake_tmdb

FILMS = ["tt0000001", "tt0000002"]


@pytest.fixture
def fake() -> Iterator[FakeTmdb]:
    with serve_fake_tmdb() as running:
        yield running


@pytest.fixture
def enrichments(fake: FakeTmdb, tmp_path: Path) -> Iterator[Enrichments]:
    def connect(settings: Settings) -> Client:
        return Client(
            settings.tmdb_api_url,
            settings.tmdb_api_key,
            language="en-US",
            limiter=RateLimiter(requests=99),
            timeouts=LONG_TIMEOUTS,
        )

    env = {"TMDB_API_URL": fake.api, "TMDB_IMAGE_URL": fake.image_base, "TMDB_API_KEY": "k"}
    settings = load_settings(
        {"MARQUEE_DATA_DIR": str(tmp_path), "TMDB_IMAGE_PROXY": "1", "TMDB_BUDGET_S": "10", **env}
    )
    opened = Enrichments(settings, connect=connect)
    yield opened
    opened.close()


class Asker:
    """Asks the routes as the server does, in one process."""

    def __init__(self, enrichments: Enrichments) -> None:
        self._app = Starlette(routes=build_image_routes(lambda: enrichments))

    def get(self, address: str) -> Got:
        return ask(self._app, "GET", address)


@pytest.fixture
def browser(enrichments: Enrichments) -> Asker:
    return Asker(enrichments)


def test_late_posters_are_returned_without_new_requests(
    browser: Asker, enrichments: Enrichments, fake: FakeTmdb
) -> None:
    nothing = browser.get("/posters/late?ids=" + ",".join(FILMS))
    assert nothing.json() == {"looks": {}, "awaited": []}
    assert not fake.asked
    fake.latency_s = 0.1
    enrichments.fetch(FILMS, wait_s=0)
    found: dict[str, object] = {}
    awaited = FILMS
    while awaited:
        answer = browser.get("/posters/late?ids=" + ",".join(awaited)).json()
        found |= answer["looks"]
        assert set(answer["awaited"]) < set(awaited) or answer["awaited"] == awaited
        awaited = answer["awaited"]
    assert set(found) == set(FILMS)


def test_film_page_gets_details_too(browser: Asker, enrichments: Enrichments) -> None:
    enrichments.fetch_film(FILMS[0], wait_s=10)
    look = browser.get(f"/posters/late?ids={FILMS[0]}&whole=1").json()["looks"][FILMS[0]]
    assert look["trailer"].startswith("https://www.youtube.com/")
    assert look["watch"] == [["Stream", "Streamer"], ["Rent", "Lender"], ["Buy", "Seller"]]


@pytest.mark.parametrize("ids", ["", "x", "tt1';--", "tt0000001,<script>", ",".join(["tt1"] * 501)])
def test_malformed_ids_are_refused(browser: Asker, ids: str) -> None:
    assert browser.get(f"/posters/late?ids={ids}").status == 400


def test_proxied_image_has_safe_headers(
    browser: Asker, enrichments: Enrichments, fake: FakeTmdb
) -> None:
    found = enrichments.fetch(FILMS, wait_s=10)
    assert found[FILMS[0]].poster_url("w342") == "/poster/tt0000001/w342"
    for address in ("/poster/tt0000001/w92", "/backdrop/tt0000001/w300"):
        answer = browser.get(address)
        assert answer.status == 200
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-security-policy"] == "default-src 'none'"
        assert "max-age" in answer.headers["cache-control"]
        assert answer.body.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "address",
    [
        "/poster/tt0000001/w9999",
        "/poster/tt0000001/original",
        "/poster/tt0000001/..",
        "/poster/tt0000009/w92",
        "/poster/..%2F..%2Fetc/w92",
        "/poster/tt0000001/w92%2F..%2F..",
        "/poster/tt0000001%00/w92",
    ],
)
def test_unknown_image_is_404(
    browser: Asker, enrichments: Enrichments, fake: FakeTmdb, address: str
) -> None:
    enrichments.fetch(FILMS[:1], wait_s=10)
    assert browser.get(address).status == 404
    assert not [asked for asked in fake.asked if asked.path.startswith("/t/p/")]


def test_policy_names_only_the_configured_image_host() -> None:
    assert find_image_host({"TMDB_IMAGE_URL": "https://i.example"}) == "https://i.example"
    assert find_image_host({"TMDB_IMAGE_PROXY": "1"}) == ""
    assert find_image_host({"TMDB_IMAGE_URL": "not an address"}) == ""
    assert find_image_host({}) == "https://image.tmdb.org"
