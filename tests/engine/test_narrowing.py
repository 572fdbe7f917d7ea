"""Large catalogues: passing films over changes nothing about the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.engine import (
    Candidates,
    Dials,
    Model,
    fit_model,
    narrowing,
    rank_films,
    ranking,
    rerank,
)
from recommender.engine.excerpt import take_excerpt
from recommender.engine.rankers import MarqueeRanker
from recommender.engine.taste import Taste
from recommender.entities import Pick, Profile

Row = tuple[str, str, int, str, float, int, str, str]
Tables = tuple[pd.DataFrame, pd.DataFrame]
Asked = tuple[Profile, dict[str, object]]
GENRES = ("Drama", "Comedy", "Horror", "Western", "Action", "Drama|Comedy", "Horror|Action", "")


def make_films(seed: int, count: int) -> list[Row]:
    """Return films over a few hundred names: some share much, most share nothing."""
    rng = np.random.default_rng(seed)
    people = (count * rng.random((count, 4)) ** 2).astype(int)
    return [
        (
            f"tt{number:07d}",
            f"Film{rng.integers(count)}",
            int(rng.integers(1950, 2024)),
            str(rng.choice(GENRES)),
            float(rng.integers(10, 99)) / 10,
            int(10 ** rng.uniform(0, 6)),
            f"P{people[number, 0]}",
            "|".join(dict.fromkeys(f"P{person}" for person in people[number, 1:])),
        )
        for number in range(count)
    ]


@pytest.fixture(autouse=True, scope="module")
def small_pool() -> Iterator[None]:
    """Choose from few films, so that a catalogue of a few thousand is large beside them."""
    with mock.patch.object(rerank, "POOL", 12), mock.patch.object(narrowing, "REFERENCE", 64):
        yield


@pytest.fixture(scope="module")
def large(make_world: Callable[[Sequence[Row]], Tables]) -> Model:
    model = fit_model(*make_world(make_films(7, 2_000)))
    # Places of their own, as people known from ratings give them.
    space = np.random.default_rng(1).normal(size=model.space.shape).astype(np.float32)
    space /= np.linalg.norm(space, axis=1, keepdims=True)
    blended = np.where(np.arange(model.n_films)[:, None] % 4 == 0, space, model.space)
    return replace(model, space=blended.astype(np.float32))


def list_narrowed(model: Model, profile: Profile, **asked: object) -> list[Pick]:
    """Rank as a large catalogue is ranked, measuring against few films, and with few spared."""
    with mock.patch.object(ranking, "WHOLE", 0), mock.patch.object(narrowing, "FAMOUS", 30):
        return rank_films(model, profile, **asked)  # type: ignore[arg-type]


dials = st.builds(
    Dials,
    hidden_gems=st.sampled_from([0.0, 0.5, 1.0]),
    diversity=st.sampled_from([0.0, 0.5, 1.0]),
    newness=st.sampled_from([0.0, 0.5, 1.0]),
)
filters = st.builds(
    Candidates,
    genres=st.sampled_from([(), ("Western",), ("Drama", "Horror")]),
    year_from=st.sampled_from([None, 1990, 2023]),
    only=st.sampled_from([None, tuple(f"tt{n:07d}" for n in range(0, 2_000, 60))]),
)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Return a profile of known films, some of them hidden, seen or wanted less of."""
    numbers = draw(st.lists(st.integers(0, 1_999), min_size=1, max_size=18, unique=True))
    ids = tuple(f"tt{number:07d}" for number in numbers)
    cut = min(draw(st.integers(0, 3)), len(ids) - 1)
    profile = Profile(likes=ids[cut:], hidden=ids[:1][:cut], less=ids[1:cut], seen=ids[2:cut])
    top_n = draw(st.sampled_from([1, 3, 24]))
    return profile, {"dials": draw(dials), "filters": draw(filters), "top_n": top_n}


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=questions())
def test_the_list_is_that_of_all_films(large: Model, asked: Asked) -> None:
    profile, options = asked
    whole = rank_films(large, profile, **options)  # type: ignore[arg-type]
    narrowed = list_narrowed(large, profile, **options)
    assert [pick.tconst for pick in narrowed] == [pick.tconst for pick in whole]
    for one, other in zip(narrowed, whole, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-4)
        assert {r.term: r.liked for r in one.reasons} == {r.term: r.liked for r in other.reasons}


@pytest.mark.parametrize("likes", [(4,), (4, 900, 1_500), tuple(range(0, 2_000, 140))])
@pytest.mark.parametrize("chosen", [Dials(), Dials(hidden_gems=1.0, newness=0.2)])
def test_no_film_that_reaches_the_edge_is_passed_over(
    large: Model, likes: tuple[int, ...], chosen: Dials
) -> None:
    ranker, taste = MarqueeRanker(), Taste.from_rows(np.array(likes), excluded=np.array(likes))
    touched = np.union1d(
        large.people.films_sharing(taste.likes)[1],
        np.flatnonzero(np.isin(large.franchise, large.franchise[taste.likes])),
    )
    alone = np.setdiff1d(np.arange(large.n_films), touched)
    total = ranker.score(large, taste, chosen).total
    allowed = np.ones(large.n_films, np.bool_)
    bounds = narrowing._ScoreBounds.of(large, taste, ranker.weighed_by, chosen)
    for edge in np.quantile(total[alone], [0.0, 0.5, 0.9, 0.99]).tolist():
        found = bounds.films_above(edge, allowed)
        reaching = alone[total[alone] >= edge]
        assert np.isin(reaching, found).all()
        beyond = np.setdiff1d(np.intersect1d(found, alone), reaching)
        assert (total[beyond] >= edge - 0.01).all()


def count_scored(model: Model, profile: Profile) -> int:
    """Return how many films the last step of a narrowed ranking scores."""
    with (
        mock.patch.object(ranking, "WHOLE", 0),
        mock.patch.object(narrowing, "FAMOUS", 30),
        mock.patch("recommender.engine.ranking.take_excerpt", wraps=take_excerpt) as take,
    ):
        rank_films(model, profile, dials=Dials(diversity=0.0), top_n=5)
    return len(take.call_args.args[1])


def test_most_films_are_passed_over(large: Model) -> None:
    assert count_scored(large, Profile(likes=("tt0000004",))) < large.n_films / 2


def test_every_film_is_in_one_cell_of_its_kind_and_year(large: Model) -> None:
    census = large.census
    films, cells = census.films_in(np.arange(len(census.year)))
    assert sorted(films.tolist()) == list(range(large.n_films))
    assert (large.years[films] == census.year[cells]).all()
    assert (large.genre_set[films] == census.genre_set[cells]).all()
    assert (census.best_rating[cells] >= large.weighted[films]).all()


def test_the_reference_tells_what_is_usual_in_the_catalogue(large: Model) -> None:
    profile = Profile(likes=("tt0000004", "tt0000011", "tt0000123"))
    whole = rank_films(large, profile)
    with mock.patch.object(narrowing, "REFERENCE", large.n_films):
        narrowed = list_narrowed(large, profile)
    assert [pick.because for pick in narrowed] == [pick.because for pick in whole]


def test_a_negative_weight_is_ranked_whole(large: Model) -> None:
    ranker = MarqueeRanker()
    terms = dict(ranker.weighed_by.terms)
    terms["circle"] = replace(terms["circle"], weight=-terms["circle"].weight)
    odd = MarqueeRanker(weights=replace(ranker.weighed_by, terms=terms))
    profile = Profile(likes=("tt0000004",))
    assert list_narrowed(large, profile, ranker=odd) == rank_films(large, profile, ranker=odd)
