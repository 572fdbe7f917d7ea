"""Which films are found to be one series."""

from __future__ import annotations

import pytest

from recommender.engine.franchises import find_franchises


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
