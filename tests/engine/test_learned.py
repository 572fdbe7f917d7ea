"""Files of learned weights and embedding, and the effect of co-likes on a ranking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.engine import Model, recommend
from recommender.engine.embedding import (
    MIN_USERS,
    blend_co_likes,
    learn_embedding,
    load_embedding,
    project_films,
    save_embedding,
)
from recommender.engine.terms import learned_terms
from recommender.engine.weights import Calibration, default_weights, load_weights
from recommender.entities import Profile
from recommender.errors import ModelError


def test_shipped_weights_name_every_learned_term_and_their_source() -> None:
    weights = load_weights()
    assert set(weights.terms) == set(learned_terms())
    assert {"date", "data", "terms", "protocol", "scores", "reliability"} <= set(weights.source)
    assert "research" in weights.source["terms"]


def test_default_weights_apply_without_a_file(tmp_path: Path) -> None:
    assert load_weights(tmp_path / "absent.json") == default_weights()
    assert set(default_weights().terms) == set(learned_terms())


def test_damaged_weights_and_embedding_are_errors(tmp_path: Path) -> None:
    page = tmp_path / "weights.json"
    page.write_text('{"terms": {"genre": {"weight": 1}}}')
    with pytest.raises(ModelError, match=r"weights\.json"):
        load_weights(page)
    held = tmp_path / "embedding.npz"
    held.write_bytes(b"not an archive")
    with pytest.raises(ModelError, match=r"embedding\.npz"):
        load_embedding(held)


def test_match_percent_rises_with_the_score() -> None:
    curve = Calibration(intercept=-1.0, slope=0.3)
    shown = [curve.percent(score) for score in (-1e9, -5.0, 0.0, 5.0, 1e9)]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (1, 99)


def likes_of_two_camps(model: Model, people: int) -> pd.DataFrame:
    """Return likes of two camps: Westerns with Animation, and Crime with Sci-Fi."""
    camps = [[3, 4, 5, 6, 7], [0, 1, 2, 8, 9, 10]]
    return pd.DataFrame(
        [
            {"person": person, "row": row, "tconst": model.tconst(row)}
            for person in range(people)
            for row in camps[person % 2]
        ]
    )


def test_embedding_is_saved_and_covers_films_without_likes(model: Model, tmp_path: Path) -> None:
    learned = learn_embedding(model, likes_of_two_camps(model, 20))
    save_embedding(learned, tmp_path / "e.npz")
    loaded = load_embedding(tmp_path / "e.npz")
    assert loaded is not None
    assert loaded.features == learned.features
    assert loaded.vectors == pytest.approx(learned.vectors, abs=0.01)
    space = project_films(model, loaded).embedding
    western, animation, crime = 7, 4, 1
    assert space[western] @ space[animation] > space[western] @ space[crime]
    # Row 11 has no likes; people and genres place it near its series.
    assert space[11] @ space[8] > space[11] @ space[animation]


def test_embedding_needs_two_people(model: Model) -> None:
    with pytest.raises(ModelError, match="people"):
        learn_embedding(model, likes_of_two_camps(model, 1))


def test_co_likes_are_blended_in_from_enough_people_on(model: Model) -> None:
    few = likes_of_two_camps(model, MIN_USERS - 1)[["person", "tconst"]]
    assert blend_co_likes(model, few) is model
    many = likes_of_two_camps(model, MIN_USERS)[["person", "tconst"]]
    stray = pd.DataFrame({"person": [9999, 9999], "tconst": ["tt9999999", "tt0000001"]})
    joined = blend_co_likes(model, pd.concat([many, stray]))
    assert joined is not model
    profile = Profile(likes=(model.tconst(6),))

    def score(of: Model, row: int) -> float:
        picks = recommend(of, profile, top_n=99)
        return next(pick.score for pick in picks if pick.tconst == of.tconst(row))

    gained_with = score(joined, 4) - score(model, 4)
    gained_against = score(joined, 1) - score(model, 1)
    assert gained_with > gained_against
    assert np.isfinite(joined.embedding).all()
