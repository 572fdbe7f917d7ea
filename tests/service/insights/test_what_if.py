"""What if: ranks without a like, and the lines of the chart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.entities import Film, Profile, Recommendation
from recommender.service import DEPTH, Marquee, compare_ranks, leave_out

GHIBLI, HEAT, VERTIGO = "tt0245429", "tt0113277", "tt0052357"
TASTE = Profile(likes=(GHIBLI, HEAT, VERTIGO), hidden=("tt0068646",))


def picks(names: str) -> list[Recommendation]:
    """A pick a letter."""
    return [
        Recommendation(
            film=Film(
                tconst=name,
                primary_title=name.upper(),
                original_title=name,
                start_year=2000,
                runtime_min=None,
                genres=(),
                average_rating=7.0,
                num_votes=1,
            ),
            score=1.0,
            match_percent=50,
        )
        for name in names
    ]


def test_leaving_out_a_like_equals_ranking_without_it(marquee: Marquee) -> None:
    without = leave_out(TASTE, [HEAT])
    assert without == Profile(likes=(GHIBLI, VERTIGO), hidden=TASTE.hidden, seen=(HEAT,))
    ranked = [pick.film.tconst for pick in marquee.recommend(without, top_n=DEPTH)]
    never = marquee.recommend(Profile(likes=(GHIBLI, VERTIGO), hidden=TASTE.hidden), top_n=60)
    assert HEAT not in ranked
    assert [p.film.tconst for p in never if p.film.tconst != HEAT][:5] == ranked[:5]


def test_top_ranks_do_not_depend_on_the_number_requested(marquee: Marquee) -> None:
    deep = marquee.recommend(TASTE, top_n=DEPTH)
    assert [p.film.tconst for p in deep][:10] == [
        p.film.tconst for p in marquee.recommend(TASTE, top_n=10)
    ]


def test_rank_changes_match_a_hand_computed_example() -> None:
    changes = compare_ranks(picks("abcd"), picks("cabe"), left_out="Heat", shown=2)
    table = changes.table.set_index("tconst")
    assert table["place_before"].to_dict() == {"a": 1, "b": 2, "c": 3}
    assert table["place_after"].to_dict() == {"a": 2, "b": 3, "c": 1}
    assert table["fate"].to_dict() == {
        "a": "falls or drops out",
        "b": "falls or drops out",
        "c": "rises or comes in",
    }
    assert changes.finding == (
        "Without Heat, 1 of the first 2 picks would go: B falls from 2 to 3 and C comes in at 1"
    )


def test_dropped_film_is_ranked_below_the_last() -> None:
    changes = compare_ranks(picks("ab"), picks("ac"), left_out="Heat", shown=2)
    assert changes.table.set_index("tconst").loc["b", "rank_after"] == "2+"
    assert "B falls from 2 to below 2" in changes.finding


@pytest.mark.parametrize(
    ("after", "said"),
    [("abc", "the first picks stay as they are"), ("cab", "C rises from 3 to 1")],
)
def test_unchanged_ranks_are_described(after: str, said: str) -> None:
    changes = compare_ranks(picks("abc"), picks(after), left_out="Heat", shown=3)
    assert said in changes.finding


orders = st.permutations("abcdefgh").map("".join)


@given(orders, orders, st.integers(1, 8), st.integers(0, 8), st.integers(1, 9))
def test_every_chart_line_holds_one_film_on_each_side(
    before: str, after: str, kept: int, left: int, shown: int
) -> None:
    table = compare_ranks(
        picks(before[:kept]), picks(after[:left]), left_out="Heat", shown=shown
    ).table
    lines = list(range(1, len(table) + 1))
    assert sorted(table["place_before"]) == lines
    assert sorted(table["place_after"]) == lines
    assert set(table["tconst"]) == {*before[:kept][:shown], *after[:left][:shown]}
