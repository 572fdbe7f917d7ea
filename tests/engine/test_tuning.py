"""Tuning on inner folds, and baselines of the library implicit."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from recommender.engine import Model, fit_model
from recommender.engine.evaluation import baselines, systems, tuning
from recommender.engine.evaluation.cases import Case, read_ratings
from recommender.engine.evaluation.evaluate import ONE_THREAD
from recommender.engine.evaluation.splits import Split, build_splits
from recommender.engine.evaluation.systems import default_systems
from recommender.engine.evaluation.term_regression import TrainingConfig
from recommender.engine.evaluation.tuning import tune
from recommender.errors import MarqueeError

TWO_CAMPS = (range(30), range(30, 60))


@pytest.fixture(scope="module")
def rated_world() -> tuple[Model, pd.DataFrame]:
    """Two camps of 18 people who each like 14 of their camp's 30 films."""
    rng = np.random.default_rng(2)
    films = pd.DataFrame(
        {
            "tconst": [f"tt{number:07d}" for number in range(60)],
            "primaryTitle": [f"Film {number}" for number in range(60)],
            "startYear": [1980 + number % 30 for number in range(60)],
            "genres": ["Western" if number % 30 < 20 else "Comedy" for number in range(60)],
            "averageRating": [6.0 + number % 3 for number in range(60)],
            "numVotes": [1000 * (1 + number % 9) for number in range(60)],
        }
    )
    credited = pd.DataFrame(
        {
            "tconst": films["tconst"],
            "person_id": [f"nm{number // 5}" for number in range(60)],
            "name": [f"Maker {number // 5}" for number in range(60)],
            "category": "director",
            "ordering": 1,
        }
    )
    rows = [
        (person, int(film), 4.5, 100 * turn)
        for person in range(36)
        for turn, film in enumerate(rng.choice(np.array(TWO_CAMPS[person % 2]), 14, replace=False))
    ]
    ratings = pd.DataFrame(rows, columns=["userId", "movieId", "rating", "timestamp"])
    links = pd.DataFrame({"movieId": range(60), "imdbId": range(60)})
    model = fit_model(films, credited)
    return model, read_ratings(model, ratings, links)


@pytest.fixture(scope="module")
def first_fold(rated_world: tuple[Model, pd.DataFrame]) -> tuple[Split, list[Case]]:
    return build_splits(*rated_world, "folds", 0)[0]


@pytest.fixture
def split(first_fold: tuple[Split, list[Case]]) -> Split:
    """Return a split without tuning results; fits are shared between tests."""
    return replace(first_fold[0], notes=[], tuning_results={})


def test_embedding_terms_weigh_nothing_without_an_embedding(split: Split) -> None:
    fitted = split.fit(TrainingConfig(dimensions=0))
    assert fitted.embedding is None
    assert not fitted.weights.terms["co_likes"].weight
    assert not fitted.weights.terms["co_likes_best"].weight
    assert split.fit(TrainingConfig()).weights.terms["co_likes"].weight > 0


def test_personalization_of_zero_keeps_the_learned_weights(split: Split) -> None:
    plain = split.fit(TrainingConfig(personalization=0.0))
    personal = split.fit(TrainingConfig(personalization=1.0))
    for name, term in plain.weights.terms.items():
        assert term.weight == pytest.approx(plain.learned.terms[name].weight, abs=5e-4)
    assert personal.weights.terms["co_likes"].weight > plain.weights.terms["co_likes"].weight
    assert personal.learned == plain.learned


def test_tuning_reads_training_people_only(split: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = (("dimensions", (2, 4)), ("personalization", (0.0, 1.0)))
    monkeypatch.setattr(tuning, "CONTENT", grid)
    monkeypatch.setattr(tuning, "BLEND", (("gain", (0.0, 2.0)),))
    shares: list[float] = []
    own = replace(split, progress=lambda share, _: shares.append(share))
    tuned = tune(own, hybrid=True)
    assert tuned.dimensions in {2, 4}
    assert tuned.personalization in {0.0, 1.0}
    assert tuned.blend.gain in {0.0, 2.0}
    assert own.notes == [tuned.text()]
    assert shares == sorted(shares)
    people = {case.person for case in split.cases}
    training_ratings = split.rated[split.rated["person"].isin(people)]
    without_test_people = Split(
        model=split.model, rated=training_ratings, cases=split.cases, seed=split.seed
    )
    assert tune(without_test_people, hybrid=True) == tuned


def test_tuning_prefers_tail_recall_over_ndcg(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "CONTENT", (("personalization", (0.0, 0.5, 1.0, 1.5)),))
    results = {0.0: (False, 0.9), 0.5: (True, 0.2), 1.0: (True, 0.3), 1.5: (False, 0.1)}
    for personalization, result in results.items():
        config = TrainingConfig(personalization=personalization)
        split.tuning_results[config, False] = result
    assert tune(split).personalization == 1.0


def test_missing_baselines_are_named(split: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems, "is_implicit_installed", lambda: False)
    names, missing = default_systems(nested=False)
    assert missing == ["implicit-als", "implicit-bpr"]
    assert not set(missing) & set(names)
    assert "marquee, nested" not in names
    monkeypatch.setitem(sys.modules, "implicit.als", None)
    with pytest.raises(MarqueeError, match=r"requirements-research\.txt"):
        baselines.fit_als(split.model, split.likes())


@pytest.mark.parametrize("name", baselines.IMPLICIT_BASELINES)
def test_implicit_baseline_prefers_the_own_camp(name: str, split: Split) -> None:
    pytest.importorskip("implicit", reason="requirements-research.txt is not installed")
    with threadpool_limits(**ONE_THREAD):  # implicit warns about more threads
        scores = baselines.IMPLICIT_BASELINES[name](split.model, split.likes())(np.array([0, 1, 2]))
    own, other = scores[3:30], scores[30:]
    assert own[np.isfinite(own)].mean() > other[np.isfinite(other)].mean()
