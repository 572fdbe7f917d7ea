"""The lists a tiny world must give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommender.engine import (
    RANKERS,
    TERMS,
    Dials,
    ItemFilter,
    Model,
    explain_film,
    recommend,
)
from recommender.entities import Profile, Recommendation
from recommender.errors import UnknownFilm

HEAT, COLLATERAL, THIEF = "tt0000001", "tt0000002", "tt0000003"
SPIRITED, PONYO, TOTORO = "tt0000004", "tt0000005", "tt0000006"
GOOD, FISTFUL = "tt0000007", "tt0000008"
SAGA = ("tt0000009", "tt0000010", "tt0000011", "tt0000012")


def ids(picks: list[Recommendation]) -> list[str]:
    return [pick.tconst for pick in picks]


def test_each_taste_of_a_mixed_profile_comes_first(model: Model) -> None:
    profile = Profile(likes=(HEAT, SPIRITED, GOOD))
    assert set(ids(recommend(model, profile, top_n=5))) == {
        COLLATERAL,
        THIEF,
        PONYO,
        TOTORO,
        FISTFUL,
    }


def test_a_series_comes_first_but_only_two_of_it(model: Model) -> None:
    picks = recommend(model, Profile(likes=(SAGA[0],)))
    assert set(ids(picks[:2])) <= set(SAGA)
    assert sum(pick.tconst in SAGA for pick in picks) == 2 + (len(picks) == model.n_films - 1)


@pytest.mark.parametrize("ranker", RANKERS)
def test_what_the_profile_holds_is_never_recommended(model: Model, ranker: str) -> None:
    profile = Profile(likes=(HEAT, SPIRITED), hidden=(COLLATERAL,), seen=(TOTORO, GOOD))
    shown = ids(recommend(model, profile, ranker=ranker))
    assert not set(shown) & {HEAT, SPIRITED, COLLATERAL, TOTORO, GOOD}
    assert len(shown) == len(set(shown)) == model.n_films - 5


@pytest.mark.parametrize("ranker", RANKERS)
@pytest.mark.parametrize("likes", [(), (HEAT,), (HEAT, SPIRITED, GOOD, SAGA[0], PONYO, TOTORO)])
def test_contributions_add_up_and_are_labelled(
    model: Model, ranker: str, likes: tuple[str, ...]
) -> None:
    dials = Dials(hidden_gems=0.8, diversity=0.9)
    profile = Profile(likes=likes, hidden=(THIEF,))
    picks = recommend(model, profile, ranker=ranker, dials=dials)
    assert len(picks) == model.n_films - len(likes) - 1
    for pick in picks:
        total = sum(reason.contribution for reason in pick.reasons)
        assert total == pytest.approx(pick.score, abs=1e-5)
        assert 1 <= pick.match_percent <= 99
        assert {reason.term for reason in pick.reasons} <= set(TERMS)
        sizes = [abs(reason.contribution) for reason in pick.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert 0 < len(pick.because) <= 90


def test_likes_beyond_the_profile_are_excluded_too(model: Model) -> None:
    profile = Profile(likes=(HEAT, SPIRITED, GOOD))
    alone = recommend(model, profile, profile_size=1, top_n=3)
    assert COLLATERAL in ids(alone)
    assert not {SPIRITED, GOOD} & set(ids(alone))
    assert not any(SPIRITED in reason.liked for pick in alone for reason in pick.reasons)


def test_unknown_ids_change_nothing(model: Model) -> None:
    known = recommend(model, Profile(likes=(HEAT,)))
    assert recommend(model, Profile(likes=("tt9999999", HEAT), hidden=("nonsense",))) == known


def test_without_likes_the_recent_and_well_known_come_first(model: Model) -> None:
    first = recommend(model, Profile())[0]
    assert (first.tconst, first.because) == ("tt0000013", "Widely loved in 2023")


def test_seed_single_looks_at_the_latest_like_alone(model: Model) -> None:
    first = recommend(model, Profile(likes=(HEAT, SPIRITED)), ranker="seed-single")[0]
    assert first.tconst in {COLLATERAL, THIEF}
    assert ids(recommend(model, Profile(likes=(HEAT,)), ranker="seed-single"))[0] == first.tconst


def test_general_rankers_follow_their_column(model: Model) -> None:
    popular = ids(recommend(model, Profile(), ranker="popularity", top_n=3))
    assert popular == ["tt0000013", SAGA[0], SAGA[1]]
    assert ids(recommend(model, Profile(), ranker="weighted-rating", top_n=2))[0] == SAGA[1]


def test_filters_keep_only_what_was_asked(model: Model) -> None:
    filters = ItemFilter(genres=("Western", "Animation"), year_from=1964, year_to=2001)
    shown = ids(recommend(model, Profile(likes=(HEAT,)), filters=filters))
    assert set(shown) == {FISTFUL, GOOD, TOTORO, SPIRITED}
    assert recommend(model, Profile(), filters=ItemFilter(genres=("Opera",))) == []


def test_hiding_a_film_pushes_its_kind_down_and_says_so(model: Model) -> None:
    likes = (HEAT, GOOD)
    before = {pick.tconst: pick for pick in recommend(model, Profile(likes=likes))}
    after = {p.tconst: p for p in recommend(model, Profile(likes=likes, hidden=(SPIRITED,)))}
    assert after[PONYO].score < before[PONYO].score - 0.5
    said = {reason.term: reason for reason in after[PONYO].reasons}["hidden"]
    assert said.contribution < 0
    assert said.text == "Held back: you hid Spirited Away, also made with Miyazaki"
    assert after[FISTFUL].score == pytest.approx(before[FISTFUL].score, abs=1e-5)


def test_less_like_a_film_holds_back_what_it_shares_and_says_so(model: Model) -> None:
    likes = (HEAT, GOOD)
    plain = recommend(model, Profile(likes=likes))
    before = {pick.tconst: pick for pick in plain}
    after = {p.tconst: p for p in recommend(model, Profile(likes=likes, less=(SPIRITED,)))}
    assert after[SPIRITED].score < after[TOTORO].score < before[TOTORO].score - 0.5
    said = {reason.term: reason for reason in after[PONYO].reasons}["less"]
    assert said.contribution < 0
    assert said.liked == (SPIRITED,)
    assert said.text == "Held back: you asked for less like Spirited Away, also made with Miyazaki"
    assert after[FISTFUL].score == pytest.approx(before[FISTFUL].score, abs=1e-5)
    assert recommend(model, Profile(likes=likes, less=())) == plain


def test_likes_protect_less_from_less_than_from_hidden(model: Model) -> None:
    def score(profile: Profile) -> float:
        return next(p.score for p in recommend(model, profile, top_n=99) if p.tconst == TOTORO)

    likes = (PONYO, HEAT)
    plain = score(Profile(likes=likes))
    assert score(Profile(likes=likes, less=(SPIRITED,))) < plain - 0.5
    assert score(Profile(likes=likes, hidden=(SPIRITED,))) > plain - 0.5


def test_liked_and_less_of_one_film_count_for_neither_side(model: Model) -> None:
    both = Profile(likes=(HEAT, SPIRITED), less=(SPIRITED,))
    alone = Profile(likes=(HEAT,), seen=(SPIRITED,))
    assert recommend(model, both) == recommend(model, alone)


def test_less_works_before_anything_is_liked(model: Model) -> None:
    first = recommend(model, Profile())[0].tconst
    assert recommend(model, Profile(less=(first,)))[0].tconst != first


def test_the_gems_dial_turns_the_list_to_the_little_known(model: Model) -> None:
    def shown(turn: float) -> list[str]:
        dials = Dials(hidden_gems=turn, diversity=0)
        return ids(recommend(model, Profile(likes=(HEAT,)), top_n=5, dials=dials))

    def mean_votes(turn: float) -> float:
        return float(model.votes[model.rows_of(shown(turn))].mean())

    # Collateral has twelve times the votes of Thief; otherwise they are alike.
    assert shown(0.0)[:2] == [COLLATERAL, THIEF]
    assert shown(1.0)[:2] == [THIEF, COLLATERAL]
    assert mean_votes(1.0) < mean_votes(0.5) <= mean_votes(0.0)


def test_the_newness_dial_turns_the_list_to_old_or_new_and_not_the_match(model: Model) -> None:
    def picks(turn: float) -> list[Recommendation]:
        dials = Dials(newness=turn, diversity=0)
        return recommend(model, Profile(likes=(HEAT,)), top_n=5, dials=dials)

    def mean_year(turn: float) -> float:
        return float(model.years[model.rows_of(ids(picks(turn)))].mean())

    assert mean_year(0.0) <= mean_year(0.5) <= mean_year(1.0)
    assert mean_year(0.0) < mean_year(1.0)
    match = {turn: {p.tconst: p.match_percent for p in picks(turn)} for turn in (0.0, 1.0)}
    both = match[0.0].keys() & match[1.0].keys()
    assert both
    assert all(match[0.0][tconst] == match[1.0][tconst] for tconst in both)
    parts = {reason.term: reason for reason in picks(1.0)[0].reasons}
    assert "You turned the dial" in parts["newness"].text


def test_only_the_films_asked_for_are_ranked(model: Model) -> None:
    only = ItemFilter(only=(THIEF, "tt9999999"))
    assert ids(recommend(model, Profile(likes=(HEAT,)), filters=only)) == [THIEF]
    assert recommend(model, Profile(likes=(HEAT,)), filters=ItemFilter(only=())) == []


def test_dials_out_of_range_and_unknown_rankers_are_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        Dials(diversity=1.5)
    with pytest.raises(ValueError, match="nonsense"):
        recommend(model, Profile(), ranker="nonsense")


def test_reasons_name_the_likes_and_what_is_shared(model: Model) -> None:
    picks = recommend(model, Profile(likes=(PONYO, SPIRITED, HEAT)))
    totoro = next(pick for pick in picks if pick.tconst == TOTORO)
    director = next(reason for reason in totoro.reasons if reason.term == "director")
    assert set(director.liked) == {PONYO, SPIRITED}
    assert director.shared == ("Miyazaki",)
    assert director.text == ("Because you liked Ponyo and Spirited Away: both directed by Miyazaki")
    collateral = next(
        pick for pick in recommend(model, Profile(likes=(HEAT,))) if pick.tconst == COLLATERAL
    )
    expected = "Because you liked Heat: also directed by Mann, both action crime dramas"
    assert collateral.because == expected


def test_a_film_is_explained_as_it_is_recommended(model: Model) -> None:
    profile = Profile(likes=(HEAT, SPIRITED), hidden=(TOTORO,), less=(GOOD,))
    for found in recommend(model, profile, dials=Dials(diversity=0.0), top_n=6):
        scored = [reason for reason in found.reasons if reason.term != "variety"]
        assert explain_film(model, profile, found.tconst) == replace(found, reasons=tuple(scored))
    with pytest.raises(UnknownFilm):
        explain_film(model, profile, "tt9")
