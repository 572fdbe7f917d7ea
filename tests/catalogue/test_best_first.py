"""Looking at the best known films first gives the page that weighing all of them gives."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue import Catalogue, Filters, best_first, build_catalogue
from recommender.catalogue.rows import COLUMNS

from .conftest import film

TITLES = ("Heat", "The Heat", "Heath", "Spider Man", "Spider-Man", "Cold", "Man on Heat", "Ma")
QUERIES = (
    *("h", "he", "heat", "heath", "ma", "man", "s", "spider", "spiderman", "spider-man", "col"),
    *("ann", "1991", "199", "drama", "crime", "the", "haet"),
)
NAMES = ("Ann Heat", "Heath Cole", "Man Ray", "Ma Spi", "Cole Spider")


@pytest.fixture(autouse=True, scope="module")
def nothing_is_few() -> Iterator[None]:
    """Look at films band by band even where only some are found."""
    with mock.patch.object(best_first, "FEW", 0):
        yield


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return forty films of few titles and names, from unknown to famous."""
    folder = tmp_path_factory.mktemp("crowd")
    with (folder / "films.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for number in range(1, 41):
            facts = {
                "numVotes": str(int(2_000_000 / 1.5**number)),
                "startYear": str(1990 + number % 7),
                "genres": ("Drama", "Crime", "Drama|Crime")[number % 3],
                "directors": NAMES[number % 5],
                "cast": "|".join(NAMES[(number * n) % 5] for n in (2, 3, 4, 6)),
            }
            writer.writerow(film(number, TITLES[number * 7 % 8], **facts))
    build_catalogue(folder / "films.csv", folder / "catalogue.db")
    return Catalogue(folder / "catalogue.db")


def found(catalogue: Catalogue, query: str, **asked: object) -> tuple[list[str], int]:
    page = catalogue.search(query, **asked)  # type: ignore[arg-type]
    return [f.tconst for f in page.films], page.total


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(QUERIES),
        min_size=1,
        max_size=2,
    ),
    filters=st.sampled_from([Filters(), Filters(genres=("Crime",)), Filters(year_from=1993)]),
    limit=st.sampled_from([1, 3, 40]),
    offset=st.sampled_from([0, 2, 30]),
)
def test_the_page_is_that_of_all_films(
    crowd: Catalogue, words: list[str], filters: Filters, limit: int, offset: int
) -> None:
    asked = {"filters": filters, "limit": limit, "offset": offset}
    with mock.patch.object(best_first, "FEW", 1_000):
        whole = found(crowd, " ".join(words), **asked)
    with mock.patch.object(best_first, "FIRST_BAND", 2):
        assert found(crowd, " ".join(words), **asked) == whole


def test_an_unknown_film_whose_title_is_the_query_is_first(
    open_world: Callable[..., Catalogue],
) -> None:
    famous = [film(n, f"Alien {n}", numVotes=str(900_000 - n)) for n in range(1, 9)]
    catalogue = open_world(*famous, film(9, "Alien", numVotes="7"))
    with mock.patch.object(best_first, "FIRST_BAND", 2):
        page = catalogue.search("alien", limit=2)
    assert [f.primary_title for f in page.films] == ["Alien", "Alien 1"]


def test_a_page_is_found_among_the_best_known(crowd: Catalogue) -> None:
    with (
        mock.patch.object(best_first, "FIRST_BAND", 30),
        mock.patch.object(best_first, "_fame_from", wraps=best_first._fame_from) as asked,
    ):
        crowd.search("h", limit=1)
    assert asked.call_count == 1
