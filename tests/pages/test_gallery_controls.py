"""For you is steered by dials."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.reading import walls

OpenPage = Callable[..., AppTest]
Like = Callable[..., None]


def shown(app: AppTest) -> list[str]:
    return [film["id"] for films in walls(app).values() for film in films]


def test_every_dial_changes_the_list_and_the_middle_brings_it_back(
    open_page: OpenPage, like: Like
) -> None:
    like("tt0113277", "tt0083658")
    app = open_page("for_you")
    before = shown(app)
    for key, end, middle in (
        ("known", "Hidden gems", "Balanced"),
        ("varied", "Every side of my taste", "In between"),
        ("age", "Classics", "Any age"),
    ):
        app.select_slider(key=key).set_value(end).run()
        assert shown(app) != before, key
        app.select_slider(key=key).set_value(middle).run()
        assert shown(app) == before, key
