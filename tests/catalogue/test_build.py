"""Tests of the build: content, atomic replacement, errors."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue import Catalogue, Origin, build_catalogue
from recommender.errors import CatalogueError
from recommender.settings import PROJECT_DIR

from .conftest import WriteFilms, film


def rows_of(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "new" / "folder" / "catalogue.db"


def test_build_writes_films_people_credits_and_genres(
    write_films: WriteFilms, target: Path
) -> None:
    row = film(1, "Heat", genres="Crime|Drama", directors="Michael Mann", writers="Michael Mann")
    build_catalogue(write_films(row), target)
    assert rows_of(target, "SELECT tconst, primaryTitle FROM films") == [("tt0000001", "Heat")]
    genres = rows_of(target, "SELECT value FROM facets WHERE kind = 'genre' ORDER BY 1")
    assert genres == [("Crime",), ("Drama",)]
    credits = rows_of(
        target,
        "SELECT name, category, ordering FROM credits JOIN people USING (person)"
        " ORDER BY category, ordering",
    )
    assert credits == [
        ("First Actor", "cast", 1),
        ("Second Actor", "cast", 2),
        ("Third Actor", "cast", 3),
        ("Michael Mann", "director", 1),
        ("Michael Mann", "writer", 1),
    ]
    assert rows_of(target, "SELECT count(*) FROM people") == [(4,)]


def test_tables_are_strict_and_pass_the_integrity_check(
    write_films: WriteFilms, target: Path
) -> None:
    build_catalogue(write_films(film(1, "Heat")), target)
    tables = dict(rows_of(target, "SELECT name, strict FROM pragma_table_list"))
    names = ("meta", "films", "people", "credits", "words", "postings", "beginnings", "facets")
    assert [tables[name] for name in names] == [1] * 8
    assert rows_of(target, "PRAGMA integrity_check") == [("ok",)]
    assert rows_of(target, "PRAGMA foreign_key_check") == []


def test_build_progress_rises_from_zero_to_one(write_films: WriteFilms, target: Path) -> None:
    seen: list[tuple[float, str]] = []
    source = write_films(*(film(n, f"Film {n}") for n in range(1, 4_100)))
    build_catalogue(source, target, progress=lambda *p: seen.append(p))
    parts = [part for part, _ in seen]
    assert parts[0] == 0.0
    assert parts[-1] == 1.0
    assert parts == sorted(parts)
    assert len(set(parts)) >= 8
    assert all(text for _, text in seen)


def test_same_source_gives_the_same_content(write_films: WriteFilms, target: Path) -> None:
    rows = [film(n, f"Film {n}", cast=f"Actor {n}|B|C") for n in range(1, 30)]
    build_catalogue(write_films(*rows), target)
    first = rows_of(target, "SELECT * FROM credits JOIN people USING (person)")
    build_catalogue(write_films(*reversed(rows)), target)
    assert rows_of(target, "SELECT * FROM credits JOIN people USING (person)") == first


def test_invalid_source_keeps_the_old_catalogue(write_films: WriteFilms, target: Path) -> None:
    build_catalogue(write_films(film(1, "Heat")), target)
    with pytest.raises(CatalogueError, match="line 2"):
        build_catalogue(write_films(film(2, "Ronin", startYear="soon")), target)
    with Catalogue(target) as catalogue:
        assert catalogue.find_film("tt0000001") is not None
    assert [path.name for path in target.parent.iterdir()] == ["catalogue.db"]


def test_stale_temporary_files_are_removed_and_recent_ones_stay(
    write_films: WriteFilms, target: Path
) -> None:
    target.parent.mkdir(parents=True)
    old, young = (target.with_name(f"catalogue.db.tmp-{name}") for name in ("old", "young"))
    old.touch()
    young.touch()
    os.utime(old, (time.time() - 7_200,) * 2)
    build_catalogue(write_films(film(1, "Heat")), target)
    assert not old.exists()
    assert young.exists()


def test_two_processes_build_at_once_without_errors(write_films: WriteFilms, target: Path) -> None:
    source = write_films(*(film(n, f"Film {n}") for n in range(1, 2_000)))
    code = (
        "import sys; from pathlib import Path; from recommender.catalogue import build_catalogue;"
        "build_catalogue(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(source), str(target)]
    builds = [subprocess.Popen(command, cwd=PROJECT_DIR) for _ in range(2)]
    assert [build.wait(timeout=60) for build in builds] == [0, 0]
    with Catalogue(target) as catalogue:
        assert catalogue.count_films() == catalogue.search("film").total == 1_999
    assert [path.name for path in target.parent.iterdir()] == ["catalogue.db"]


def test_unwritable_folder_raises_a_plain_error(write_films: WriteFilms, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CatalogueError, match=r"cannot be written to .*MARQUEE_DATA_DIR"):
        build_catalogue(write_films(film(1, "Heat")), tmp_path / "file" / "catalogue.db")


def test_full_disk_raises_a_plain_error_and_keeps_the_old_catalogue(
    write_films: WriteFilms, target: Path
) -> None:
    resource = pytest.importorskip("resource", reason="limits of file size are Unix's")
    assert resource.RLIMIT_FSIZE is not None
    build_catalogue(write_films(film(1, "Heat")), target)
    source = write_films(*(film(n, f"Film {n}") for n in range(1, 3_000)))
    code = (
        "import resource, signal, sys; from pathlib import Path;"
        "from recommender.catalogue import build_catalogue;"
        "from recommender.errors import CatalogueError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try: build_catalogue(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except CatalogueError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(source), str(target)],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written" in done.stdout
    assert [path.name for path in target.parent.iterdir()] == ["catalogue.db"]
    with Catalogue(target) as catalogue:
        assert catalogue.count_films() == 1


def test_meta_holds_the_source_of_the_catalogue(write_films: WriteFilms, target: Path) -> None:
    source = write_films(film(1, "Heat"))
    build_catalogue(source, target)
    with Catalogue(target) as catalogue:
        meta = catalogue.meta()
    assert meta["origin"] == Origin.FILE
    assert meta["source"] == "films.csv"
    assert meta["source_path"] == str(source)
    assert (meta["films"], meta["people"]) == ("1", "5")


def test_file_of_the_repository_has_the_origin_bundled(bundled: Catalogue) -> None:
    assert bundled.meta()["origin"] == Origin.BUNDLED
