"""Ids and scores without reasons: the same list, sooner."""

from __future__ import annotations

import pytest

from recommender.engine import RANKERS, Model, rank_scores, recommend
from recommender.entities import Profile

HEAT, COLLATERAL, TOTORO, SAGA = "tt0000001", "tt0000002", "tt0000006", "tt0000009"


@pytest.mark.parametrize("ranker", RANKERS)
@pytest.mark.parametrize(
    "profile",
    [
        Profile(),
        Profile(likes=(HEAT,)),
        Profile(likes=(HEAT, TOTORO, SAGA), hidden=(COLLATERAL,), seen=("tt0000013",)),
    ],
)
def test_ids_and_scores_are_those_of_rank_films(
    model: Model, profile: Profile, ranker: str
) -> None:
    picks = recommend(model, profile, top_n=9, ranker=ranker)
    ranked = rank_scores(model, profile, top_n=9, ranker=ranker)
    assert [tconst for tconst, _ in ranked] == [pick.tconst for pick in picks]
    assert [score for _, score in ranked] == pytest.approx([p.score for p in picks], abs=1e-4)


def test_an_unknown_ranker_is_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="magic"):
        rank_scores(model, Profile(), ranker="magic")
