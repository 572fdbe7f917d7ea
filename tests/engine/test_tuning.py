"""Settings chosen on inner folds, baselines from libraries, and ways that were tried."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from recommender.engine import Model, fit_model
from recommender.engine.evaluation import implicit_baselines, systems, tuning
from recommender.engine.evaluation.cases import Case, read_ratings
from recommender.engine.evaluation.evaluate import ONE_THREAD
from recommender.engine.evaluation.experiments import EXPERIMENTS
from recommender.engine.evaluation.splits import Split, build_splits
from recommender.engine.evaluation.systems import SYSTEMS, default_systems
from recommender.engine.evaluation.training_config import TrainingConfig
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
    """Return a split in which nothing was looked for yet; what a config learns is shared."""
    return replace(first_fold[0], notes=[], known={})


def test_without_an_embedding_the_community_says_nothing(split: Split) -> None:
    learned = split.learned(TrainingConfig(dimensions=0))
    assert learned.embedding is None
    assert not learned.weights.terms["community"].weight
    assert not learned.weights.terms["community_best"].weight
    assert split.learned(TrainingConfig()).weights.terms["community"].weight > 0


def test_leaning_is_taken_back_by_zero(split: Split) -> None:
    plain = split.learned(TrainingConfig(lean=0.0))
    leaned = split.learned(TrainingConfig(lean=1.0))
    for name, term in plain.weights.terms.items():
        assert term.weight == pytest.approx(plain.plain.terms[name].weight, abs=5e-4)
    assert leaned.weights.terms["community"].weight > plain.weights.terms["community"].weight
    assert leaned.plain == plain.plain


def test_settings_are_chosen_by_those_who_teach_alone(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "CONTENT", (("dimensions", (2, 4)), ("lean", (0.0, 1.0))))
    monkeypatch.setattr(tuning, "VOICE", (("louder", (0.0, 2.0)),))
    told: list[float] = []
    own = replace(split, progress=lambda part, _: told.append(part))
    chosen = tune(own, hybrid=True)
    assert chosen.dimensions in {2, 4}
    assert chosen.lean in {0.0, 1.0}
    assert chosen.voice.louder in {0.0, 2.0}
    assert own.notes == [chosen.text()]
    assert told == sorted(told)
    taught = {case.person for case in split.cases}
    everybody = split.rated
    strangers_gone = everybody[everybody["person"].isin(taught)]
    alone = replace(split, rated=strangers_gone, known={}, _learned={}, notes=[])
    assert tune(alone, hybrid=True) == chosen


def test_the_long_tail_comes_first_and_then_ndcg(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {0.0: (False, 0.9), 0.5: (True, 0.2), 1.0: (True, 0.3), 1.5: (False, 0.1)}
    monkeypatch.setattr(tuning._Tuner, "quality", lambda self, config, hybrid: found[config.lean])
    assert tune(split, embedded=False).lean == 1.0


def test_libraries_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems, "is_installed", lambda package: False)
    names, missing = default_systems(nested=False)
    assert missing == ["implicit-als", "implicit-bpr", "implicit-cosine"]
    assert not set(missing) & set(names)
    assert "marquee, nested" not in names
    with pytest.raises(MarqueeError, match=r"requirements-research\.txt"):
        implicit_baselines.load("no_such_library.part")


@pytest.mark.parametrize("name", implicit_baselines.LIBRARIES)
def test_a_library_stays_in_the_camp(name: str, split: Split) -> None:
    pytest.importorskip("implicit", reason="requirements-research.txt is not installed")
    with threadpool_limits(**ONE_THREAD):  # as `evaluate` asks them; implicit warns of more
        scores = implicit_baselines.LIBRARIES[name](split.model, split.liked())(np.array([0, 1, 2]))
    ours, theirs = scores[3:30], scores[30:]
    assert ours[np.isfinite(ours)].mean() > theirs[np.isfinite(theirs)].mean()


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_what_was_tried_can_be_tried_again(
    name: str, split: Split, first_fold: tuple[Split, list[Case]]
) -> None:
    if "LambdaMART" in name:
        pytest.importorskip("lightgbm", reason="requirements-research.txt is not installed")
    recommend = SYSTEMS[name](split)
    case = first_fold[1][0]
    shown = recommend(case)
    camp = case.likes[0] // 30
    assert (shown[:5] // 30 == camp).mean() > 0.5
    assert not set(shown) & set(case.rated)
