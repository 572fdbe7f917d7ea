"""Tests of film files: valid content, and errors with file and line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from recommender.catalogue.rows import COLUMNS, FilmRow, Person, read_rows
from recommender.errors import CatalogueError

from .conftest import WriteFilms, film


def films_in(path: Path) -> list[FilmRow]:
    return [row for _, row in read_rows(path)]


@pytest.mark.parametrize("name", ["films.csv", "films.csv.gz"])
def test_row_becomes_a_film(write_films: WriteFilms, name: str) -> None:
    row = film(1, "Heat", startYear="1995", cast="Al Pacino| Robert De Niro |Al Pacino||")
    [found] = films_in(write_films(row, name=name))
    assert (found.tconst, found.primary_title, found.start_year) == ("tt0000001", "Heat", 1995)
    assert [person.name for person in found.cast] == ["Al Pacino", "Robert De Niro"]
    assert found.directors == (Person(person_id="Ann Director", name="Ann Director"),)


def test_gzip_is_detected_by_content(write_films: WriteFilms) -> None:
    path = write_films(film(1, "Heat"), name="films.csv.gz")
    assert films_in(path.rename(path.with_name("films.csv")))[0].primary_title == "Heat"


@pytest.mark.parametrize("nothing", ["", "\\N"])
def test_optional_values_may_be_unknown(write_films: WriteFilms, nothing: str) -> None:
    row = film(1, "Heat", runtimeMinutes=nothing, genres=nothing, writers=nothing, cast=nothing)
    [found] = films_in(write_films(row | {"originalTitle": ""}))
    assert (found.runtime_min, found.genres, found.writers, found.cast) == (None, (), (), ())
    assert found.original_title == "Heat"


def test_extra_columns_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    row = film(1, "Heat") | {"tmdb_id": "949"}
    text = ",".join(row) + "\r\n" + ",".join(row.values()) + "\r\n"
    path = tmp_path / "films.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert films_in(path)[0].primary_title == "Heat"


@pytest.mark.parametrize(
    ("column", "value", "complaint"),
    [
        ("tconst", "0000002", "tconst is '0000002'"),
        ("tconst", "tt12", "tconst is 'tt12'"),
        ("tconst", "tt٠١٢٣٤٥٦٧", "tconst is"),  # noqa: RUF001
        ("tconst", "tt0000001", "tt0000001 is there twice, first in line 2"),
        ("primaryTitle", " ", "there is no primaryTitle"),
        ("startYear", "MCMXCV", "startYear is 'MCMXCV'"),
        ("startYear", "1066", "startYear is '1066'"),
        ("startYear", "9" * 5_000, "startYear is '999"),
        ("runtimeMinutes", "2h", "runtimeMinutes is '2h'"),
        ("runtimeMinutes", "0", "runtimeMinutes is '0'"),
        ("averageRating", "nan", "averageRating is 'nan'"),
        ("averageRating", "10.1", "averageRating is '10.1'"),
        ("numVotes", "-1", "numVotes is '-1'"),
        ("numVotes", "1,000", "numVotes is '1,000'"),
    ],
)
def test_invalid_value_is_named_with_file_and_line(
    write_films: WriteFilms, column: str, value: str, complaint: str
) -> None:
    path = write_films(film(1, "Heat"), film(2, "Ronin", **{column: value}), film(3, "Alien"))
    with pytest.raises(CatalogueError) as caught:
        films_in(path)
    assert str(caught.value).startswith("films.csv, line 3: ")
    assert complaint in str(caught.value)
    assert len(str(caught.value)) < 300


def test_short_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text(",".join(COLUMNS) + "\ntt0000001,Heat\n")
    with pytest.raises(CatalogueError, match=r"films.csv, line 2: fewer fields than the header"):
        films_in(path)


def test_missing_columns_are_named(write_films: WriteFilms) -> None:
    path = write_films(film(1, "Heat"), columns=COLUMNS[:-2])
    with pytest.raises(CatalogueError, match="lacks these columns: writers, cast"):
        films_in(path)


@pytest.mark.parametrize("content", [b"", b",".join(map(str.encode, COLUMNS)) + b"\n"])
def test_file_without_films_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"lacks these columns|holds no films"):
        films_in(path)


def test_damaged_gzip_file_is_named(write_films: WriteFilms) -> None:
    path = write_films(*(film(n, f"Film {n}") for n in range(1, 500)), name="films.csv.gz")
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:40] + b"\0" * 40 + whole[80:]):
        path.write_bytes(damaged)
        with pytest.raises(CatalogueError, match=r"films\.csv\.gz|films.csv.gz, line"):
            films_in(path)


def test_file_in_another_encoding_is_named(tmp_path: Path, write_films: WriteFilms) -> None:
    path = tmp_path / "latin.csv.gz"
    text = write_films(film(1, "Amélie")).read_text(encoding="utf-8")
    path.write_bytes(gzip.compress(text.encode("latin-1")))
    with pytest.raises(CatalogueError, match="not in UTF-8"):
        films_in(path)


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read: no such file"):
        films_in(tmp_path / "none.csv")
    with pytest.raises(CatalogueError, match="cannot be read: is a directory"):
        films_in(tmp_path)


def test_read_progress_rises_to_one(write_films: WriteFilms) -> None:
    path = write_films(*(film(n, f"Film {n}") for n in range(1, 3_000)), name="films.csv.gz")
    parts = [part for part, _ in read_rows(path)]
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert len(set(parts)) > 2
