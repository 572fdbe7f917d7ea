"""Every page, cold and with a taste: nothing raises, and what it promises is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recommender.entities import InteractionKind
from recommender.service import Marquee
from tests.pages.reading import press, walls, words

PAGES = sorted(path.stem for path in Path(__file__).resolve().parents[2].glob("pages/*.py"))
GHIBLI = ("tt0245429", "tt0119698")
LEONE = ("tt0060196", "tt0064116")
HITCHCOCK = ("tt0047396", "tt0052357")
TASTE = (*GHIBLI, *LEONE, *HITCHCOCK)

OpenPage = Callable[..., AppTest]
Like = Callable[..., None]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_cold_for_somebody_new(page: str, open_page: OpenPage) -> None:
    app = open_page(page, tconst="tt0113277")
    assert "Information courtesy of IMDb" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_cold_for_somebody_with_a_taste(
    page: str, open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    app = open_page(page, tconst="tt0113277")
    assert "Information courtesy of IMDb" in words(app)


def test_home_starts_with_a_wall_and_counts_to_five(open_page: OpenPage, like: Like) -> None:
    assert len(walls(open_page("home"))["Films to start with"]) == 40
    like(*TASTE[:3])
    app = open_page("home")
    assert app.get("progress")[0].proto.text == "3 of 5 films liked"
    assert "Picked for you" in walls(app)


def test_home_shows_no_film_twice(open_page: OpenPage, like: Like) -> None:
    like(*TASTE)
    rows = walls(open_page("home"))
    shown = [film["id"] for films in rows.values() for film in films]
    assert len(rows) >= 4
    matched = {label for label, films in rows.items() if films[0]["match"] is not None}
    assert not any(label.startswith("Because you liked") for label in matched)
    assert {"Picked for you", "For you", "More by Alfred Hitchcock"} <= matched
    assert len(shown) == len(set(shown))
    assert not set(shown) & set(TASTE)


def test_for_you_recommends_with_match_and_reason_and_nothing_already_said(
    open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    like("tt0096283", kind=InteractionKind.HIDE)
    films = walls(open_page("for_you"))["Recommended for you"]
    assert len(films) >= 20
    assert all(film["because"] and 0 < film["match"] <= 100 for film in films)
    assert not {film["id"] for film in films} & {*TASTE, "tt0096283"}


def test_a_surprise_is_the_same_for_everyone_who_has_its_seed(
    open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    drawn = [walls(open_page("for_you", surprise=seed)) for seed in ("7", "7", "8")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_any_seed_makes_a_surprise(open_page: OpenPage) -> None:
    drawn = walls(open_page("for_you", surprise="² not a number"))["Recommended for you"]
    assert len(drawn) == 24


def test_search_forgives_a_typo_and_says_so(open_page: OpenPage) -> None:
    app = open_page("search", q="godfathr")
    assert walls(app)["Results"][0]["id"] == "tt0068646"
    assert "Nothing is called “godfathr”" in words(app)


def test_search_that_finds_nothing_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("search", q="zzzzqqqq **bold** <b>")
    assert list(walls(app)) == ["Films to start with"]
    assert r"\*\*bold\*\* \<b\>" in words(app)


def test_who_has_likes_is_shown_picks_where_nothing_is_found(
    open_page: OpenPage, like: Like
) -> None:
    like("tt0113277")
    shown = walls(open_page("search", q="zzzzqqqq"))["Picked for you"]
    assert "tt0113277" not in {film["id"] for film in shown}
    assert all(film["because"] for film in shown)


def test_search_shows_more_on_demand(open_page: OpenPage) -> None:
    app = open_page("search", q="the")
    press(app, "Show more films")
    assert len(walls(app)["Results"]) == 80


def test_search_keeps_to_its_filters(open_page: OpenPage) -> None:
    app = open_page("search")
    app.multiselect(key="genre").select("Western").run()
    films = walls(app)["Results"]
    assert films
    assert not app.slider  # what is behind a button is drawn when it is opened
    app.session_state["more_filters"] = True
    app.run()
    assert app.slider(key="rating").proto.format == "%.1f"  # as ratings are written elsewhere
    app.slider(key="years").set_range(1960, 1969).run()
    assert {film["meta"][:3] for film in walls(app)["Results"]} == {"196"}


def test_a_filter_behind_the_button_counts_when_the_address_names_it(open_page: OpenPage) -> None:
    app = open_page("search", years=["1960", "1969"])
    assert app.slider(key="years").value == (1960, 1969)
    assert {film["meta"][:3] for film in walls(app)["Results"]} == {"196"}
    app.slider(key="years").set_range(1970, 1979).run()  # it stays without being opened
    assert {film["meta"][:3] for film in walls(app)["Results"]} == {"197"}


@pytest.mark.parametrize("tconst", ["", "tt9999999999", "'; DROP TABLE films; --", "tt0113277 "])
def test_a_film_address_shows_the_film_or_says_there_is_none(
    tconst: str, open_page: OpenPage
) -> None:
    app = open_page("film", tconst=tconst)
    if tconst.strip() == "tt0113277":
        assert "Heat (1995)" in walls(app)
    else:
        assert app.title[0].value == "We can't find that film"
        assert len(walls(app)["Films to start with"]) == 14
    assert "Information courtesy of IMDb" in words(app)


def test_a_film_page_says_why_it_matches(open_page: OpenPage, like: Like) -> None:
    like("tt0113277")
    film = walls(open_page("film", tconst="tt0369339"))["Collateral (2004)"][0]
    assert "Heat" in film["because"]
    assert film["match"] > 50
    assert film["people"][0] == ["Directed by", ["Michael Mann"]]


def test_a_liked_film_has_no_match_on_its_own_page(open_page: OpenPage, like: Like) -> None:
    like("tt0113277")
    assert walls(open_page("film", tconst="tt0113277"))["Heat (1995)"][0]["match"] is None


def test_my_films_shows_the_shelves_and_clearing_one_can_be_undone(
    open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    app = open_page("library")
    assert [film["id"] for film in walls(app)["6 films"]] == list(reversed(TASTE))
    press(app, "Clear this list")
    assert "No likes yet" in words(app)
    press(app, "Undo")
    assert [film["id"] for film in walls(app)["6 films"]] == list(reversed(TASTE))


def test_people_whose_data_cannot_be_read_still_see_films(
    marquee: Marquee, open_page: OpenPage
) -> None:
    marquee.settings.people_db.write_bytes(b"not a database; it must not be overwritten")
    app = open_page("home")
    assert len(walls(app)["Films to start with"]) == 40
    assert app.warning
    assert marquee.settings.people_db.read_bytes().startswith(b"not a database")
