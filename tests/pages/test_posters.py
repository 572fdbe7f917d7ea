"""Pages with and without TMDb: whole in any case, and plain about what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from recommender.service import Marquee, close_marquee, get_marquee
from recommender.settings import Secret
from recommender.tmdb.limiter import PROCESS_LIMITER
from tests.pages.reading import wall, words
from tests.tmdb.fake_tmdb import FakeTmdb, serve_fake_tmdb

KEY = "eyJ" + "canary" * 6
OpenPage = Callable[..., AppTest]


@pytest.fixture
def fake(marquee: Marquee, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTmdb]:
    """A TMDb of our own that the pages' Marquee has a key for."""

    with serve_fake_tmdb() as running:
        # The limiter is the process's: what paused it in another test must not count here.
        PROCESS_LIMITER.resume()
        monkeypatch.setenv("TMDB_API_KEY", KEY)
        monkeypatch.setenv("TMDB_API_URL", running.api)
        monkeypatch.setenv("TMDB_IMAGE_URL", running.image_base)
        close_marquee()
        yield running
        close_marquee()


def test_without_a_key_home_says_so_once_and_how_works_says_more(open_page: OpenPage) -> None:
    assert words(open_page("home")).count("TMDB_API_KEY") == 1
    assert "TMDB_API_KEY" not in words(open_page("search"))
    assert "no key" in words(open_page("about"))
    assert "not endorsed" not in words(open_page("search"))


def test_a_second_look_has_the_posters_and_names_tmdb(fake: FakeTmdb, open_page: OpenPage) -> None:

    films = wall(open_page("search", q="heat 1995"))
    get_marquee().enrichment.fetch([str(film["id"]) for film in films], wait_s=1.0)
    app = open_page("search", q="heat 1995")
    assert wall(app)[0]["media"]
    assert "not endorsed or certified by TMDB" in words(app)
    assert KEY not in str(app)


def test_a_wrong_key_is_said_on_how_it_works_and_never_shown(
    fake: FakeTmdb, open_page: OpenPage
) -> None:
    fake.mode = "unauthorized"

    get_marquee().enrichment.check(wait_s=20)
    app = open_page("about")
    assert "does not know the key" in words(app)
    assert KEY not in words(app)
    assert "does not know the key" not in words(open_page("search"))
    get_marquee().enrichment.use_key(Secret())
    assert "no key" in words(open_page("about"))


@pytest.mark.parametrize("mode", ["hang", "html", "limited", "unauthorized"])
def test_the_wall_is_whole_whatever_tmdb_does(
    fake: FakeTmdb, open_page: OpenPage, mode: str
) -> None:
    fake.mode = mode
    films = wall(open_page("search", q="the"))
    assert len(films) == 40
    assert all(film["media"] is None for film in films)
