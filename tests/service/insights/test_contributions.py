"""Contribution table: bars sum to the score, and no term is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.engine import TERMS
from recommender.entities import Profile, Reason
from recommender.service import Marquee, build_contribution_table

TASTE = Profile(likes=("tt0245429", "tt0060196", "tt0052357"), hidden=("tt0068646",))


def test_bars_group_their_terms() -> None:
    reasons = [
        Reason(term="director", contribution=0.5, text="Also directed by Ann"),
        Reason(term="cast", contribution=0.7, text="Also with Bob"),
        Reason(term="year", contribution=-0.4),
        Reason(term="popularity", contribution=2.0),
    ]
    table = build_contribution_table(reasons)
    assert table["label"].tolist() == ["How widely known", "People and series", "Years"]
    assert table["contribution"].tolist() == pytest.approx([2.0, 1.2, -0.4])
    people = table.iloc[1]
    assert people["detail"] == "Cast +0.70, Director +0.50"
    assert people["text"] == "Also with Bob"


def test_term_without_a_group_is_a_bar_of_its_own() -> None:
    table = build_contribution_table([Reason(term="brand_new", contribution=1.0)])
    assert table["label"].tolist() == ["brand_new"]


@given(
    st.lists(
        st.builds(
            Reason,
            term=st.sampled_from([*TERMS, "brand_new"]),
            contribution=st.floats(-9, 9).map(lambda value: round(value, 3)),
        ),
        max_size=20,
    )
)
def test_bars_sum_to_the_score(reasons: list[Reason]) -> None:
    table = build_contribution_table(reasons)
    score = sum(reason.contribution for reason in reasons)
    assert table["contribution"].sum() == pytest.approx(score, abs=1e-9)
    assert table["label"].is_unique


def test_bars_of_real_recommendations_sum_to_the_score(marquee: Marquee) -> None:
    picks = marquee.recommend(TASTE, top_n=24)
    assert len(picks) == 24
    for pick in picks:
        table = build_contribution_table(pick.reasons)
        assert table["contribution"].sum() == pytest.approx(pick.score)
        assert table["contribution"].is_monotonic_decreasing
