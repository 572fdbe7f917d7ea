"""Which films a page's outline shows: those the page itself will show first, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.datastructures import Headers

import recommender.service
from recommender.entities import InteractionKind
from recommender.errors import CatalogueError
from recommender.server.foresight import MOST, foresee_films
from recommender.server.guest_cookie import GUEST_COOKIE
from recommender.service import Marquee, Stage, list_first_wall
from recommender.settings import load_settings
from recommender.users import new_token

NOBODY = Headers({})
HEAT = "tt0113277"


@pytest.fixture(scope="module")
def opened(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marquee]:
    folder = tmp_path_factory.mktemp("foresight")
    for path in data_dir.iterdir():
        (folder / path.name).symlink_to(path)
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    marquee.prepare()
    yield marquee
    marquee.close()


@pytest.fixture
def marquee(opened: Marquee, monkeypatch: pytest.MonkeyPatch) -> Marquee:
    monkeypatch.setattr(recommender.service, "get_marquee", lambda: opened)
    return opened


def ids(path: str, query: str = "", headers: Headers = NOBODY) -> list[str]:
    return [film.tconst for film in foresee_films(path, query, headers)]


def test_home_begins_with_the_wall_to_start_from(marquee: Marquee) -> None:
    assert ids("/") == [film.tconst for film in list_first_wall(marquee)][:MOST]


def test_search_shows_what_is_asked_for(marquee: Marquee) -> None:
    found = marquee.catalogue.search("heat 1995").films
    assert ids("/search", "q=heat+1995") == [film.tconst for film in found][:MOST]
    assert ids("/search") == [film.tconst for film in marquee.catalogue.search("").films][:MOST]
    assert ids("/search", "q=heat&genre=Crime") == []


def test_a_film_is_shown_alone(marquee: Marquee) -> None:
    assert ids("/film", f"tconst={HEAT}") == [HEAT]
    assert ids("/film", "tconst=tt9999999") == ids("/film", "tconst=1 OR 1") == ids("/film") == []


def test_home_of_somebody_with_likes_is_not_foreseen(marquee: Marquee) -> None:
    token = new_token()
    headers = Headers({"cookie": f"{GUEST_COOKIE}={token}"})
    assert ids("/", headers=headers)
    guest = marquee.people.open_guest(token)
    assert ids("/", headers=headers)
    marquee.people.set_interactions(guest.user_id, [(HEAT, InteractionKind.LIKE, True)])
    assert ids("/", headers=headers) == []
    assert ids("/search", headers=headers)


@pytest.mark.parametrize("path", ["/for_you", "/insights", "/no_page"])
def test_other_pages_are_not_foreseen(marquee: Marquee, path: str) -> None:
    assert ids(path) == []


def test_nothing_waits_for_the_catalogue_nor_fails_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stand(stage: Stage) -> None:
        class Catalogue:
            def search(self, *_: object, **__: object) -> object:
                raise CatalogueError("damaged")

        standing = SimpleNamespace(standing=SimpleNamespace(stage=stage))
        marquee = SimpleNamespace(preparation=standing, catalogue=Catalogue())
        monkeypatch.setattr(recommender.service, "get_marquee", lambda: marquee)

    stand(next(stage for stage in Stage if stage is not Stage.DONE))
    assert ids("/search") == []
    stand(Stage.DONE)
    assert ids("/search") == []
