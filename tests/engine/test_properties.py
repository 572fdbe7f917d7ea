"""Properties of every list, on random catalogues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.engine import RANKERS, Dials, fit_model, recommend
from recommender.entities import Profile, Recommendation

Row = tuple[str, str, int, str, float, int, str, str]
Tables = tuple[pd.DataFrame, pd.DataFrame]
MakeWorld = Callable[[Sequence[Row]], Tables]

NAMES = ("Ann", "Bob", "Cy", "Dee", "Eve", "Fay")
GENRES = ("Drama", "Comedy", "Horror", "Western")
TITLES = ("Alpha", "Alpha II", "Beta", "Gamma", "The Alpha", "Delta: Part One")


@st.composite
def worlds(draw: st.DrawFn) -> list[Row]:
    """Return a handful of films over few names and genres, so that much is shared and ties."""
    size = draw(st.integers(2, 25))
    names = st.lists(st.sampled_from(NAMES), min_size=0, max_size=3, unique=True)
    genres = st.lists(st.sampled_from(GENRES), min_size=0, max_size=2, unique=True)
    return [
        (
            f"tt{number:07d}",
            draw(st.sampled_from(TITLES)),
            draw(st.integers(1950, 2024)),
            "|".join(draw(genres)),
            draw(st.integers(10, 99)) / 10,
            draw(st.sampled_from([0, 5, 2_000, 90_000, 1_500_000])),
            "|".join(draw(names)),
            "|".join(draw(names)),
        )
        for number in range(size)
    ]


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Return a profile that may name unknown films and contradict itself."""
    ids = st.lists(st.integers(0, 30).map(lambda n: f"tt{n:07d}"), max_size=6).map(tuple)
    return Profile(likes=draw(ids), hidden=draw(ids), seen=draw(ids), less=draw(ids))


dials = st.builds(
    Dials,
    hidden_gems=st.sampled_from([0.0, 0.5, 0.9, 1.0]),
    diversity=st.sampled_from([0.0, 0.5, 1.0]),
    newness=st.sampled_from([0.0, 0.5, 1.0]),
)
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(rows=worlds(), profile=profiles(), dials=dials, ranker=st.sampled_from(sorted(RANKERS)))
def test_every_list_keeps_its_promises(
    make_world: MakeWorld, rows: list[Row], profile: Profile, dials: Dials, ranker: str
) -> None:
    picks = recommend(fit_model(*make_world(rows)), profile, ranker=ranker, dials=dials, top_n=20)
    shown = [pick.tconst for pick in picks]
    held = {*profile.likes, *profile.hidden, *profile.seen}
    known = {row[0] for row in rows}
    assert not set(shown) & held
    assert len(shown) == len(set(shown)) == min(20, len(known - held))
    for pick in picks:
        _check_pick(pick, profile)


@quick
@given(rows=worlds(), profile=profiles(), dials=dials)
def test_less_and_hidden_only_ever_hold_back_and_are_taken_back_whole(
    make_world: MakeWorld, rows: list[Row], profile: Profile, dials: Dials
) -> None:
    model = fit_model(*make_world(rows))
    # Films that are liked too would come back as likes.
    said = replace(
        profile,
        likes=tuple(set(profile.likes) - {*profile.less, *profile.hidden}),
        seen=(*profile.seen, *profile.hidden),
    )
    plain = replace(said, less=(), hidden=())
    before = {pick.tconst: pick.score for pick in recommend(model, plain, dials=dials, top_n=99)}
    for pick in recommend(model, said, dials=dials, top_n=99):
        taken = sum(r.contribution for r in pick.reasons if r.term in {"less", "hidden"})
        assert taken <= 0
        assert pick.score - taken == pytest.approx(before[pick.tconst], abs=1e-4)


@quick
@given(rows=worlds(), profile=profiles())
def test_a_director_who_also_wrote_is_named_as_the_director(
    make_world: MakeWorld, rows: list[Row], profile: Profile
) -> None:
    # In these worlds every director wrote the film, too.
    for pick in recommend(fit_model(*make_world(rows)), profile, top_n=20):
        assert "ritten by" not in pick.because


def _check_pick(pick: Recommendation, profile: Profile) -> None:
    total = sum(reason.contribution for reason in pick.reasons)
    assert total == pytest.approx(pick.score, abs=1e-4)
    assert 1 <= pick.match_percent <= 99
    assert 0 < len(pick.because) <= 90
    for reason in pick.reasons:
        said = {"hidden": profile.hidden, "less": profile.less}
        assert set(reason.liked) <= set(said.get(reason.term, profile.likes))
        if reason.term in said:
            assert reason.contribution <= 0


@quick
@given(rows=worlds(), profile=profiles(), seed=st.integers(0, 99))
def test_the_order_of_the_catalogue_changes_nothing(
    make_world: MakeWorld, rows: list[Row], profile: Profile, seed: int
) -> None:
    films, credited = make_world(rows)
    shuffled = films.sample(frac=1, random_state=seed), credited.sample(frac=1, random_state=seed)
    assert recommend(fit_model(films, credited), profile) == recommend(
        fit_model(*shuffled), profile
    )


@quick
@given(rows=worlds(), profile=profiles())
def test_people_reasons_name_exactly_the_likes_that_share_them(
    make_world: MakeWorld, rows: list[Row], profile: Profile
) -> None:
    directors = {row[0]: set(filter(None, row[6].split("|"))) for row in rows}
    for pick in recommend(fit_model(*make_world(rows)), profile, top_n=20):
        for reason in pick.reasons:
            if reason.term == "director":
                taken_back = {*profile.hidden, *profile.less}
                clear = [like for like in profile.likes if like not in taken_back]
                sharing = {x for x in clear if directors.get(x, set()) & directors[pick.tconst]}
                assert set(reason.liked) == sharing
                assert set(reason.shared) <= directors[pick.tconst]


@quick
@given(rows=worlds(), profile=profiles())
def test_a_new_like_by_the_same_director_joins_the_reason(
    make_world: MakeWorld, rows: list[Row], profile: Profile
) -> None:
    model = fit_model(*make_world(rows))
    for pick in recommend(model, profile, top_n=3):
        twin = next(
            (r[0] for r in rows if r[6] and r[6] == _director(rows, pick) and r[0] != pick.tconst),
            None,
        )
        if twin is None or twin in {*profile.hidden, *profile.less}:
            continue
        more = replace(profile, likes=(twin, *profile.likes))
        again = {p.tconst: p for p in recommend(model, more, top_n=99)}[pick.tconst]
        reason = next(reason for reason in again.reasons if reason.term == "director")
        assert twin in reason.liked


def _director(rows: list[Row], pick: Recommendation) -> str:
    return next(row[6] for row in rows if row[0] == pick.tconst)


@quick
@given(rows=worlds(), profile=profiles(), dials=dials)
def test_match_rises_with_the_score_of_what_is_liked(
    make_world: MakeWorld, rows: list[Row], profile: Profile, dials: Dials
) -> None:
    picks = recommend(fit_model(*make_world(rows)), profile, dials=dials, top_n=20)
    liking = [
        (
            pick.score - sum(r.contribution for r in pick.reasons if r.term in {"gems", "newness"}),
            pick.match_percent,
        )
        for pick in picks
    ]
    matches = [match for _, match in sorted(liking)]
    assert matches == sorted(matches) or np.ptp([score for score, _ in liking]) < 1e-4
