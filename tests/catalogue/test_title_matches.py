"""Tests of title matching."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue import Catalogue, Closeness
from recommender.catalogue.search import title_matches

WORDS, LETTERS, NO_ARTICLE, PART = Closeness


@pytest.fixture(scope="module")
def bundled(data_dir: Path) -> Iterator[Catalogue]:
    with Catalogue(data_dir / "catalogue.db") as catalogue:
        yield catalogue


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Crash", {("tt0375679", WORDS), ("tt0115964", WORDS)}),
        ("SOLYARIS", {("tt0069293", WORDS)}),
        ("leon", {("tt0110413", WORDS)}),
        ("WALL-E", {("tt0910970", WORDS)}),
        ("Alien 3", {("tt0103644", WORDS)}),
        ("Kid", {("tt0012349", NO_ARTICLE), ("tt0219854", NO_ARTICLE)}),
        ("Seven", {("tt0114369", NO_ARTICLE)}),
        ("Star Wars: Episode IV - A New Hope", {("tt0076759", PART)}),
        ("Birdman", {("tt2562232", PART)}),
        ("Godfathr", set()),
        ("", set()),
        ("???", set()),
        ("\ud800", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_title_matches_have_the_expected_closeness(
    bundled: Catalogue, title: str, found: set[tuple[str, Closeness]]
) -> None:
    [matches] = bundled.match_titles([(title,)])
    assert {(match.tconst, match.closeness) for match in matches} == found


def test_same_letters_in_other_words_are_less_close(bundled: Catalogue) -> None:
    [matches] = bundled.match_titles([("It",)])
    assert [(m.year, m.closeness) for m in matches] == [(2017, WORDS), (2016, LETTERS)]
    assert (2002, LETTERS) in {
        (m.year, m.closeness) for m in bundled.match_titles([("Spiderman",)])[0]
    }


def test_closest_of_two_titles_counts(bundled: Catalogue) -> None:
    [matches] = bundled.match_titles([("Der Pate", "The Godfather")])
    assert matches[0] == ("tt0068646", 1972, WORDS)
    assert bundled.match_titles([]) == []
    assert bundled.match_titles([(), ("Heat",)])[0] == ()


def test_every_film_is_found_by_its_own_titles(bundled: Catalogue) -> None:
    films = bundled.list_popular(limit=500)
    for place in (0, 1):
        asked = [(film.primary_title, film.original_title)[place] for film in films]
        for film, matches in zip(films, bundled.match_titles([(t,) for t in asked]), strict=True):
            assert (film.tconst, WORDS) in {(m.tconst, m.closeness) for m in matches}


@settings(max_examples=8)
@given(asked=st.lists(st.lists(st.text(max_size=20), max_size=3), max_size=4))
def test_any_titles_raise_no_error(bundled: Catalogue, asked: list[list[str]]) -> None:
    assert len(bundled.match_titles(asked)) == len(asked)


def test_title_lookup_uses_an_index(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "catalogue.db")) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {title_matches._MAY_BE_MEANT}", ["[]"] * 2)
        steps = [step for *_, step in plan]
    assert any("films_title" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN films")]
