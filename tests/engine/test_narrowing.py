"""Large catalogues: passing films over changes nothing about the list."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.engine import (
    Dials,
    ItemFilter,
    Model,
    bridge_films,
    census,
    explain_film,
    fit_model,
    keep_census,
    load_model,
    narrowing,
    recommend,
    rerank,
    save_model,
    similar_films,
    weigh_films,
)
from recommender.engine.arrays import FloatArray
from recommender.engine.blocks import LevelSpans, YearSpans, spans_of_years
from recommender.engine.excerpt import take_excerpt
from recommender.engine.measure import Ramp
from recommender.engine.narrowing import _Start
from recommender.engine.profile import ProfileRows
from recommender.engine.rankers import MarqueeRanker
from recommender.engine.seeking import Gate, Search
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
    smaller = mock.patch.multiple(census, KNOWN=200, REFERENCE=64, RATED=3, OUTER=24, INNER=4)
    with mock.patch.object(rerank, "POOL", 12), smaller:
        yield


@pytest.fixture(scope="module")
def large(make_world: Callable[[Sequence[Row]], Tables]) -> Model:
    model = fit_model(*make_world(make_films(7, 2_000)))
    # Places of their own, as people known from ratings give them.
    space = np.random.default_rng(1).normal(size=model.embedding.shape).astype(np.float32)
    space /= np.linalg.norm(space, axis=1, keepdims=True)
    blended = np.where(np.arange(model.n_films)[:, None] % 4 == 0, space, model.embedding)
    return replace(model, embedding=blended.astype(np.float32))


def narrowed_down() -> AbstractContextManager[object]:
    """Rank as a large catalogue is ranked."""
    return mock.patch.object(narrowing, "WHOLE", 0)


def list_narrowed(model: Model, profile: Profile, **asked: object) -> list[Pick]:
    with narrowed_down():
        return recommend(model, profile, **asked)  # type: ignore[arg-type]


dials = st.builds(
    Dials,
    hidden_gems=st.sampled_from([0.0, 0.5, 1.0]),
    diversity=st.sampled_from([0.0, 0.5, 1.0]),
    newness=st.sampled_from([0.0, 0.5, 1.0]),
)
filters = st.builds(
    ItemFilter,
    genres=st.sampled_from([(), ("Western",), ("Drama", "Horror")]),
    year_from=st.sampled_from([None, 1990, 2023]),
    only=st.sampled_from([None, tuple(f"tt{n:07d}" for n in range(0, 2_000, 60))]),
)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Return a profile of known films, some of them hidden, seen or wanted less of."""
    numbers = draw(st.lists(st.integers(0, 1_999), max_size=18, unique=True))
    ids = tuple(f"tt{number:07d}" for number in numbers)
    cut = min(draw(st.integers(0, 3)), len(ids))
    profile = Profile(likes=ids[cut:], hidden=ids[:1][:cut], less=ids[1:cut], seen=ids[2:cut])
    top_n = draw(st.sampled_from([1, 3, 24]))
    return profile, {"dials": draw(dials), "filters": draw(filters), "top_n": top_n}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=questions())
def test_the_list_is_that_of_all_films(large: Model, asked: Asked) -> None:
    profile, options = asked
    whole = recommend(large, profile, **options)  # type: ignore[arg-type]
    narrowed = list_narrowed(large, profile, **options)
    assert [pick.tconst for pick in narrowed] == [pick.tconst for pick in whole]
    for one, other in zip(narrowed, whole, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-4)
        assert {r.term: r.liked for r in one.reasons} == {r.term: r.liked for r in other.reasons}


@pytest.mark.parametrize("likes", [(4,), (4, 900, 1_500), tuple(range(0, 2_000, 140))])
@pytest.mark.parametrize("chosen", [Dials(), Dials(hidden_gems=1.0, newness=0.2)])
def test_a_search_finds_the_best_whatever_is_known_before(
    large: Model, likes: tuple[int, ...], chosen: Dials
) -> None:
    ranker, taste = (
        MarqueeRanker(),
        ProfileRows.from_rows(np.array(likes), excluded=np.array(likes)),
    )
    start = _Start.of(large, taste, ranker.weighed_by, chosen)
    touched, gate = start.touched.films, Gate.of(large, ItemFilter(), start.touched.films)
    total = ranker.score(large, taste, chosen).total
    np.testing.assert_allclose(total[touched], start.touched_values, atol=1e-4)
    alone = np.setdiff1d(np.arange(large.n_films), touched)
    for count in (1, 30, 600, large.n_films):
        found = Search(large, start.measure, gate, count=count).run()
        best = alone[np.argsort(-total[alone], kind="stable")][:count]
        assert np.isin(best, found).all()
        assert len(np.unique(found)) == len(found)
        assert total[found].min() >= total[best].min() - 0.01


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pair=st.tuples(st.integers(0, 1_999), st.integers(0, 1_999)), top_n=st.sampled_from([1, 12]))
def test_films_beside_films_are_those_of_all_films(
    large: Model, pair: tuple[int, int], top_n: int
) -> None:
    one, other = (f"tt{number:07d}" for number in pair)
    liked = Profile(likes=(one, other))

    def ask() -> list[list[Pick]]:
        return [
            similar_films(large, one, top_n=top_n),
            bridge_films(large, one, other, top_n=top_n),
            [explain_film(large, liked, "tt0000077")],
        ]

    whole = ask()
    with narrowed_down():
        narrowed = ask()
    for expected, found in zip(whole, narrowed, strict=True):
        assert [pick.tconst for pick in found] == [pick.tconst for pick in expected]
        for pick, same in zip(found, expected, strict=True):
            assert pick.score == pytest.approx(same.score, abs=1e-4)
            assert {r.term: r.shared for r in pick.reasons} == {
                r.term: r.shared for r in same.reasons
            }


def test_a_large_catalogue_is_not_weighed_whole(large: Model) -> None:
    liked = Profile(likes=("tt0000001",))
    assert weigh_films(large, liked) is not None
    with narrowed_down():
        assert weigh_films(large, liked) is None


def count_scored(model: Model, profile: Profile) -> int:
    """Return how many films the last step of a narrowed ranking scores."""
    with (
        narrowed_down(),
        mock.patch("recommender.engine.pipeline.take_excerpt", wraps=take_excerpt) as take,
    ):
        recommend(model, profile, dials=Dials(diversity=0.0), top_n=5)
    return len(take.call_args.args[1])


def test_most_films_are_passed_over(large: Model) -> None:
    assert count_scored(large, Profile(likes=("tt0000004",))) < large.n_films / 20


@pytest.mark.parametrize("size", ["outer", "inner"])
def test_every_film_is_in_one_block_of_its_kind(large: Model, size: str) -> None:
    blocks, held = getattr(large.census, size), large.census.held
    places, sizes = blocks.places(np.arange(len(blocks.genre_set)))
    films, of_block = held.films[places], np.repeat(np.arange(len(sizes)), sizes)
    assert sorted(films.tolist()) == list(range(large.n_films))
    assert sizes.max() <= getattr(census, size.upper())
    assert (large.genre_set[films] == blocks.genre_set[of_block]).all()
    for values, least, most in (
        (large.log_votes, *_levels(blocks.votes)),
        (large.weighted, *_levels(blocks.rating)),
        (large.years - large.years.min(), blocks.years.first, blocks.years.last),
    ):
        assert (values[films] >= least[of_block]).all()
        assert (values[films] <= most[of_block]).all()
    apart = np.linalg.norm(large.embedding[films] - blocks.standing[of_block, :-2], axis=1)
    assert (apart <= blocks.standing[of_block, -2] + 1e-5).all()
    reach = np.linalg.norm(large.people_factors[films], axis=1)
    assert (reach <= blocks.standing[of_block, -1] + 1e-5).all()


def _levels(levels: LevelSpans) -> tuple[FloatArray, FloatArray]:
    return levels.least[levels.span], levels.most[levels.span]


def test_inner_blocks_make_up_the_outer_ones(large: Model) -> None:
    counted = large.census
    inner, _ = counted.inside(np.array([3, 0]))
    places, _ = counted.inner.places(inner)
    assert places.tolist() == counted.outer.places(np.array([3, 0]))[0].tolist()


@given(
    by_year=st.lists(st.floats(-9, 9, width=32), min_size=12, max_size=12),
    spans=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=9),
)
def test_the_most_of_a_span_of_years_is_found(
    by_year: list[float], spans: list[tuple[int, int]]
) -> None:
    ordered = [(min(span), max(span)) for span in spans] + [(0, 11)]
    first, last = map(np.array, zip(*ordered, strict=True))
    values, told = np.array(by_year, np.float32), YearSpans.of(first, last)
    most = told.most(spans_of_years(values))[told.span]
    assert most.tolist() == [values[a : b + 1].max() for a, b in ordered]


@settings(deadline=None)
@given(
    ends=st.tuples(st.floats(0, 7, width=32), st.floats(0, 7, width=32)),
    share=st.floats(0, 1),
    slope=st.floats(-2, 2),
    under=st.floats(-2, 2),
    level=st.floats(0, 7),
)
def test_no_film_stands_higher_on_a_ramp_than_its_block(
    ends: tuple[float, float], share: float, slope: float, under: float, level: float
) -> None:
    ramp = Ramp(slope=slope, beyond=0.6, knee=5.0, pull=0.5, level=level, under=under, floor=3.0)
    low, high = (np.float32(end) for end in sorted(ends))
    between = (low + (high - low) * np.float32(share)).clip(low, high)
    spans = LevelSpans.of(np.array([low, between, high], np.float32), np.array([0]), 1 / 16)
    assert ramp.at(np.array([between], np.float32))[0] <= ramp.most(spans)[0] + 1e-4


def test_the_reference_tells_what_is_usual_in_the_catalogue(large: Model) -> None:
    profile = Profile(likes=("tt0000004", "tt0000011", "tt0000123"))
    whole = recommend(large, profile)
    with mock.patch.object(census, "REFERENCE", large.n_films):
        narrowed = list_narrowed(replace(large), profile)
    assert [pick.because for pick in narrowed] == [pick.because for pick in whole]


def test_a_negative_weight_is_ranked_whole(large: Model) -> None:
    ranker = MarqueeRanker()
    terms = dict(ranker.weighed_by.terms)
    terms["circle"] = replace(terms["circle"], weight=-terms["circle"].weight)
    odd = MarqueeRanker(weights=replace(ranker.weighed_by, terms=terms))
    profile = Profile(likes=("tt0000004",))
    assert list_narrowed(large, profile, ranker=odd) == recommend(large, profile, ranker=odd)


def test_the_census_of_a_large_catalogue_is_kept_beside_its_model(
    large: Model, tmp_path: Path
) -> None:
    profile = Profile(likes=("tt0000004", "tt0000011"))
    taken = mock.patch.object(census.Census, "of", side_effect=AssertionError("taken anew"))
    with narrowed_down():
        expected = recommend(large, profile)
        save_model(large, tmp_path)
        with taken:
            assert recommend(load_model(tmp_path), profile) == expected


@pytest.mark.parametrize("harm", ["missing", "spoilt", "other rules"])
def test_a_census_that_cannot_be_used_is_taken_anew_and_kept(
    large: Model, tmp_path: Path, harm: str
) -> None:
    profile = Profile(likes=("tt0000004", "tt0000011"))
    with narrowed_down():
        save_model(large, tmp_path)
        (folder,) = tmp_path.glob("edition-*/census")
        if harm == "missing":
            shutil.rmtree(folder)
        elif harm == "spoilt":
            (folder / "held.votes.npy").write_bytes(b"no array")
        else:
            page = (folder / "census.json").read_text()
            (folder / "census.json").write_text(page.replace('"format": ', '"format": 9'))
        model = load_model(tmp_path)
        assert "census" not in vars(model)
        assert recommend(model, profile) == recommend(large, profile)
        del vars(model)["census"]
        keep_census(model, tmp_path)
        assert "census" in vars(load_model(tmp_path))
        assert [path.name for path in folder.parent.glob("census*")] == ["census"]


def test_a_strand_is_served_by_what_is_known_well_enough_or_is_among_the_best(large: Model) -> None:
    likes = np.arange(0, 2_000, 140)
    ranker, taste = MarqueeRanker(), ProfileRows.from_rows(likes, excluded=likes)
    total = ranker.score(large, taste, Dials()).total
    allowed = np.ones(large.n_films, np.bool_)
    allowed[likes] = False
    pool = rerank.gather_pool(large, taste, total, allowed, least=2)
    best = rerank.rank_by_score(total, allowed, rerank.pool_size(2))
    serving = np.setdiff1d(pool.rows[pool.serves >= 0], best)
    assert len(serving)
    assert large.log_votes[serving].min() >= large.known_from
    assert (large.log_votes >= large.known_from).sum() == pytest.approx(census.KNOWN, abs=5)


def test_all_films_of_a_small_catalogue_are_known_well_enough(large: Model) -> None:
    with mock.patch.object(census, "KNOWN", large.n_films):
        assert replace(large).known_from <= large.log_votes.min()


def test_a_film_nobody_has_seen_is_no_more_of_a_gem_than_one_a_thousand_have(large: Model) -> None:
    ranker, taste = MarqueeRanker(), ProfileRows.from_rows(np.array([4]), excluded=np.array([4]))
    gems = ranker.score(large, taste, Dials(hidden_gems=1.0)).parts["gems"]
    little, more = large.votes < 1_000, large.votes > 1_100
    assert np.ptp(gems[little]) == 0
    assert gems[more].max() < gems[little].min()
