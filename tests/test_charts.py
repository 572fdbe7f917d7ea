"""Charts are valid, hold what they were given, and say numbers where colour alone would not."""

from __future__ import annotations

import pandas as pd

from recommender import charts


def test_contributions_say_their_numbers_on_the_axis() -> None:
    parts = pd.DataFrame(
        {"label": ["Director", "Years"], "contribution": [1.234, -0.5], "text": ["by A", ""]}
    )
    spec = charts.contribution_bars(parts).to_dict()
    [rows] = spec["datasets"].values()
    assert [row["name"] for row in rows] == ["Director  +1.23", "Years  \N{MINUS SIGN}0.50"]
    assert [row["side"] for row in rows] == ["adds", "takes away"]


def test_the_heatmap_says_what_is_shared() -> None:
    cells = pd.DataFrame(
        {
            "like": ["Heat (1995)"],
            "pick": ["Thief (1981)"],
            "like_order": [0],
            "pick_order": [0],
            "similarity": [0.6],
            "people": ["Michael Mann"],
            "genres": ["Crime"],
        }
    )
    encoding = charts.similarity_heatmap(cells).to_dict()["encoding"]
    assert encoding["color"]["field"] == "similarity"
    assert encoding["color"]["scale"]["domain"] == [0, 1]
    assert {"people", "genres"} <= {tip["field"] for tip in encoding["tooltip"]}


def test_alike_bars_grow_with_the_number_of_films() -> None:
    def height(films: list[str]) -> float:
        parts = pd.DataFrame(
            {"film": films, "order": 0, "label": "Genres", "contribution": 0.3, "text": "Crime"}
        )
        return float(charts.alike_bars(parts).to_dict()["height"])

    assert height(["a", "b", "c"]) > height(["a"])


def test_profile_bars_show_both_shares() -> None:
    shares = pd.DataFrame({"genre": ["War"], "yours": [0.5], "everyone": [0.1]})
    layers = charts.profile_bars(shares).to_dict()["layer"]
    assert [layer["encoding"]["x"]["field"] for layer in layers] == ["yours", "everyone"]
