"""Tests of the compile script: selection, repairs and output."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from recommender.settings import PROJECT_DIR

from .conftest import Row, WriteFilms, film

Compile = Callable[..., list[Row]]


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    folder = str(PROJECT_DIR / "data")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location(
            "compile_catalogue", PROJECT_DIR / "data" / "compile_catalogue.py"
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)
        sys.modules.pop("catalogue_repairs", None)


@pytest.fixture
def compiled(script: ModuleType, write_films: WriteFilms, tmp_path: Path) -> Compile:
    def run(*rows: Row) -> list[Row]:
        target = tmp_path / "out.csv.gz"
        script.main([str(write_films(*rows)), "-o", str(target)])
        with gzip.open(target, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return run


def test_same_source_compiles_to_the_same_bytes(
    script: ModuleType, write_films: WriteFilms, tmp_path: Path
) -> None:
    source = write_films(*(film(n, f"Film {n}") for n in range(1, 50)))
    first, second = tmp_path / "one.csv.gz", tmp_path / "other-name.csv.gz"
    script.main([str(source), "-o", str(first)])
    script.main([str(source), "-o", str(second)])
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[4:8] == b"\0\0\0\0"  # no time of day


@pytest.mark.parametrize(
    "fault",
    [
        {"runtimeMinutes": "12"},
        {"runtimeMinutes": "705"},
        {"runtimeMinutes": ""},
        {"genres": "News|TV Movie"},
        {"directors": ""},
        {"cast": "One|Two"},
        {"tconst": "tt0185906"},  # Band of Brothers, named as a series
    ],
)
def test_other_titles_than_feature_films_are_left_out(compiled: Compile, fault: Row) -> None:
    kept = compiled(film(1, "Heat"), film(2, "Fault", **fault))
    assert [row["primaryTitle"] for row in kept] == ["Heat"]


def test_best_known_film_of_a_title_and_year_stays(compiled: Compile) -> None:
    kept = compiled(film(1, "Heat", numVotes="5"), film(2, "HEAT!", numVotes="9"))
    assert [row["tconst"] for row in kept] == ["tt0000002"]


def test_genres_are_those_of_imdb_in_order(compiled: Compile) -> None:
    [row] = compiled(film(1, "Heat", genres="TV Movie|Thriller|Crime|Action|Drama"))
    assert row["genres"] == "Action|Crime|Thriller"


def test_each_person_has_one_spelling(compiled: Compile) -> None:
    kept = compiled(
        film(1, "A", directors="Milos Forman", cast="Charlie Chaplin|B|C|B"),
        film(2, "B", directors="Miloš Forman"),
        film(3, "C", directors="Miloš Forman"),
    )
    assert {row["directors"] for row in kept} == {"Miloš Forman"}
    assert kept[0]["cast"] == "Charles Chaplin|B|C"


def test_manual_repairs_are_applied(compiled: Compile) -> None:
    [row] = compiled(film(1, "Crumb", tconst="tt0109508", directors="Sven Methling"))
    assert row["directors"] == "Terry Zwigoff"


def test_source_without_required_columns_is_refused(script: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("tconst,title\n")
    with pytest.raises(SystemExit, match="lacks these columns"):
        script.main([str(source), "-o", str(tmp_path / "out.csv.gz")])
