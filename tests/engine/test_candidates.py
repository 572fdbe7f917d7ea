"""Candidate selection in a generated large catalogue, compared with the full scan."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from recommender.engine import (
    Dials,
    ItemFilter,
    Model,
    bridge_films,
    candidates,
    explain_film,
    fit_model,
    recommend,
    similar,
    similar_films,
)
from recommender.entities import Profile

GENRES = ("Drama", "Comedy", "Horror", "Western", "Action", "Romance", "Crime", "Documentary")
COUNT = candidates.MAX_FULL_SCAN + 4_000


@pytest.fixture(scope="module")
def large() -> Model:
    """A catalogue of 24,000 films: votes follow a power law, most people have few films."""
    rng = np.random.default_rng(7)
    number = np.arange(COUNT)
    ids = [f"tt{each:07d}" for each in number]
    chosen = rng.integers(0, len(GENRES), (COUNT, 2))
    films = pd.DataFrame(
        {
            "tconst": ids,
            "primaryTitle": [f"Film {each}" for each in number],
            "startYear": rng.integers(1950, 2024, COUNT),
            "genres": ["|".join(sorted({GENRES[a], GENRES[b]})) for a, b in chosen],
            "averageRating": rng.integers(20, 90, COUNT) / 10,
            "numVotes": (10 ** rng.gamma(4.0, 0.55, COUNT)).astype(int),
        }
    )
    people = (COUNT * rng.random((COUNT, 3)) ** 2).astype(int)
    credited = pd.DataFrame(
        {
            "tconst": np.repeat(ids, 3),
            "person_id": people.ravel(),
            "name": [f"P{each}" for each in people.ravel()],
            "category": ["director", "writer", "cast"] * COUNT,
            "ordering": 1,
        }
    )
    return fit_model(films, credited)


def full_scan() -> AbstractContextManager[object]:
    return mock.patch.object(candidates, "MAX_FULL_SCAN", 10**9)


def profiles(model: Model, count: int) -> list[Profile]:
    """Likes of which some are well known and some are not."""
    rng = np.random.default_rng(3)
    share = np.sqrt(model.votes) / np.sqrt(model.votes).sum()
    found = []
    for turn in range(count):
        rows = rng.choice(model.n_films, (1, 5, 15)[turn % 3], replace=False, p=share)
        found.append(Profile(likes=tuple(model.tconst(int(row)) for row in rows)))
    return found


@pytest.mark.parametrize(
    ("dials", "filters", "least"),
    [
        (Dials(), ItemFilter(), 0.99),
        (Dials(hidden_gems=1.0), ItemFilter(), 0.95),
        (Dials(newness=0.0, diversity=1.0), ItemFilter(), 0.97),
        (Dials(), ItemFilter(genres=("Western",), year_from=2000), 0.97),
    ],
    ids=["neutral", "gems", "old and varied", "filtered"],
)
def test_two_stages_find_what_a_full_scan_finds(
    large: Model, dials: Dials, filters: ItemFilter, least: float
) -> None:
    shares = []
    for profile in profiles(large, 24):
        found = recommend(large, profile, dials=dials, filters=filters, with_reasons=False)
        with full_scan():
            wanted = recommend(large, profile, dials=dials, filters=filters, with_reasons=False)
        ids = {each.tconst for each in wanted}
        assert len(found) == len(wanted) == 24
        shares.append(len(ids & {each.tconst for each in found}) / len(ids))
    assert np.mean(shares) >= least


def test_a_candidate_scores_as_in_a_full_scan(large: Model) -> None:
    held, *others = profiles(large, 9)
    for profile in others:
        asked = Profile(likes=profile.likes, hidden=held.likes, less=others[0].likes[:1])
        found = {each.tconst: each for each in recommend(large, asked)}
        with full_scan():
            wanted = {each.tconst: each for each in recommend(large, asked)}
        both = found.keys() & wanted.keys()
        assert both
        for tconst in both:
            assert found[tconst].score == pytest.approx(wanted[tconst].score, abs=1e-3)
            assert {r.term for r in found[tconst].reasons} >= {"director", "genre", "popularity"}


def test_one_film_is_explained_as_in_a_full_scan(large: Model) -> None:
    for profile in profiles(large, 6):
        tconst = large.tconst(4_321)
        found = explain_film(large, profile, tconst)
        with full_scan():
            wanted = explain_film(large, profile, tconst)
        assert found.score == pytest.approx(wanted.score, abs=1e-3)
        assert found.match_percent == wanted.match_percent


def test_a_narrow_filter_leaves_no_empty_list(large: Model) -> None:
    (profile,) = profiles(large, 1)
    filters = ItemFilter(genres=("Western",), year_from=1951, year_to=1951)
    passing = int(filters.mask(large).sum())
    assert len(recommend(large, profile, top_n=9_999, filters=filters)) == passing > 24
    ids = (large.tconst(5), large.tconst(6))
    found = recommend(large, Profile(), filters=ItemFilter(only=ids))
    assert {each.tconst for each in found} == set(ids)


def test_without_likes_the_list_is_that_of_a_full_scan(large: Model) -> None:
    seen = Profile(seen=tuple(large.tconst(row) for row in range(3_000)))
    found = [each.tconst for each in recommend(large, seen)]
    with full_scan():
        assert found == [each.tconst for each in recommend(large, seen)]


def test_similar_films_and_bridges_are_those_of_a_full_scan(large: Model) -> None:
    def ask(a: str, b: str) -> list[set[str]]:
        lists = (similar_films(large, a), bridge_films(large, a, b))
        return [{each.tconst for each in found} for found in lists]

    shares = []
    for profile in profiles(large, 24)[1::3]:
        found = ask(*profile.likes[:2])
        with mock.patch.object(similar, "MAX_FULL_SCAN", 10**9):
            wanted = ask(*profile.likes[:2])
        shares += [len(a & b) / len(b) for a, b in zip(found, wanted, strict=True)]
    assert np.mean(shares) >= 0.95
