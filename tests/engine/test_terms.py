"""The registry of terms: one record adds a term to scores, reasons, charts and evaluation."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pandas as pd
import pytest

from recommender.engine import TERMS, Dials, Model, Term, TermWeight, fit_model, recommend, terms
from recommender.engine.evaluation import evaluate
from recommender.engine.evaluation.cases import read_ratings
from recommender.engine.evaluation.splits import build_splits
from recommender.engine.evaluation.term_regression import TrainingConfig
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.weights import load_weights
from recommender.entities import Profile
from recommender.service import build_contribution_table
from tests.engine.conftest import FILMS, Tables

HEAT, THIEF = "tt0000001", "tt0000003"


def of_even_id(model: Model, profile: ProfileRows) -> np.ndarray:
    return np.array([int(model.tconst(row)[2:]) % 2 == 0 for row in range(model.n_films)], "f4")


def even_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> np.ndarray:
    return np.ones((len(rows), len(films)), np.float32)


# The whole of what adding a term takes.
TOY = Term(
    name="toy",
    label="Even number",
    group="Toys",
    function=of_even_id,
    default_weight=TermWeight(weight=9.0),
    likes=even_likes,
    reason=lambda facts: [f"An even number, as of {facts.likes[0]}"],
    prominence=99.0,
)


def test_one_record_adds_a_term_to_score_reasons_and_chart(model: Model) -> None:
    before = {each.tconst: each for each in recommend(model, Profile(likes=(HEAT,)))}
    with mock.patch.dict(TERMS):
        terms.register(TOY)
        after = recommend(model, Profile(likes=(HEAT,)), dials=Dials(diversity=0.0))
        even = [each for each in after if int(each.tconst[2:]) % 2 == 0]
        assert 0 < len(even) < len(after)
        for each in after:
            (reason,) = (reason for reason in each.reasons if reason.term == "toy")
            added = 9.0 if each in even else 0.0
            assert each.score == pytest.approx(before[each.tconst].score + added, abs=1e-4)
            assert reason.contribution == added
            bars = build_contribution_table(each.reasons).set_index("label")["contribution"]
            assert bars.get("Toys", 0.0) == added
        assert even[0].because == "An even number, as of Heat"
        assert next(r for r in even[0].reasons if r.term == "toy").liked == (HEAT,)


@pytest.fixture(scope="module")
def ratings() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirty people who like films of even number, whatever else these are."""
    rng = np.random.default_rng(4)
    rows = [
        (person, int(film), 5.0, turn)
        for person in range(30)
        for turn, film in enumerate(rng.permutation(np.arange(2, 62, 2))[:14])
    ]
    rated = pd.DataFrame(rows, columns=["userId", "movieId", "rating", "timestamp"])
    return rated, pd.DataFrame({"movieId": range(1, 62), "imdbId": range(1, 62)})


@pytest.fixture(scope="module")
def sixty() -> Tables:
    """Sixty films of one kind."""
    films = pd.DataFrame(
        {
            "tconst": [f"tt{number:07d}" for number in range(1, 62)],
            "primaryTitle": [f"Film {number}" for number in range(1, 62)],
            "startYear": 2000,
            "genres": "Drama",
            "averageRating": 7.0,
            "numVotes": 1000,
        }
    )
    credited = pd.DataFrame(
        {
            "tconst": films["tconst"],
            "person_id": films["tconst"],
            "name": "Anyone",
            "category": "director",
            "ordering": 1,
        }
    )
    return films, credited


def test_evaluate_trains_and_uses_a_new_term(
    sixty: Tables, ratings: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    name = "marquee, no embedding"
    plain = evaluate(*sixty, *ratings, systems=[name], reference=name)
    with mock.patch.dict(TERMS):
        terms.register(TOY)
        added = evaluate(*sixty, *ratings, systems=[name], reference=name)
        model = fit_model(*sixty)
        split = build_splits(model, read_ratings(model, *ratings), "folds", 0)[0][0]
        learned = split.fit(TrainingConfig(dimensions=0)).learned
        assert learned.terms["toy"].weight > 1.0
    gained = added.table["ndcg@10"] - plain.table["ndcg@10"]
    assert float(gained[name]) > 0.1


def test_a_name_is_taken_once() -> None:
    with mock.patch.dict(TERMS), pytest.raises(ValueError, match="director"):
        terms.register(TERMS["director"])


def test_every_term_is_complete() -> None:
    for term in TERMS.values():
        assert term.label
        assert not term.reported_as or term.reported_as in TERMS
        assert not term.yields_to or TERMS[term.yields_to].likes
        assert not term.dial or hasattr(Dials(), term.dial)
        # A reason points to likes, so it has words for them.
        assert term.likes is None or term.reason is not None
    assert set(load_weights().terms) == set(terms.learned_terms())


def test_a_hidden_film_and_less_like_this_are_terms_too(model: Model) -> None:
    profile = Profile(likes=(HEAT,), hidden=(FILMS[3][0],), less=(THIEF,))
    shown = {reason.term for each in recommend(model, profile) for reason in each.reasons}
    assert {"hidden", "less"} <= shown
    plain = recommend(model, Profile(likes=(HEAT,)))
    assert not {"hidden", "less"} & {reason.term for each in plain for reason in each.reasons}
