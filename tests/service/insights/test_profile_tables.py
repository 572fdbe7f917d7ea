"""Profile tables: shares, lifts and people, counted by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from recommender.service import (
    Marquee,
    build_decade_table,
    build_genre_table,
    build_length_table,
    build_people_table,
)

LEONE = ("tt0060196", "tt0064116")  # The Good, the Bad and the Ugly; Once Upon a Time in the West
MIYAZAKI = "tt0245429"


def test_lift_is_the_share_of_likes_over_the_share_of_films(marquee: Marquee) -> None:
    table = build_genre_table(marquee, marquee.films([*LEONE, MIYAZAKI])).set_index("genre")
    western = table.loc["Western"]
    assert western["yours"] == pytest.approx(2 / 3)
    share = marquee.catalogue.count_genres()["Western"] / marquee.catalogue.count_films()
    assert western["lift"] == pytest.approx(2 / 3 / share)
    assert table["lift"].is_monotonic_decreasing


def test_common_genres_without_a_like_are_listed(marquee: Marquee) -> None:
    table = build_genre_table(marquee, marquee.films(LEONE)).set_index("genre")
    assert (table.loc["Comedy", "lift"], table.loc["Comedy", "likes"]) == (0.0, 0)
    assert "Musical" not in table.index


def test_decades_run_from_the_first_like_without_a_gap(marquee: Marquee) -> None:
    table = build_decade_table(marquee, marquee.films([*LEONE, MIYAZAKI]))
    assert table["kind"].tolist() == ["1960s", "1970s", "1980s", "1990s", "2000s", "2010s", "2020s"]
    assert table["yours"].tolist() == pytest.approx([2 / 3, 0, 0, 0, 1 / 3, 0, 0])
    assert 0.5 < table["everyone"].sum() < 1.0


def test_length_shares_count_films_with_a_runtime(marquee: Marquee) -> None:
    table = build_length_table(marquee, marquee.films([*LEONE, MIYAZAKI])).set_index("kind")
    assert table.loc["2h 30 and more", "yours"] == pytest.approx(2 / 3)
    assert table.loc["2h to 2h 29", "yours"] == pytest.approx(1 / 3)
    assert table["everyone"].sum() == pytest.approx(1.0)


def test_likes_without_a_runtime_do_not_count() -> None:
    known = cast(
        Marquee, SimpleNamespace(catalogue=SimpleNamespace(count_runtimes=lambda: {100: 4}))
    )
    table = build_length_table(known, [])
    assert table["yours"].sum() == 0.0
    assert table["everyone"].tolist() == [0.0, 1.0, 0.0, 0.0, 0.0]


def test_people_in_most_likes_come_first(marquee: Marquee) -> None:
    likes = marquee.films([*LEONE, MIYAZAKI])
    first = build_people_table(marquee, likes, part="director").iloc[0]
    assert (first["person"], first["likes"]) == ("Sergio Leone", 2)
    assert first["catalogue"] >= 5
    assert "Once Upon a Time in the West (1968)" in first["films"]
    actors = build_people_table(marquee, likes, part="cast")
    assert {"Clint Eastwood", "Henry Fonda"} <= set(actors["person"])
    assert actors["likes"].is_monotonic_decreasing
