"""Tests of reading: films, tables, threads, and swaps under a reader."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue import Catalogue, Credit, build_catalogue
from recommender.entities import Film
from recommender.errors import CatalogueError

from .conftest import WriteFilms, film

OpenWorld = Callable[..., Catalogue]
FACTS: dict[str, Any] = {
    "tconst": "tt0000001",
    "primary_title": "Heat",
    "original_title": "Heat",
    "start_year": 1995,
    "runtime_min": 170,
    "genres": (),
    "average_rating": 8.0,
    "num_votes": 700_000,
}


def test_film_has_all_its_facts(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Heat", originalTitle="Heat!", genres="Crime|Drama"))
    assert catalogue.find_film("tt0000001") == Film(
        tconst="tt0000001",
        primary_title="Heat",
        original_title="Heat!",
        start_year=2000,
        runtime_min=100,
        genres=("Crime", "Drama"),
        average_rating=7.0,
        num_votes=99_999,
        directors=("Ann Director",),
        writers=("Will Writer",),
        cast=("First Actor", "Second Actor", "Third Actor"),
    )


def test_unknown_facts_are_none_or_empty(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Heat", runtimeMinutes="", writers="", genres=""))
    found = catalogue.find_film("tt0000001")
    assert found is not None
    assert (found.runtime_min, found.writers, found.genres) == (None, (), ())


@pytest.mark.parametrize("tconst", ["tt9999999", "", "\ud800", "'; DROP TABLE films", "\0"])
def test_unknown_id_returns_none(open_world: OpenWorld, tconst: str) -> None:
    catalogue = open_world(film(1, "Heat"))
    assert catalogue.find_film(tconst) is None
    assert catalogue.film_credits(tconst) == []


def test_listed_films_keep_the_order_without_unknown_ids(open_world: OpenWorld) -> None:
    catalogue = open_world(*(film(n, f"Film {n}") for n in (1, 2, 3)))
    asked = ["tt0000003", "tt9999999", "tt0000001", "tt0000003"]
    assert [f.tconst for f in catalogue.list_films(asked)] == [
        "tt0000003",
        "tt0000001",
        "tt0000003",
    ]
    assert catalogue.list_films([]) == []


def test_counts_cover_the_whole_catalogue(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "A", startYear="1931", genres="Crime|Thriller"),
        film(2, "B", startYear="2024", genres="Crime"),
    )
    assert catalogue.count_films() == 2
    assert catalogue.list_genres() == ["Crime", "Thriller"]
    assert catalogue.count_genres() == {"Crime": 2, "Thriller": 1}
    assert catalogue.year_range() == (1931, 2024)


def test_known_runtimes_are_counted(open_world: OpenWorld) -> None:
    lengths = ("100", "90", "100", "")
    catalogue = open_world(*(film(n, "A", runtimeMinutes=m) for n, m in enumerate(lengths, 1)))
    assert catalogue.count_runtimes() == {90: 1, 100: 2}


def test_popular_films_start_at_the_given_year(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "Old", startYear="1990", numVotes="900"),
        film(2, "New", startYear="2024", numVotes="500"),
        film(3, "Newer", startYear="2025", numVotes="700"),
    )
    assert [f.primary_title for f in catalogue.list_popular()] == ["Old", "Newer", "New"]
    assert [f.primary_title for f in catalogue.list_popular(since_year=2024)] == ["Newer", "New"]
    assert [f.primary_title for f in catalogue.list_popular(limit=1, offset=1)] == ["Newer"]


def test_credits_name_directors_writers_and_cast_in_billing_order(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Heat", cast="Z Last|A First|M Middle"))
    assert catalogue.film_credits("tt0000001") == [
        Credit("Ann Director", "Ann Director", "director", 1),
        Credit("Will Writer", "Will Writer", "writer", 1),
        Credit("Z Last", "Z Last", "cast", 1),
        Credit("A First", "A First", "cast", 2),
        Credit("M Middle", "M Middle", "cast", 3),
    ]


def test_tables_hold_all_films_in_a_stable_order(open_world: OpenWorld) -> None:
    rows = [
        film(2, "Second", numVotes="5", runtimeMinutes=""),
        film(1, "First", numVotes="9", genres="Crime|Drama"),
    ]
    tables = open_world(*rows).read_tables()
    assert tables.films["tconst"].tolist() == ["tt0000001", "tt0000002"]
    assert tables.films["genres"].tolist() == ["Crime|Drama", "Drama"]
    assert tables.films["runtimeMinutes"].dtype == "float64"
    assert tables.films["runtimeMinutes"].isna().tolist() == [False, True]
    assert tables.credits.columns.tolist() == [
        "tconst",
        "person_id",
        "name",
        "category",
        "ordering",
    ]
    assert len(tables.credits) == 10
    again = open_world(*reversed(rows)).read_tables()
    assert again.films.equals(tables.films)
    assert again.credits.equals(tables.credits)


def test_fingerprint_changes_with_the_content(open_world: OpenWorld) -> None:
    first = open_world(film(1, "Heat")).fingerprint
    assert open_world(film(1, "Heat")).fingerprint == first
    assert open_world(film(1, "Heat", averageRating="7.1")).fingerprint != first


def test_swapped_file_is_read_at_the_next_call(
    open_world: OpenWorld, write_films: WriteFilms
) -> None:
    catalogue = open_world(film(1, "Heat"))
    assert catalogue.search("heat").total == 1
    build_catalogue(write_films(film(2, "Ronin")), catalogue.path)
    assert catalogue.find_film("tt0000001") is None
    assert catalogue.search("ronin").total == 1


def test_film_of_a_swapped_file_replaces_the_one_read_before(
    open_world: OpenWorld, write_films: WriteFilms
) -> None:
    catalogue = open_world(film(1, "Heat"))
    catalogue.search("heat")
    build_catalogue(write_films(film(1, "Ronin", startYear="1998")), catalogue.path)
    found = catalogue.find_film("tt0000001")
    assert found is not None
    assert found.label == "Ronin (1998)"
    assert catalogue.search("ronin").films == (found,)


def test_many_threads_read_while_files_are_swapped_in(
    open_world: OpenWorld, write_films: WriteFilms
) -> None:
    catalogue = open_world(*(film(n, f"Film {n}") for n in range(1, 100)))
    source = write_films(*(film(n, f"Film {n}") for n in range(1, 100)))
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert catalogue.search("film", limit=5).total == 99
                assert catalogue.find_film("tt0000042") is not None
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        build_catalogue(source, catalogue.path)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_missing_catalogue_raises_a_plain_error(tmp_path: Path) -> None:
    missing = Catalogue(tmp_path / "none.db")
    with missing, pytest.raises(CatalogueError, match=r"There is no catalogue at .*build"):
        missing.search("heat")


def test_damaged_catalogue_raises_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"no database" * 500)
    damaged = Catalogue(tmp_path / "bad.db")
    with damaged, pytest.raises(CatalogueError, match="cannot be read"):
        damaged.search("heat")


def test_closed_catalogue_raises_and_closes_twice(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Heat"))
    catalogue.search("heat")
    catalogue.close()
    catalogue.close()
    with pytest.raises(CatalogueError, match="was closed"):
        catalogue.search("heat")


def test_suggested_queries_find_films(bundled: Catalogue) -> None:
    suggestions = bundled.suggest(8)
    assert len(suggestions) == len(set(suggestions)) == 8
    for text in suggestions:
        page = bundled.search(text)
        assert page.total > 0, text
        assert page.corrected_to is None, text
    assert bundled.suggest(0) == []


def test_suggestions_work_for_a_tiny_catalogue(open_world: OpenWorld) -> None:
    assert "Heat" in open_world(film(1, "Heat")).suggest(8)
