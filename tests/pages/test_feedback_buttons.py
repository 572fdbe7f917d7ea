"""Less like this, asked for and taken back on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from recommender.entities import InteractionKind
from recommender.service import Marquee
from recommender.ui.formatting import escape
from tests.pages.reading import words

HEAT, COLLATERAL = "tt0113277", "tt0369339"
OpenPage = Callable[..., AppTest]


@pytest.fixture
def said(marquee: Marquee, token: str) -> Callable[[str], set[str]]:
    """What this test's visitor has said of a film."""

    def read(tconst: str) -> set[str]:
        user = marquee.people.open_guest(token)
        return {kind.value for kind in marquee.people.kinds_by_film(user.user_id).get(tconst, ())}

    return read


def test_a_film_page_asks_for_less_and_takes_it_back(
    open_page: OpenPage, said: Callable[[str], set[str]]
) -> None:
    app = open_page("film", tconst=HEAT)
    app.button(key=f"film_less_{HEAT}").click().run()
    assert said(HEAT) == {"less"}
    assert "You will see less like Heat" in words(app)
    button = app.button(key=f"film_less_{HEAT}")
    assert button.label == "Less like this. Undo"
    button.click().run()
    assert said(HEAT) == set()


def test_more_like_this_is_a_like_and_takes_less_back(
    open_page: OpenPage, said: Callable[[str], set[str]]
) -> None:
    app = open_page("film", tconst=HEAT)
    app.button(key=f"film_less_{HEAT}").click().run()
    app.button(key=f"film_like_{HEAT}").click().run()
    assert said(HEAT) == {"like"}


def test_for_you_asks_for_less_like_one_of_its_films_and_takes_it_back(
    open_page: OpenPage, like: Callable[..., None], said: Callable[[str], set[str]]
) -> None:
    like(HEAT)
    like(COLLATERAL, kind=InteractionKind.SEEN)
    app = open_page("for_you")
    app.session_state["fine_tune"] = True
    app.run()
    choice = app.selectbox(key="less_film")
    first = choice.options[0]
    choice.select(first).run()
    assert not app.exception
    asked = [button for button in app.button if str(button.key).startswith("less_back_")]
    assert [button.label for button in asked] == [f"Undo: less like {escape(first)}"]
    tconst = str(asked[0].key).removeprefix("less_back_")
    assert said(tconst) == {"less"}
    asked[0].click().run()
    assert said(tconst) == set()


def test_for_you_asks_for_more_like_one_of_its_films(
    open_page: OpenPage, like: Callable[..., None], said: Callable[[str], set[str]]
) -> None:
    like(HEAT)
    app = open_page("for_you")
    app.session_state["fine_tune"] = True
    app.run()
    choice = app.selectbox(key="more_film")
    first = choice.options[0]
    choice.select(first).run()
    assert not app.exception
    assert f"You will see more like {first}" in words(app)
    assert first not in app.selectbox(key="more_film").options
