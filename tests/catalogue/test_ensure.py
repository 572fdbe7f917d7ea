"""Tests of a start: keep, build, rebuild or upgrade the catalogue, or explain the failure."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue import (
    Catalogue,
    build_catalogue,
    ensure_catalogue,
    inspect_catalogue,
)
from recommender.errors import CatalogueError
from recommender.settings import Settings

from .conftest import WriteFilms, film

Settle = Callable[..., Settings]


@pytest.fixture
def settle(write_films: WriteFilms, tmp_path: Path) -> Settle:
    """Return a function that writes a bundled file of titles and returns settings for it."""

    def settings(*titles: str) -> Settings:
        rows = [film(number, title) for number, title in enumerate(titles, 1)]
        source = write_films(*rows, name="bundled.csv.gz")
        return Settings(data_dir=tmp_path / "data", catalogue_file=source)

    return settings


def titles_at(path: Path) -> list[str]:
    with Catalogue(path) as catalogue:
        return [found.primary_title for found in catalogue.search("").films]


def file_of(path: Path) -> tuple[int, int]:
    return path.stat().st_ino, path.stat().st_mtime_ns


def test_missing_catalogue_is_built_with_progress(settle: Settle) -> None:
    parts: list[float] = []
    path = ensure_catalogue(settle("Heat"), lambda part, _: parts.append(part))
    assert titles_at(path) == ["Heat"]
    assert parts[-1] == 1.0


@pytest.mark.parametrize("outdated", [False, True])
def test_catalogue_swapped_in_by_another_process_stays(
    settle: Settle, write_films: WriteFilms, tmp_path: Path, *, outdated: bool
) -> None:
    settings = settle("Heat")
    path, imported = settings.catalogue_db, tmp_path / "imported.db"
    build_catalogue(write_films(film(7, "Film of Mine"), name="own.csv"), imported)
    if outdated:
        build_catalogue(write_films(film(8, "Of Old"), name="old.csv"), path)
        make_older(path)

    def import_meanwhile(part: float, _what: str) -> None:
        if part >= 0.3 and imported.exists():
            imported.replace(path)

    assert titles_at(ensure_catalogue(settings, import_meanwhile)) == ["Film of Mine"]
    assert inspect_catalogue(path).healthy
    assert not list(path.parent.glob(f"{path.name}.tmp-*"))


def test_healthy_catalogue_is_kept(settle: Settle) -> None:
    settings = settle("Heat")
    before = file_of(ensure_catalogue(settings))
    parts: list[float] = []
    assert file_of(ensure_catalogue(settings, lambda part, _: parts.append(part))) == before
    assert parts == []


def test_newer_bundled_file_causes_a_rebuild(settle: Settle) -> None:
    ensure_catalogue(settle("Heat"))
    assert titles_at(ensure_catalogue(settle("Heat", "Ronin"))) == ["Heat", "Ronin"]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_a_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xaa" * 4096
    path.write_bytes(content)


def write_something_else(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 1_000)


def forget_meta(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE meta")


def change_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'schema_version'")


FAULTS = [empty, cut, spoil_a_page, write_something_else, forget_meta, change_version]


def make_older(path: Path, version: str = "1") -> None:
    """Turn a catalogue into one of the version before search looked films up in sets."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("postings", "beginnings", "facets"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("CREATE TABLE genres (genre TEXT, film INTEGER)")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [version])
        connection.execute("UPDATE meta SET value = 'imdb' WHERE key = 'origin'")


def test_import_of_an_older_version_is_upgraded(settle: Settle, write_films: WriteFilms) -> None:
    settings = settle("Heat")
    path = settings.catalogue_db
    build_catalogue(write_films(film(7, "Film of Mine"), name="own.csv"), path)
    make_older(path)
    with Catalogue(path) as catalogue:
        before = catalogue.fingerprint
    told: list[tuple[float, str]] = []
    ensure_catalogue(settings, lambda *progress: told.append(progress))
    parts = [part for part, _ in told]
    assert parts == sorted(parts)
    assert len(set(parts)) > 3
    assert {text for _, text in told} == {"Upgrading the catalogue"}
    with Catalogue(path) as catalogue:
        assert [f.primary_title for f in catalogue.search("film mine").films] == ["Film of Mine"]
        assert catalogue.meta()["origin"] == "imdb"
        assert catalogue.fingerprint == before  # so the model stays, too
    assert inspect_catalogue(path).healthy


def test_catalogue_that_cannot_be_upgraded_stays(settle: Settle, write_films: WriteFilms) -> None:
    settings = settle("Heat")
    path = settings.catalogue_db
    build_catalogue(write_films(film(7, "My Own"), name="own.csv"), path)
    make_older(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE credits")
    before = path.read_bytes()
    with pytest.raises(CatalogueError, match=r"cannot be upgraded .* imports it again"):
        ensure_catalogue(settings)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.tmp-*")) == []


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda fault: fault.__name__)
def test_unusable_catalogue_is_rebuilt(settle: Settle, spoil: Callable[[Path], None]) -> None:
    settings = settle("Heat")
    path = ensure_catalogue(settings)
    spoil(path)
    assert not inspect_catalogue(path).healthy
    assert inspect_catalogue(path).fault
    assert titles_at(ensure_catalogue(settings)) == ["Heat"]
    assert inspect_catalogue(path).healthy


def test_catalogue_of_an_own_file_survives_a_start(settle: Settle, write_films: WriteFilms) -> None:
    settings = settle("Heat")
    build_catalogue(write_films(film(7, "My Own"), name="own.csv"), settings.catalogue_db)
    before = file_of(settings.catalogue_db)
    assert file_of(ensure_catalogue(settings)) == before
    assert file_of(ensure_catalogue(settle("Heat", "Ronin"))) == before


def test_outdated_catalogue_of_an_own_file_is_rebuilt_from_it(
    settle: Settle, write_films: WriteFilms
) -> None:
    settings = settle("Heat")
    own = write_films(film(7, "My Own"), name="own.csv")
    build_catalogue(own, settings.catalogue_db)
    change_version(settings.catalogue_db)
    assert titles_at(ensure_catalogue(settings)) == ["My Own"]
    change_version(settings.catalogue_db)
    own.unlink()
    assert titles_at(ensure_catalogue(settings)) == ["My Own"]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"\x1f\x8bno")])
def test_healthy_catalogue_is_kept_when_the_bundled_file_is_invalid(
    settle: Settle, damage: Callable[[Path], object]
) -> None:
    settings = settle("Heat")
    ensure_catalogue(settings)
    damage(settings.catalogue_file)
    assert titles_at(ensure_catalogue(settings)) == ["Heat"]


def test_missing_catalogue_and_source_raise_a_plain_error(settle: Settle) -> None:
    settings = settle("Heat")
    settings.catalogue_file.unlink()
    with pytest.raises(CatalogueError, match=r"bundled\.csv\.gz cannot be read: no such file"):
        ensure_catalogue(settings)
    assert not settings.catalogue_db.exists()


def test_concurrent_threads_build_once(settle: Settle) -> None:
    settings = settle("Heat")
    starts: list[float] = []
    threads = [
        threading.Thread(
            target=ensure_catalogue, args=(settings, lambda part, _: starts.append(part))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert starts.count(1.0) == 1


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that are read from end to end, as they are."""
    looked: list[Path] = []
    real = sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if "quick_check" in sql:
                looked.append(Path(self.execute("PRAGMA database_list").fetchone()[2]))
            return super().execute(sql, *values)

    def connect(*given: Any, **named: Any) -> sqlite3.Connection:
        opened: sqlite3.Connection = real(*given, **{"factory": Connection} | named)
        return opened

    monkeypatch.setattr(sqlite3, "connect", connect)
    return looked


def test_file_is_fully_checked_once_and_after_a_change(
    settle: Settle, looked_at: list[Path], tmp_path: Path
) -> None:
    settings = settle("Heat")
    path = ensure_catalogue(settings)
    for _ in range(3):
        ensure_catalogue(settings)
    assert looked_at == [path]
    path.touch()
    ensure_catalogue(settings)
    assert looked_at == [path] * 2
    shutil.copy2(path, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(path)  # of the same size and age, but another file
    ensure_catalogue(settings)
    ensure_catalogue(settings)
    assert looked_at == [path] * 3


def test_full_inspection_reads_the_whole_file_each_time(
    settle: Settle, looked_at: list[Path]
) -> None:
    settings = settle("Heat")
    path = ensure_catalogue(settings)
    ensure_catalogue(settings)
    assert inspect_catalogue(path).healthy
    assert len(looked_at) == 2


def test_full_inspection_finds_damage_without_a_new_modification_time(settle: Settle) -> None:
    path = ensure_catalogue(settle("Heat"))
    ensure_catalogue(settle("Heat"))
    before = path.stat()
    spoil_a_page(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert inspect_catalogue(path, every_page=False).healthy
    assert not inspect_catalogue(path).healthy


@pytest.mark.parametrize("note", ["", "{", "[1, 2, 3]", "\ud800", "null"])
def test_invalid_note_is_ignored(settle: Settle, note: str, looked_at: list[Path]) -> None:
    path = ensure_catalogue(settle("Heat"))
    ensure_catalogue(settle("Heat"))
    path.with_name("catalogue.db.sound").write_bytes(note.encode("utf-8", "surrogatepass"))
    ensure_catalogue(settle("Heat"))
    assert len(looked_at) == 2


def test_read_only_folder_is_fully_checked_at_every_start(
    settle: Settle, looked_at: list[Path]
) -> None:
    settings = settle("Heat")
    path = ensure_catalogue(settings)
    path.with_name("catalogue.db.sound").mkdir()
    for _ in range(2):
        ensure_catalogue(settings)
    assert len(looked_at) == 2
    assert [held.name for held in path.parent.iterdir() if "tmp" in held.name] == []
