"""Fixtures: a tiny catalogue, IMDb files, and the bundled catalogue."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recommender.catalogue import Catalogue, build_catalogue
from recommender.catalogue.rows import COLUMNS

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
def bundled(bundled_db: Path) -> Iterator[Catalogue]:
    with Catalogue(bundled_db) as catalogue:
        yield catalogue


IMDB_HEADERS = {
    "title.ratings": "tconst averageRating numVotes",
    "title.basics": "tconst titleType primaryTitle originalTitle isAdult startYear endYear "
    "runtimeMinutes genres",
    "title.crew": "tconst directors writers",
    "title.principals": "tconst ordering nconst category job characters",
    "name.basics": "nconst primaryName birthYear deathYear primaryProfession knownForTitles",
}
IMDB_ROWS = {
    "title.ratings": [
        "tt0000001 8.3 700000",
        "tt0000002 7.5 250000",
        "tt0000003 9.0 2000000",
        "tt12345678 6.1 40",
        "tt0000009 5.0 300",
    ],
    "title.basics": [
        "tt0000001 movie Heat Heat 0 1995 \\N 170 Action,Crime,Drama",
        "tt0000002 movie Collateral Collateral 0 2004 \\N 120 Crime,Thriller",
        "tt0000003 tvEpisode Ozymandias Ozymandias 0 2013 \\N 47 Drama",
        "tt12345678 tvMovie Amélie_à_Paris Amélie_à_Paris 0 2021 \\N \\N Comedy",
        "tt0000005 movie Unrated_Film Unrated_Film 0 1950 \\N 0 \\N",
        "tt0000006 movie Not_Made_Yet Not_Made_Yet 0 \\N \\N \\N Drama",
        "tt0000009 movie For_Adults For_Adults 1 1999 \\N 80 Adult",
    ],
    "title.crew": [
        "tt0000001 nm0000010 nm0000010,nm0000011",
        "tt0000002 nm0000010 \\N",
        "tt12345678 nm10000020 \\N",
        "tt0000005 \\N \\N",
    ],
    "title.principals": [
        "tt0000001 2 nm0000002 actor \\N [\"Neil\"]",
        "tt0000001 1 nm0000001 actor \\N [\"Vincent\"]",
        "tt0000001 3 nm0000010 director \\N \\N",
        "tt0000001 4 nm0000001 self \\N \\N",
        "tt0000002 1 nm0000003 actor \\N [\"Vincent\"]",
        "tt0000003 1 nm0000001 actor \\N \\N",
        "tt12345678 1 nm10000021 actress \\N \\N",
        "tt12345678 2 nm0009999 actor \\N \\N",
    ],
    "name.basics": [
        "nm0000001 Al_Pacino 1940 \\N actor tt0000001",
        "nm0000002 Robert_De_Niro 1943 \\N actor \\N",
        "nm0000003 Tom_Cruise 1962 \\N actor \\N",
        "nm0000010 Michael_Mann 1943 \\N director \\N",
        "nm0000011 Tom_Cruise \\N \\N writer \\N",
        "nm10000020 Zoë_|_Co 1980 \\N director \\N",
        "nm10000021 Audrey_T 1976 \\N actress \\N",
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def write_imdb() -> Callable[..., Path]:
    """Return a function that writes IMDb's five files; a row's spaces become tabs, ``_`` spaces.

    ``files`` gives other rows for some of them, or the whole of a file as bytes.
    """

    def write(folder: Path, **files: list[str] | bytes) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, header in IMDB_HEADERS.items():
            rows = files.get(name.replace(".", "_"), IMDB_ROWS[name])
            if isinstance(rows, list):
                lines = [header, *rows]
                text = "".join(line.replace(" ", "\t").replace("_", " ") + "\n" for line in lines)
                rows = gzip.compress(text.encode(), mtime=0)
            (folder / f"{name}.tsv.gz").write_bytes(rows)
        return folder

    return write
