"""Which films are found to be one series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recommender.engine import Model, rank_films
from recommender.engine.franchises import SERIES_FILE, find_franchises, load_series
from recommender.entities import Profile


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alien", "Alien: Covenant"),
        ("The Godfather", "The Godfather Part II"),
        ("Star Wars", "Rogue One: A Star Wars Story"),
        ("Harry Potter and the Goblet of Fire", "Harry Potter and the Half-Blood Prince"),
        ("Mission: Impossible", "Mission: Impossible - Fallout"),
        ("Mad Max", "Mad Max Beyond Thunderdome"),
        ("Amélie", "Amelie 2"),
    ],
)
def test_sequels_with_a_shared_person_are_one_series(one: str, other: str) -> None:
    series = find_franchises([one, other], [[1, 2], [2, 3]])
    assert series[0] == series[1]


def test_namesakes_without_a_shared_person_are_none() -> None:
    assert find_franchises(["Heat", "Heat"], [[1], [2]]).tolist() == [0, 1]


def test_one_word_at_the_start_asks_for_three_shared_people() -> None:
    titles = ["Shrek", "Shrek the Third"]
    assert find_franchises(titles, [[1, 2], [1, 2]]).tolist() == [0, 1]
    assert find_franchises(titles, [[1, 2, 3], [1, 2, 3]]).tolist() == [0, 0]


def test_a_series_is_joined_through_its_middle_film() -> None:
    titles = ["Rocky", "Rocky II", "Rocky III", "Amadeus", ""]
    people = [[1], [1, 2], [2], [1], []]
    assert find_franchises(titles, people).tolist() == [0, 0, 0, 3, 4]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alien", "Aliens"),
        ("Alien", "Alien³"),
        ("The Ring", "The Ring Two"),
        ("Ocean's Eleven", "Ocean's Twelve"),
        ("Monty Python and the Holy Grail", "Monty Python's Life of Brian"),
    ],
)
def test_plurals_and_numbers_are_seen_through(one: str, other: str) -> None:
    assert find_franchises([one, other], [[1], [1]]).tolist() == [0, 0]
    assert find_franchises([one, other], [[1], [2]]).tolist() == [0, 1]


def test_a_short_word_and_a_double_s_are_no_plurals() -> None:
    titles = ["Bas", "Ba", "Princess", "Princes"]
    assert find_franchises(titles, [[1]] * 4).tolist() == [0, 1, 2, 3]


def test_known_series_join_films_that_share_nothing() -> None:
    titles, people = ["Goldfinger", "Heat", "Skyfall"], [[1], [2], [3]]
    assert find_franchises(titles, people, ["Bond", None, "Bond"]).tolist() == [0, 1, 0]


def test_every_listed_film_is_the_bundled_film_of_that_title_and_year(
    films: pd.DataFrame,
) -> None:
    listed = pd.read_csv(SERIES_FILE)
    found = listed.merge(films, on="tconst", how="left")
    assert listed["tconst"].is_unique
    assert listed.groupby("series").size().min() >= 2
    assert found["primaryTitle"].tolist() == listed["title"].tolist()
    assert found["startYear"].tolist() == listed["year"].tolist()


def test_series_of_the_bundled_films(bundled: Model) -> None:
    def series(*tconsts: str) -> int:
        return len(set(bundled.franchise[bundled.rows_of(tconsts)].tolist()))

    bond, marvel, aliens = ("tt0058150", "tt1074638"), ("tt0371746", "tt4154796"), "tt0090605"
    assert series(*bond) == series(*marvel) == series("tt0078748", aliens) == 1
    assert series(bond[0], marvel[0], aliens) == 3
    # A wrong join of titles would make one series of many.
    assert np.bincount(bundled.franchise).max() < 40


def test_a_list_for_a_bond_film_shows_two_more_of_it_among_twenty(bundled: Model) -> None:
    bond = {tconst for tconst, series in load_series().items() if series == "James Bond"}
    for likes in (("tt0058150",), ("tt0381061", "tt1074638")):
        picks = rank_films(bundled, Profile(likes=likes), top_n=20)
        assert sum(pick.tconst in bond for pick in picks) == 2
        assert any(pick.because.startswith("The same series as") for pick in picks)
