"""Titles of a history match the right films: labelled cases, with known traps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.catalogue import Catalogue
from recommender.service.history_match import MatchResult, TitleQuery, match_films

MATCHED = [
    # title, year, what it is
    ("Crash", 1996, "tt0115964"),
    ("Crash", 2004, "tt0375679"),
    ("The Kid", 1921, "tt0012349"),
    ("The Kid", 2000, "tt0219854"),
    ("Solaris", 1972, "tt0069293"),
    ("Solyaris", 1972, "tt0069293"),
    ("Solaris", 2002, "tt0307479"),
    ("Nosferatu", 2024, "tt5040012"),
    ("Nosferatu", 1922, "tt0013442"),
    ("Nosferatu, eine Symphonie des Grauens", 1922, "tt0013442"),
    ("Titanic", 1997, "tt0120338"),
    ("Pinocchio", 1940, "tt0032910"),
    ("Pinocchio", 2022, "tt4593060"),
    ("Dracula", 1931, "tt0021814"),
    ("Dracula", 1958, "tt0051554"),
    ("Dracula", 1992, "tt0103874"),
    ("Bram Stoker's Dracula", 1992, "tt0103874"),
    ("Frozen", 2013, "tt2294629"),
    ("Frozen", 2010, "tt1323045"),
    ("The Illusionist", 2006, "tt0443543"),
    ("The Illusionist", 2010, "tt0775489"),
    ("L'illusionniste", 2010, "tt0775489"),
    ("It", 2017, "tt1396484"),
    ("I.T.", 2016, "tt2679552"),
    ("WALL-E", 2008, "tt0910970"),
    ("Spiderman", 2002, "tt0145487"),
    ("the godfather", 1972, "tt0068646"),
    ("The Shawshank Redemption", 1995, "tt0111161"),  # a rare title may be a year off
    ("Le fabuleux destin d\u2019Amelie Poulain", 2001, "tt0211915"),
]
ASKED = [
    # title, year, what is offered
    ("Crash", 2005, {"tt0375679"}),
    ("Nosferatu", 2023, {"tt5040012"}),  # another film, and not in the catalogue
    ("Titanic", 1996, {"tt0120338"}),  # a television film
    ("It", 2016, {"tt1396484", "tt2679552"}),
    ("Kid", 1921, {"tt0012349"}),
    ("Seven", 1995, {"tt0114369"}),
    ("Wanted", 2008, {"tt0493464", "tt1084972"}),  # two films, a year apart
    ("Star Wars: Episode IV - A New Hope", 1977, {"tt0076759"}),
    ("Birdman", 2014, {"tt2562232"}),
    ("Heat", None, {"tt0113277", "tt2404463"}),
    ("Solaris", None, {"tt0069293", "tt0307479"}),
]
NOT_FOUND = [
    ("Crash", 1974, "from 1996 and 2004, not from 1974"),
    ("The Kid", 2010, "not from 2010"),
    ("Titanic", 1953, "from 1997, not from 1953"),
    ("A Film That Was Never Made", 1999, "No film of this title"),
    ("???", 1999, "No film of this title"),
    ("", None, "No film of this title"),
]


@pytest.fixture(scope="module")
def catalogue(data_dir: Path) -> Iterator[Catalogue]:
    with Catalogue(data_dir / "catalogue.db") as opened:
        yield opened


def one(catalogue: Catalogue, *titles: str, year: int | None, **more: object) -> MatchResult:
    asked = TitleQuery(tconst=None, titles=titles, year=year)
    for name, value in more.items():
        object.__setattr__(asked, name, value)
    [match] = match_films(catalogue, [asked])
    return match


@pytest.mark.parametrize(("title", "year", "tconst"), MATCHED)
def test_certain_title_is_matched(catalogue: Catalogue, title: str, year: int, tconst: str) -> None:
    match = one(catalogue, title, year=year)
    assert match.film is not None, match
    assert match.film.tconst == tconst


@pytest.mark.parametrize(("title", "year", "offered"), ASKED)
def test_uncertain_title_is_ambiguous(
    catalogue: Catalogue, title: str, year: int | None, offered: set[str]
) -> None:
    match = one(catalogue, title, year=year)
    assert match.film is None
    assert {film.tconst for film in match.choices} == offered
    assert match.reason.endswith(".")


@pytest.mark.parametrize(("title", "year", "reason"), NOT_FOUND)
def test_unknown_title_is_not_found(
    catalogue: Catalogue, title: str, year: int | None, reason: str
) -> None:
    match = one(catalogue, title, year=year)
    assert match.film is None
    assert not match.choices
    assert reason in match.reason


def test_id_wins_over_the_title(catalogue: Catalogue) -> None:
    match = one(catalogue, "Alien", year=1979, tconst="tt0113277")
    assert match.film is not None
    assert match.film.primary_title == "Heat"


def test_unknown_id_is_not_replaced_by_its_title(catalogue: Catalogue) -> None:
    match = one(catalogue, "Heat", year=1995, tconst="tt9999999")
    assert (match.film, match.choices) == (None, ())
    assert match.reason == "It is not in this catalogue."


def test_series_is_not_searched_among_films(catalogue: Catalogue) -> None:
    match = one(catalogue, "Heat", year=1995, fault="It is a series, not a film.")
    assert (match.film, match.choices, match.reason) == (
        None,
        (),
        "It is a series, not a film.",
    )


def test_directors_decide_between_titles(catalogue: Catalogue) -> None:
    known = one(catalogue, "Nosferatu", year=2023, directors=("Robert Eggers",))
    assert known.film is not None
    other = one(catalogue, "Nosferatu", year=2024, directors=("Jane Doe",))
    assert other.film is None
    assert "another director" in other.reason
