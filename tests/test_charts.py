"""Charts are valid, hold what they were given, and say numbers where colour alone would not."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest
from altair.utils import schemapi

from recommender import charts

ROLES = ("Likes", "Picks", "Films nearby")


def spec_of(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    schemapi.enable_debug_mode()  # validates; pages have it off
    spec: dict[str, Any] = chart.to_dict()
    return spec


def rows_of(spec: dict[str, Any], having: str) -> list[dict[str, Any]]:
    """The rows of the data set that has this column."""
    return next(rows for rows in spec["datasets"].values() if rows and having in rows[0])


def heatmap() -> alt.Chart:
    cells = {
        "like": ["Heat (1995)"],
        "pick": ["Thief (1981)"],
        "like_order": [0],
        "pick_order": [0],
        "tconst": ["tt0083190"],
        "similarity": [0.6],
        "people": ["Michael Mann"],
        "genres": ["Crime"],
    }
    return charts.similarity_heatmap(pd.DataFrame(cells))


def people() -> alt.Chart:
    table = {"person": ["Ann"], "likes": [2], "catalogue": [9], "films": ["A, B"]}
    return charts.people_bars(pd.DataFrame(table))


def small_map() -> alt.LayerChart:
    films = pd.DataFrame(
        {
            "tconst": ["tt1", "tt2", "tt3"],
            "film": ["Far (2001)", "Picked (2002)", "Liked (2003)"],
            "short": ["Far", "Picked", "Liked"],
            "role": ["Films nearby", "Picks", "Likes"],
            "corner": "Crime",
            "genres": "Crime",
            "people": "Ann",
            "note": "",
            "x": [0.0, 0.5, 1.0],
            "y": [0.0, 0.5, 1.0],
            "wide": ["", "above", "below"],
            "narrow": "",
        }
    )
    outlines = pd.DataFrame({"corner": "Crime", "x": [0, 1, 1], "y": [0, 0, 1], "order": [0, 1, 2]})
    corners = pd.DataFrame(
        {
            "corner": ["Crime"],
            "says": ["3 of 3 films"],
            "members": [[0, 1, 2]],
            "tconsts": [["tt1", "tt2", "tt3"]],
            "wide_x": [0.5],
            "wide_y": [0.9],
            "narrow_x": [0.5],
            "narrow_y": [0.9],
        }
    )
    return charts.taste_map(films, outlines, corners, roles=ROLES)


def test_contributions_begin_where_the_one_before_ended_and_end_at_the_score() -> None:
    parts = pd.DataFrame(
        {
            "label": ["Director", "Years"],
            "contribution": [1.234, -0.5],
            "detail": ["", ""],
            "text": ["by A", ""],
        }
    )
    rows = rows_of(spec_of(charts.contribution_bars(parts)), "side")
    assert [row["name"] for row in rows] == [
        "Director  +1.23",
        "Years  \N{MINUS SIGN}0.50",
        "Score  0.73",
    ]
    assert [row["side"] for row in rows] == ["adds", "takes away", "score"]
    assert [row["start"] for row in rows] == pytest.approx([0.0, 1.234, 0.0])
    assert [row["end"] for row in rows] == pytest.approx([1.234, 0.734, 0.734])


def test_the_heatmap_says_what_is_shared() -> None:
    encoding = spec_of(heatmap())["encoding"]
    assert encoding["color"]["field"] == "similarity"
    assert encoding["color"]["scale"]["domain"] == [0, 1]
    assert {"people", "genres"} <= {tip["field"] for tip in encoding["tooltip"]}


@pytest.mark.parametrize(
    ("chart", "field"), [(heatmap, "tconst"), (small_map, "tconst"), (people, "person")]
)
def test_a_click_reports_what_was_clicked(chart: Any, field: str) -> None:
    [chosen] = spec_of(chart())["params"]
    assert (chosen["name"], chosen["select"]["fields"]) == (charts.CHOSEN, [field])


def test_alike_bars_grow_with_the_number_of_films() -> None:
    def height(films: list[str]) -> float:
        parts = pd.DataFrame(
            {"film": films, "order": 0, "label": "Genres", "contribution": 0.3, "text": "Crime"}
        )
        return float(spec_of(charts.alike_bars(parts))["height"])

    assert height(["a", "b", "c"]) > height(["a"])


def test_share_bars_show_both_shares() -> None:
    shares = pd.DataFrame({"kind": ["1990s"], "yours": [0.5], "everyone": [0.1]})
    spec = spec_of(charts.share_bars(shares, what="Decade"))
    assert [layer["encoding"]["x"]["field"] for layer in spec["layer"]] == ["yours", "everyone"]
    assert rows_of(spec, "name")[0]["name"] == "1990s  50%"


def test_lift_doubles_with_every_step_and_none_is_said_in_words() -> None:
    shares = pd.DataFrame(
        {
            "genre": ["War", "Drama", "Crime", "Comedy"],
            "yours": [0.4, 0.5, 0.1, 0.0],
            "everyone": [0.1, 0.5, 0.2, 0.4],
            "lift": [4.0, 1.0, 0.5, 0.0],
        }
    )
    rows = rows_of(spec_of(charts.lift_bars(shares)), "doublings")
    assert [row["doublings"] for row in rows] == [2.0, 0.0, -1.0, -3.0]
    assert [row["name"].split("  ")[1] for row in rows] == [
        "4.0 times",
        "1.0 times",
        "0.5 times",
        "none",
    ]


def test_the_map_tells_roles_by_shape_too_and_draws_the_liked_last() -> None:
    spec = spec_of(small_map())
    points = next(layer for layer in spec["layer"] if "shape" in layer["encoding"])
    assert points["encoding"]["shape"]["scale"]["domain"] == list(ROLES)
    assert len(set(points["encoding"]["shape"]["scale"]["range"])) == 3
    assert points["encoding"]["color"]["legend"]["values"] == list(ROLES)
    assert [row["role"] for row in rows_of(spec, "role")] == list(reversed(ROLES))


def test_slopes_lead_from_rank_to_rank() -> None:
    changes = pd.DataFrame(
        {
            "tconst": ["tt1", "tt2"],
            "title": ["Falls", "Rises"],
            "rank_before": ["1", "40+"],
            "rank_after": ["2", "1"],
            "place_before": [1, 2],
            "place_after": [2, 1],
            "fate": ["falls or drops out", "rises or comes in"],
        }
    )
    spec = spec_of(charts.rank_slope(changes, before="Now", after="Without Heat"))
    rows = rows_of(spec, "fate")
    places = {(row["title"], row["x"]): (row["place"], row["rank"]) for row in rows}
    assert places["Falls", 0.0] == (1, "1")
    assert places["Falls", 1.0] == (2, "2")
    assert places["Rises", 0.0] == (2, "40+")
    lines = spec["layer"][0]
    assert lines["mark"]["type"] == "line"
    assert lines["encoding"]["detail"]["field"] == "tconst"


def test_reliability_draws_the_honest_diagonal() -> None:
    tenths = pd.DataFrame({"promised": [20.0, 80.0], "liked": [25.0, 70.0], "films": [9, 9]})
    spec = spec_of(charts.reliability_line(tenths))
    assert [row["promised"] for row in spec["datasets"][spec["layer"][0]["data"]["name"]]] == [
        20.0,
        80.0,
    ]
