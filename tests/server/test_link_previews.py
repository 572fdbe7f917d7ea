"""Link previews of films."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import recommender.service
from recommender.errors import CatalogueError
from recommender.server.link_previews import describe_link
from recommender.service import Stage


class Catalogue:
    def find_film(self, tconst: str) -> object:
        if tconst == "tt0000009":
            raise CatalogueError("damaged")
        if tconst != "tt0113277":
            return None
        return SimpleNamespace(
            label="Heat (1995)",
            directors=("Michael Mann",),
            genres=("Action", "Crime"),
            average_rating=8.3,
        )


def use_startup_stage(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    startup = SimpleNamespace(state=SimpleNamespace(stage=stage))
    marquee = SimpleNamespace(startup=startup, catalogue=Catalogue())
    monkeypatch.setattr(recommender.service, "get_marquee", lambda: marquee)


def test_film_link_names_title_and_director(monkeypatch: pytest.MonkeyPatch) -> None:
    use_startup_stage(monkeypatch, Stage.DONE)
    title, description = describe_link("/film", "tconst=tt0113277&with=tt1")
    assert title == "Heat (1995)"
    assert description.startswith("Directed by Michael Mann. Action, Crime, rated 8.3.")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/search", "tconst=tt0113277"),
        ("/film", "tconst=tt9999999"),
        ("/film", "tconst=1 OR 1"),
        ("/film", ""),
        ("/film", "tconst=tt0000009"),
    ],
)
def test_other_link_has_the_default_preview(
    monkeypatch: pytest.MonkeyPatch, path: str, query: str
) -> None:
    use_startup_stage(monkeypatch, Stage.DONE)
    assert describe_link(path, query) == ("", "")


def test_preview_does_not_wait_for_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    use_startup_stage(monkeypatch, next(stage for stage in Stage if stage is not Stage.DONE))
    assert describe_link("/film", "tconst=tt0113277") == ("", "")
