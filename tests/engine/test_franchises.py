"""Which films are found to be one series."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.engine import Model, franchises, recommend
from recommender.engine.franchises import SERIES_FILE, load_series
from recommender.entities import Profile


def find_franchises(
    titles: Sequence[str],
    people: Sequence[Sequence[int]],
    known: Sequence[str | None] | None = None,
) -> np.ndarray:
    """Find series with the people of each film in a list."""
    held = np.zeros((len(titles), 1 + max((max(row, default=0) for row in people), default=0)))
    for film, row in enumerate(people):
        held[film, row] = 1.0
    return franchises.find_franchises(titles, csr_array(held), known)


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
        picks = recommend(bundled, Profile(likes=likes), top_n=20)
        assert sum(pick.tconst in bond for pick in picks) == 2
        assert any(pick.because.startswith("The same series as") for pick in picks)


WORDS = st.sampled_from(["alien", "aliens", "the", "ring", "ring:", "two", "3", "Ärger", ""])
FILMS = st.lists(
    st.tuples(
        st.lists(WORDS, max_size=4).map(" ".join),
        st.lists(st.integers(0, 5), unique=True, max_size=4),
    ),
    min_size=1,
    max_size=12,
)


def begins_with_stem_of(one: str, other: str) -> bool:
    """Say in the plainest way whether a title, or a subtitle of some words, begins so."""
    stem = franchises._title_parts(one)[0]
    return bool(stem) and any(
        franchises._singular(words[:length]) == stem
        for place, words in enumerate(franchises._title_parts(other))
        for length in range(2 if place == 2 else 1, len(words) + 1)
    )


@settings(max_examples=200, deadline=None)
@given(FILMS)
def test_series_are_those_found_by_looking_at_every_two_films(
    films: list[tuple[str, list[int]]],
) -> None:
    titles, people = [list(column) for column in zip(*films, strict=True)]
    stems = [franchises._title_parts(title)[0] for title in titles]
    series = list(range(len(films)))
    for stem in dict.fromkeys(filter(None, stems)):
        namesake = titles[stems.index(stem)]
        group = [
            row for row, title in enumerate(titles)
            if stems[row] == stem or begins_with_stem_of(namesake, title)
        ]  # fmt: skip
        for one, other in combinations(group, 2):
            whole = stems[one] == stem == stems[other]
            needed = 3 if len(stem) == 1 and not whole else 1
            if len(set(people[one]) & set(people[other])) >= needed:
                low, high = sorted((series[one], series[other]))
                series = [low if number == high else number for number in series]
    assert find_franchises(titles, people).tolist() == series


@pytest.mark.parametrize("batch", [1, 3, 1_000_000])
def test_series_are_the_same_for_any_batch_size(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(franchises, "BATCH_CREDITS", batch)
    titles = ["Rocky", "Alien", "Rocky II", "Alien 3", "Heat", "Rocky III"]
    people = [[1], [5], [1, 2], [5], [1], [2]]
    assert find_franchises(titles, people).tolist() == [0, 1, 0, 1, 4, 0]


def test_a_person_of_very_many_films_under_one_stem_joins_none() -> None:
    most = franchises.MAX_FILMS_OF_A_PERSON
    assert set(find_franchises(["News"] * most, [[1]] * most).tolist()) == {0}
    assert len(set(find_franchises(["News"] * (most + 1), [[1]] * (most + 1)).tolist())) > 1
