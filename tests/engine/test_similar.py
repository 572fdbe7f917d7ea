"""Films beside films."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.engine import (
    TERMS,
    Model,
    bridge_films,
    shared_features,
    similar_films,
    similarity,
)
from recommender.errors import UnknownFilm

HEAT, COLLATERAL, THIEF, SPIRITED, PONYO = (f"tt000000{n}" for n in range(1, 6))
SAGA, SAGA_TWO = "tt0000009", "tt0000010"


def test_the_most_alike_come_first_and_say_what_they_share(model: Model) -> None:
    picks = similar_films(model, HEAT, top_n=5)
    assert {pick.tconst for pick in picks[:2]} == {COLLATERAL, THIEF}
    assert HEAT not in {pick.tconst for pick in picks}
    assert picks[0].because == "Both with Mann"
    for pick in picks:
        assert sum(reason.contribution for reason in pick.reasons) == pytest.approx(pick.score)
        assert 1 <= pick.match_percent <= 99
        assert {reason.term for reason in pick.reasons} <= set(TERMS)


def test_a_series_is_named_before_anything_else(model: Model) -> None:
    first = similar_films(model, SAGA, top_n=1)[0]
    assert first.because == "The same series"


def test_a_bridge_leans_on_both_films(model: Model) -> None:
    picks = bridge_films(model, HEAT, SPIRITED, top_n=4)
    assert not {HEAT, SPIRITED} & {pick.tconst for pick in picks}
    for pick in picks:
        assert sum(reason.contribution for reason in pick.reasons) == pytest.approx(pick.score)
    again = bridge_films(model, SPIRITED, HEAT, top_n=4)
    assert [pick.tconst for pick in again] == [pick.tconst for pick in picks]


def test_the_heatmap_is_a_likeness(model: Model) -> None:
    rows = np.arange(model.n_films)
    alike = similarity(model, rows, rows)
    for values in (alike.people, alike.genre, alike.blended):
        assert values.shape == (model.n_films, model.n_films)
        assert values.min() >= 0.0
        assert values.max() <= 1.0
        np.testing.assert_allclose(values, values.T, atol=1e-6)
        np.testing.assert_allclose(np.diag(values), 1.0, atol=1e-5)
    some = similarity(model, rows[:2], rows[3:6])
    np.testing.assert_allclose(some.blended, alike.blended[:2, 3:6], atol=1e-6)


def test_what_two_films_share_is_named(model: Model) -> None:
    shared = shared_features(model, SAGA, SAGA_TWO)
    assert set(shared.people) == {"Hamill", "Ford"}
    assert shared.genres == ("Adventure", "Sci-Fi")
    nothing = shared_features(model, HEAT, PONYO)
    assert (nothing.people, nothing.genres) == ((), ())


def test_films_that_are_shown_already_make_room_for_the_next(model: Model) -> None:
    first, second, *others = [pick.tconst for pick in similar_films(model, HEAT, top_n=5)]
    left = [pick.tconst for pick in similar_films(model, HEAT, top_n=3, without={first, second})]
    assert left == others


def test_unknown_films_are_named(model: Model) -> None:
    for call in (
        lambda: similar_films(model, "tt9999999"),
        lambda: bridge_films(model, HEAT, "tt9999999"),
        lambda: shared_features(model, "tt9999999", HEAT),
    ):
        with pytest.raises(UnknownFilm, match="tt9999999"):
            call()
