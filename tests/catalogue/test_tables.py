"""Tests of the data frames for the engine."""

from __future__ import annotations

from pathlib import Path

from recommender.catalogue import Catalogue, CatalogueTables, build_catalogue

from .conftest import Row, WriteFilms, film


def read(write_films: WriteFilms, folder: Path, *rows: Row) -> CatalogueTables:
    """Build a catalogue of these films and return its tables."""
    build_catalogue(write_films(*rows), folder / "catalogue.db")
    with Catalogue(folder / "catalogue.db") as catalogue:
        return catalogue.read_tables()


def test_roles_refer_to_films_and_people(write_films: WriteFilms, tmp_path: Path) -> None:
    rows = [
        film(1, "Heat", numVotes="10", directors="Mann", writers="Mann", cast="Pacino|Kilmer"),
        film(2, "Ronin", numVotes="99", directors="Frankenheimer", writers="", cast="Reno"),
    ]
    tables = read(write_films, tmp_path, *rows)
    told = [
        (
            tables.films["primaryTitle"][role["film"]],
            tables.people["name"][role["person"]],
            role["category"],
            role["ordering"],
        )
        for role in tables.roles.to_dict("records")
    ]
    assert told == [
        ("Ronin", "Reno", "cast", 1),
        ("Ronin", "Frankenheimer", "director", 1),
        ("Heat", "Pacino", "cast", 1),
        ("Heat", "Kilmer", "cast", 2),
        ("Heat", "Mann", "director", 1),
        ("Heat", "Mann", "writer", 1),
    ]
    named = tables.credits[["tconst", "name", "category", "ordering"]]
    assert list(named.itertuples(index=False, name=None)) == [
        ({"Ronin": "tt0000002", "Heat": "tt0000001"}[title], *rest) for title, *rest in told
    ]
    assert tables.credits["person_id"].tolist() == tables.credits["name"].tolist()


def test_film_without_people_has_no_roles(write_films: WriteFilms, tmp_path: Path) -> None:
    alone = film(1, "Alone", directors="", writers="", cast="")
    tables = read(write_films, tmp_path, alone)
    assert len(tables.films) == 1
    assert tables.roles.empty
    assert tables.credits.empty
