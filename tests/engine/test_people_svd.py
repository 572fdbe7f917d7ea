"""People factors against numpy's SVD, and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

from recommender.engine import people_svd
from recommender.engine.features import FeatureIndex


def people_of(n_films: int, n_people: int, seed: int) -> FeatureIndex:
    drawn = random_array((n_films, n_people), density=0.05, rng=seed, dtype=np.float64)
    return FeatureIndex.of(csr_array(drawn.astype(np.float32)))


@pytest.mark.parametrize(("n_films", "n_people"), [(60, 90), (90, 60), (40, 40)])
def test_factors_are_the_leading_singular_vectors(n_films: int, n_people: int) -> None:
    people = people_of(n_films, n_people, seed=1)
    held = people.forward.toarray()
    linking = held[:, (held > 0).sum(axis=0) >= 2]
    left, strength, _ = np.linalg.svd(linking, full_matrices=False)
    expected = (left * strength)[:, : min(64, min(linking.shape) - 1)]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True) + people_svd.DAMPING
    found = people_svd.fit_people_factors(people)
    assert found.shape == expected.shape
    assert np.abs(found @ found.T - expected @ expected.T).max() < 1e-3


def test_factors_are_the_same_for_any_batch_size(monkeypatch: pytest.MonkeyPatch) -> None:
    people = people_of(80, 120, seed=2)
    whole = people_svd.fit_people_factors(people)
    monkeypatch.setattr(people_svd, "BATCH_FILMS", 7)
    monkeypatch.setattr(people_svd, "BATCH_COLUMNS", 3)
    found = people_svd.fit_people_factors(people)
    assert np.abs(found @ found.T - whole @ whole.T).max() < 1e-3


def test_factors_of_lower_rank_than_dimensions_stay_finite() -> None:
    # Rank two: every further direction is rounding error.
    held = np.zeros((40, 30), np.float32)
    held[:20, :15] = held[20:, 15:] = 0.5
    found = people_svd.fit_people_factors(FeatureIndex.of(csr_array(held)))
    assert np.isfinite(found).all()
    nearness = found @ found.T
    assert nearness[:20, :20].min() > 0.9
    assert np.abs(nearness[:20, 20:]).max() < 0.1


def test_people_of_one_film_give_no_factors() -> None:
    found = people_svd.fit_people_factors(FeatureIndex.of(csr_array(np.eye(5, dtype=np.float32))))
    assert found.shape == (5, 0)
