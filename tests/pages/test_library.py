"""My films: shelves, the way in for a history with its undo, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from recommender.entities import InteractionKind
from recommender.service import Marquee
from tests.pages.reading import press, wall, walls, words

HEAT, CRASH_1996 = "tt0113277", "tt0115964"
LETTERBOXD = (
    "Date,Name,Year,Letterboxd URI,Rating\n2021-03-04,Heat,1995,x,4.5\n"
    "2021-03-05,Crash,,x,5\n2021-03-06,Alien,1979,x,3\n2021-03-07,<b>No *film*</b>,1990,x,5\n"
)
IN_AND_OUT = "Import and export"

OpenPage = Callable[..., AppTest]
Like = Callable[..., None]


def upload(app: AppTest, name: str, text: str) -> AppTest:
    app.file_uploader[0].set_value([(name, text.encode(), "text/csv")]).run()
    assert not app.exception, app.exception
    return app


def marks(marquee: Marquee, token: str) -> dict[str, frozenset[InteractionKind]]:
    user = marquee.people.find_user(token)
    return marquee.people.kinds_by_film(user.user_id) if user else {}


def test_seen_films_have_a_shelf(open_page: OpenPage, like: Like) -> None:
    like(HEAT, kind=InteractionKind.SEEN)
    assert [film["id"] for film in wall(open_page("library", list="Seen"))] == [HEAT]


def test_an_empty_shelf_has_films_to_begin_with(open_page: OpenPage, like: Like) -> None:
    assert len(wall(open_page("library"))) == 14
    like(HEAT)
    picks = wall(open_page("library", list="Watchlist"))
    assert HEAT not in {film["id"] for film in picks}
    assert not walls(open_page("library", list="Not interested"))


def test_a_shelf_has_an_address(open_page: OpenPage, like: Like) -> None:
    like(HEAT)
    app = open_page("library", list="no such list")
    assert app.query_params["list"] == "Liked"
    app.button_group[0].set_value("Watchlist").run()
    assert app.query_params["list"] == "Watchlist"


def test_a_long_shelf_is_shown_in_parts(marquee: Marquee, open_page: OpenPage, like: Like) -> None:
    like(*(film.tconst for film in marquee.catalogue.list_popular(limit=70)))
    app = open_page("library")
    assert len(wall(app)) == 60
    assert len(wall(press(app, "Show more films"))) == 70


def test_films_that_left_the_catalogue_stay_listed(open_page: OpenPage, like: Like) -> None:
    like("tt9999998")
    app = open_page("library")
    assert app.expander[0].label == "1 film is not in this catalogue any more"
    assert "https://www.imdb.com/title/tt9999998/" in words(app)
    assert "No likes yet" not in words(app)
    like(HEAT, "tt9999999")
    app = open_page("library")
    assert [film["id"] for film in wall(app)] == [HEAT]
    assert app.expander[0].label == "2 films are not in this catalogue any more"
    assert "tt9999998" in words(app)
    assert "tt9999999" in words(app)


def test_an_empty_shelf_leads_to_the_import(open_page: OpenPage) -> None:
    app = press(open_page("library"), "Import your history")
    assert app.file_uploader


def test_a_history_is_looked_at_decided_on_written_and_taken_back(
    marquee: Marquee, token: str, open_page: OpenPage
) -> None:
    app = upload(open_page("library", list=IN_AND_OUT), "ratings.csv", LETTERBOXD)
    assert [metric.value for metric in app.metric] == ["2", "1", "1"]
    assert marks(marquee, token) == {}  # nothing is written before it is asked for
    assert "This will add 1 like, 1 seen film." in words(app)
    tables = [node.proto.body for node in app.get("html") if "marquee-table" in node.proto.body]
    assert "&lt;b&gt;No *film*&lt;/b&gt;" in tables[0]

    app.select_slider[0].set_value(3.0).run()
    assert "This will add 2 likes." in words(app)
    choice = app.selectbox(key="history_0_choice_0")
    choice.set_value(next(o for o in choice.options if "1996" in o)).run()
    assert "This will add 3 likes." in words(app)

    press(app, "Add 3 films")
    assert "Added 3 entries from Letterboxd." in words(app)
    assert marks(marquee, token)[CRASH_1996] == {InteractionKind.LIKE}
    user = marquee.people.find_user(token)
    assert user is not None
    [heat] = [i for i in marquee.people.list_interactions(user.user_id) if i.tconst == HEAT]
    assert heat.created_at - datetime(2021, 3, 4, tzinfo=UTC) < timedelta(seconds=1)

    # The way back is there for who comes later, too.
    later = press(open_page("library", list=IN_AND_OUT), "Undo this import")
    assert marks(marquee, token) == {}
    assert not [button for button in later.button if button.label == "Undo this import"]


def test_the_same_file_twice_says_there_is_nothing_new(
    marquee: Marquee, token: str, open_page: OpenPage
) -> None:
    app = open_page("library", list=IN_AND_OUT)
    for said in ("Added 2 entries", "Nothing new"):
        press(upload(app, "ratings.csv", LETTERBOXD), "Add 2 films")
        assert said in words(app)
    assert len(marks(marquee, token)) == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", "a,b\n1,2\n", "No films were found"),
        ("**x**.zip", "PK\x03\x04 not really", r"\*\*x\*\*\.zip is damaged"),
        ("r.csv", "userId,movieId,rating\n1,2,5\n", r"links\.csv"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    open_page: OpenPage, name: str, text: str, said: str
) -> None:
    app = upload(open_page("library", list=IN_AND_OUT), name, text)
    assert said.replace("\\", "") in words(app).replace("\\", "")
    assert not app.metric


def test_a_list_asks_what_it_means(marquee: Marquee, token: str, open_page: OpenPage) -> None:
    app = open_page("library", list=IN_AND_OUT)
    upload(app, "my list.csv", "Position,Name,Year,URL\n1,Heat,1995,x\n")
    assert "This will add 1 for your watchlist." in words(app)
    app.radio[0].set_value("I have seen them").run()
    press(app, "Add 1 film")
    assert marks(marquee, token) == {HEAT: {InteractionKind.SEEN}}


def test_what_cannot_be_written_is_said(marquee: Marquee, open_page: OpenPage, like: Like) -> None:
    like(HEAT)
    app = upload(open_page("library", list=IN_AND_OUT), "ratings.csv", LETTERBOXD)
    marquee.people.close()
    press(app, "Add 2 films")
    assert "That could not be saved." in words(app)


def test_everything_can_be_taken_along(open_page: OpenPage, like: Like) -> None:
    assert open_page("library", list=IN_AND_OUT).download_button[0].disabled
    like(HEAT)
    app = open_page("library", list=IN_AND_OUT)
    names = dict.fromkeys(app.selectbox(key="history_format").options, "")
    for option in names:
        app.selectbox(key="history_format").set_value(option).run()
        names[option] = app.download_button[0].label
    assert names == {
        "Marquee CSV": "Download marquee.csv",
        "Marquee JSON": "Download marquee.json",
        "Letterboxd": "Download marquee-letterboxd.zip",
        "IMDb": "Download marquee-imdb.zip",
        "MovieLens": "Download marquee-movielens.zip",
    }
