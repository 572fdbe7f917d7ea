"""A tiny world of films, written as a source file, and the bundled catalogue built once."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recommender.catalogue import Catalogue, build_catalogue
from recommender.catalogue.rows import COLUMNS
from recommender.settings import Settings

Row = dict[str, str]
WriteFilms = Callable[..., Path]


def film(number: int, title: str, **facts: str) -> Row:
    """Return a row of a film file; what is not given is plain and valid."""
    return {
        "tconst": f"tt{number:07}",
        "primaryTitle": title,
        "originalTitle": title,
        "startYear": "2000",
        "runtimeMinutes": "100",
        "genres": "Drama",
        "averageRating": "7.0",
        "numVotes": str(100_000 - number),
        "directors": "Ann Director",
        "writers": "Will Writer",
        "cast": "First Actor|Second Actor|Third Actor",
    } | facts


@pytest.fixture
def write_films(tmp_path: Path) -> WriteFilms:
    """Return a function that writes rows to a CSV file, gzipped when its name says so."""

    def write(*rows: Row, name: str = "films.csv", columns: tuple[str, ...] = COLUMNS) -> Path:
        path = tmp_path / name
        opener = gzip.open if name.endswith(".gz") else open
        with opener(path, "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def open_world(write_films: WriteFilms, tmp_path: Path) -> Iterator[Callable[..., Catalogue]]:
    """Return a function that builds a catalogue of rows and opens it."""
    opened: list[Catalogue] = []

    def open_catalogue(*rows: Row) -> Catalogue:
        target = tmp_path / "world" / "catalogue.db"
        build_catalogue(write_films(*rows), target)
        opened.append(Catalogue(target))
        return opened[-1]

    yield open_catalogue
    for catalogue in opened:
        catalogue.close()


@pytest.fixture(scope="session")
def bundled_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("bundled") / "catalogue.db"
    build_catalogue(Settings().catalogue_file, target)
    return target


@pytest.fixture(scope="session")
def bundled(bundled_db: Path) -> Iterator[Catalogue]:
    with Catalogue(bundled_db) as catalogue:
        yield catalogue
