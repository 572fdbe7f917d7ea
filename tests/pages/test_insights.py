"""Insights in its sections: each says what it found, only the open one is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from recommender.ui.insights import SECTIONS
from tests.pages.reading import press, walls

GHIBLI = ("tt0245429", "tt0119698")
LEONE = ("tt0060196", "tt0064116")
HITCHCOCK = ("tt0047396", "tt0052357")
TASTE = (*GHIBLI, *LEONE, *HITCHCOCK)

OpenPage = Callable[..., AppTest]
Like = Callable[..., None]

pytestmark = pytest.mark.usefixtures("marquee")


def charts(app: AppTest) -> list[Any]:
    return [node.proto for node in app.get("vega_lite_chart")]


def findings(app: AppTest) -> list[str]:
    return [header.value.replace("\\", "") for header in app.header]


@pytest.mark.parametrize(
    ("section", "drawn", "finding"),
    [
        ("Map", 1, "groups: "),
        ("Likes and picks", 1, "alike"),
        ("One score", 1, "most of it from"),
        ("Profile", 5, "times as common in your likes as in all films"),
        ("What if", 1, "Without Vertigo, "),
    ],
)
def test_a_section_says_its_finding_and_is_alone(
    section: str, drawn: int, finding: str, open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    app = open_page("insights", section=section)
    assert finding in findings(app)[0]
    assert len(charts(app)) == drawn
    assert all(len(chart.alt) > 20 for chart in charts(app))


def test_every_section_is_a_tab(open_page: OpenPage, like: Like) -> None:
    like(*TASTE)
    assert [tab.label for tab in open_page("insights").tabs] == list(SECTIONS)


@pytest.mark.parametrize("section", list(SECTIONS))
def test_one_like_is_enough(section: str, open_page: OpenPage, like: Like) -> None:
    like("tt0113277")
    assert charts(open_page("insights", section=section))


def test_a_corner_shows_its_films(open_page: OpenPage, like: Like) -> None:
    like(*TASTE)
    app = open_page("insights")
    [pills] = [group for group in app.button_group if group.key == "corner"]
    assert len(pills.options) >= 2
    name = pills.options[-1]
    pills.set_value(name).run()
    assert len(walls(app)[f"Group: {name}"]) >= 3


def test_leaving_a_like_out_moves_ranks_and_can_be_taken_back(
    open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    app = open_page("insights", section="What if")
    [pills] = [group for group in app.button_group if group.key == "without"]
    pills.set_value([GHIBLI[0], GHIBLI[1]]).run()
    assert findings(app)[0].startswith("Without Spirited Away and Princess Mononoke, ")
    press(app, "Restore all")
    assert not charts(app)
    assert "All likes count" in "".join(node.value for node in app.markdown)


def test_somebody_without_likes_sees_an_example_that_says_so(open_page: OpenPage) -> None:
    app = open_page("insights", example="The stargazer")
    assert "This is an example" in app.info[0].value
    assert "The stargazer's taste" in findings(app)[0]
    assert charts(app)


def test_an_example_of_nobody_is_somebodys(open_page: OpenPage) -> None:
    assert charts(open_page("insights", example="no such persona"))
