"""Metrics computed by hand, cases from ratings, and one small evaluation from end to end."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.engine import Model, fit_model
from recommender.engine.evaluation import evaluate, metrics, train
from recommender.engine.evaluation.baselines import fit_ease, fit_item_knn
from recommender.engine.evaluation.cases import (
    build_cases,
    build_returning_cases,
    build_temporal_cases,
    read_ratings,
)
from recommender.engine.evaluation.train import calibrate, reliability
from recommender.engine.weights import load_weights
from recommender.errors import RatingsError

Tables = tuple[pd.DataFrame, pd.DataFrame]
SHOWN = np.array([5, 3, 8, 1])


def test_metrics_match_values_computed_by_hand() -> None:
    targets = np.array([3, 1, 9])
    assert metrics.recall(SHOWN, targets, at=4) == pytest.approx(2 / 3)
    assert metrics.recall(SHOWN, targets, at=1) == 0.0
    assert metrics.hit(SHOWN, targets, at=2) == 1.0
    assert metrics.reciprocal_rank(SHOWN, targets, at=4) == pytest.approx(1 / 2)
    gain = 1 / np.log2(3) + 1 / np.log2(5)
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert metrics.ndcg(SHOWN, targets, at=4) == pytest.approx(gain / ideal)
    assert metrics.ndcg(np.array([3, 1, 9]), targets, at=10) == pytest.approx(1.0)


def test_lists_of_one_genre_are_less_diverse(model: Model) -> None:
    same, mixed = np.array([0, 1, 2]), np.array([0, 3, 6])
    assert metrics.genre_diversity(model, same) == pytest.approx(0.0, abs=1e-6)
    assert metrics.genre_diversity(model, mixed) == pytest.approx(1.0)
    assert metrics.people_diversity(model, same) < metrics.people_diversity(model, mixed) == 1.0


@pytest.fixture(scope="module")
def world() -> tuple[Tables, pd.DataFrame, pd.DataFrame]:
    """Two camps of 20 people: one likes the films of the first half, one of the second."""
    films = pd.DataFrame(
        [
            {
                "tconst": f"tt{number:07d}",
                "primaryTitle": f"Film {chr(97 + number % 26)}{number}",
                "startYear": 1990 + number % 10,
                "genres": "Western" if number < 40 else "Comedy",
                "averageRating": 6.0 + number % 4,
                "numVotes": 1000 * (1 + number % 7),
            }
            for number in range(80)
        ]
    )
    credited = pd.DataFrame(
        [
            {
                "tconst": f"tt{number:07d}",
                "person_id": f"nm{number // 8}",
                "name": f"Maker {number // 8}",
                "category": "director",
                "ordering": 1,
            }
            for number in range(80)
        ]
    )
    rng = np.random.default_rng(1)
    ratings = pd.DataFrame(
        [
            {"userId": person, "movieId": int(film), "rating": rating, "timestamp": 100 * turn}
            for person in range(40)
            for turn, (film, rating) in enumerate(
                [(f, 5.0) for f in rng.permutation(40)[:20] + 40 * (person % 2)]
                + [(f, 2.0) for f in rng.permutation(40)[:5] + 40 * (1 - person % 2)]
            )
        ]
    )
    links = pd.DataFrame({"movieId": range(80), "imdbId": range(80)})
    return (films, credited), ratings, links


def test_cases_keep_time_order_and_never_leak_targets(
    world: tuple[Tables, pd.DataFrame, pd.DataFrame],
) -> None:
    tables, ratings, links = world
    fitted = fit_model(*tables)
    rated = read_ratings(fitted, ratings, links)
    cases = build_cases(fitted, rated, folds=3, seed=0)
    assert len(cases) == 40
    assert sorted({case.fold for case in cases}) == [0, 1, 2]
    for case in cases:
        own = rated[rated["person"] == case.person]
        time = dict(zip(own["row"], own["time"], strict=True))
        assert len(case.targets) == 4
        assert len(case.likes) == 15
        assert not set(case.targets) & set(case.likes)
        assert not set(case.targets) & set(case.rated)
        assert set(case.likes) <= set(case.rated)
        assert max(time[row] for row in case.likes) < min(time[row] for row in case.targets)
        assert [time[row] for row in case.likes] == sorted(
            (time[row] for row in case.likes), reverse=True
        )
        assert set(case.disliked) == set(own.loc[own["rating"] < 4, "row"])


def test_temporal_split_tests_the_future_of_other_people(
    world: tuple[Tables, pd.DataFrame, pd.DataFrame],
) -> None:
    tables, ratings, links = world
    late = ratings.copy()
    late.loc[late["userId"] < 10, "timestamp"] += 1500
    fitted = fit_model(*tables)
    rated = read_ratings(fitted, late, links)
    first, last = (rated.groupby("person")["time"].agg(end) for end in ("min", "max"))
    pairs = build_temporal_cases(fitted, rated)
    tested = [case.person for _, test in pairs for case in test]
    assert tested
    assert len(tested) == len(set(tested)), "each person is tested once"
    assert set(tested) <= set(range(10))
    for training, test in pairs:
        stopped = max(last[case.person] for case in training)
        for case in test:
            times = rated[rated["person"] == case.person].set_index("row")["time"]
            assert first[case.person] <= stopped < times[case.targets].min()


def test_returning_people_are_tested_on_likes_of_another_day(
    world: tuple[Tables, pd.DataFrame, pd.DataFrame],
) -> None:
    tables, ratings, links = world
    back = ratings.copy()
    # The first ten rate their last three films two days later.
    back.loc[(back["userId"] < 10) & (back["timestamp"] >= 2200), "timestamp"] += 200_000
    back.loc[back["userId"] < 10, "rating"] = 5.0
    fitted = fit_model(*tables)
    rated = read_ratings(fitted, back, links)
    cases = build_cases(fitted, rated)
    returning = build_returning_cases(fitted, rated, cases)
    fold_of = {case.person: case.fold for case in cases}
    assert {case.person for case in returning} == set(range(10))
    for case in returning:
        times = rated[rated["person"] == case.person].set_index("row")["time"]
        assert case.fold == fold_of[case.person]
        assert len(case.targets) == 3
        assert times[case.targets].min() - times[case.likes].max() > 86_400


def test_baselines_prefer_the_own_camp(world: tuple[Tables, pd.DataFrame, pd.DataFrame]) -> None:
    tables, ratings, links = world
    fitted = fit_model(*tables)
    rated = read_ratings(fitted, ratings, links)
    liked = rated.loc[rated["rating"] >= 4, ["person", "row"]]
    for fit in (fit_ease, fit_item_knn):
        scores = fit(fitted, liked)(np.array([0, 1, 2]))
        assert scores[3:40].mean() > scores[40:].mean()


def test_evaluation_is_complete_and_repeatable(
    world: tuple[Tables, pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    tables, ratings, links = world
    names = ["popularity", "ease", "marquee", "hybrid"]
    shares: list[float] = []
    first = evaluate(
        *tables, ratings, links, systems=names, progress=lambda share, _: shares.append(share)
    )
    again = evaluate(*tables, ratings, links, systems=["marquee"])
    times = ["fit s", "ms a profile"]
    repeated = again.table.drop(columns=times)
    pd.testing.assert_frame_equal(first.table.drop(columns=times).loc[repeated.index], repeated)
    pd.testing.assert_frame_equal(first.differences.loc[["marquee"]], again.differences)
    assert list(first.table.index) == ["seed-profile", *names]
    recall = first.table["recall@20"].to_dict()
    assert recall["marquee"] > recall["popularity"]
    low, high = (first.table[f"ndcg@10 {end}"] for end in ("low", "high"))
    assert ((low <= first.table["ndcg@10"]) & (first.table["ndcg@10"] <= high)).all()
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    first.save(tmp_path / "report" / "evaluation.json")
    page = json.loads((tmp_path / "report" / "evaluation.json").read_text())
    assert page["facts"]["people"] == 40
    assert set(page["table"]) == set(first.table.index)
    assert "marquee" in first.text()


def test_unknown_names_and_unusable_tables_are_errors(
    world: tuple[Tables, pd.DataFrame, pd.DataFrame],
) -> None:
    tables, ratings, links = world
    with pytest.raises(ValueError, match="nonsense"):
        evaluate(*tables, ratings, links, systems=["nonsense"])
    with pytest.raises(ValueError, match="sideways"):
        evaluate(*tables, ratings, links, protocol="sideways")
    with pytest.raises(RatingsError, match="timestamp"):
        evaluate(*tables, ratings.drop(columns="timestamp"), links)
    with pytest.raises(RatingsError, match="linked"):
        evaluate(*tables, ratings, links.assign(imdbId=links["imdbId"] + 9000))
    with pytest.raises(RatingsError, match="likes"):
        evaluate(*tables, ratings.assign(rating=1.0), links)


def test_training_writes_weights_that_load_and_favour_genre(
    world: tuple[Tables, pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    tables, ratings, links = world
    trained = train(*tables, ratings, links, source={"data": "toy"})
    trained.save(tmp_path)
    loaded = load_weights(tmp_path / "weights.json")
    assert loaded.terms == trained.weights.terms
    assert loaded.calibration.slope > 0
    assert loaded.source["data"] == "toy"
    assert date.fromisoformat(loaded.source["date"]) <= date.today()
    assert loaded.terms["genre"].weight > loaded.terms["year"].weight
    assert all(term.weight >= 0 for term in loaded.terms.values())
    assert (tmp_path / "embedding.npz").exists()
    with pytest.raises(RatingsError, match="too few"):
        train(*tables, ratings[ratings["userId"] < 3], links, source={})


def test_calibration_matches_observed_likes() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=20_000)
    liked = rng.random(20_000) < 1 / (1 + np.exp(-(0.5 + 1.5 * scores)))
    curve = calibrate(scores, liked)
    assert curve.intercept == pytest.approx(0.5, abs=0.06)
    assert curve.slope == pytest.approx(1.5, abs=0.06)
    table = reliability(curve, scores, liked)
    assert (table["promised"] - table["liked"]).abs().max() < 4
    assert table["films"].sum() == 20_000
