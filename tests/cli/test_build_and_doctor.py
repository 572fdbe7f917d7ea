from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recommender.cli import doctor
from recommender.settings import Settings, load_settings
from recommender.users import People

Run = Callable[..., Result]
HEADER = (
    "tconst,primaryTitle,originalTitle,startYear,runtimeMinutes,genres,averageRating,numVotes,"
    "directors,writers,cast\n"
)
FILMS = HEADER + "".join(
    f"tt000000{n},Film {n},Film {n},200{n},100,Drama,7.0,{n}000,Ann,Will,First|Second|Third\n"
    for n in range(1, 6)
)


def test_new_data_folder_is_built_with_progress_on_stderr(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = run("search", "heat 1995", "--json", "--limit", "1", folder=folder)
    assert json.loads(result.stdout)[0]["tconst"] == "tt0113277"
    assert "films" in result.stderr.lower()
    # A search needs neither model nor people.
    assert [path.name for path in folder.iterdir()] == ["catalogue.db"]
    assert run("search", "heat", folder=folder).stderr == ""


def test_build_reads_any_file_with_the_columns(run: Run, tmp_path: Path) -> None:
    source, folder = tmp_path / "mine.csv", tmp_path / "data"
    source.write_text(FILMS)
    built = run("build", "--catalogue", str(source), folder=folder)
    assert built.exit_code == 0
    assert "5 films" in built.stdout
    films = json.loads(run("search", "", "--json", folder=folder).stdout)
    assert [film["tconst"] for film in films] == [f"tt000000{n}" for n in (5, 4, 3, 2, 1)]
    assert run("doctor", folder=folder).exit_code == 0
    picks = json.loads(run("recommend", "tt0000001", "--json", folder=folder).stdout)
    assert {pick["tconst"] for pick in picks} == {f"tt000000{n}" for n in (2, 3, 4, 5)}


def test_invalid_row_is_named_with_its_line_and_changes_nothing(
    run: Run, own_dir: Path, tmp_path: Path
) -> None:
    source = tmp_path / "mine.csv"
    source.write_text(FILMS.replace("2003", "MMIII"))
    result = run("build", "--catalogue", str(source), folder=own_dir)
    assert result.exit_code == 2
    assert "mine.csv, line 4" in result.stderr
    assert run("film", "tt0113277", folder=own_dir).exit_code == 0


def test_missing_catalogue_file_exits_2(run: Run, tmp_path: Path) -> None:
    result = run("build", "--catalogue", str(tmp_path / "none.csv"), folder=tmp_path)
    assert result.exit_code == 2
    assert "none.csv" in result.stderr


def test_data_folder_that_cannot_be_created_exits_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("search", "heat", folder=tmp_path / "file" / "data")
    assert result.exit_code == 1
    assert "MARQUEE_DATA_DIR" in result.stderr


def test_doctor_reports_that_everything_works(run: Run, own_dir: Path) -> None:
    result = run("doctor", folder=own_dir)
    assert result.exit_code == 0
    for line in ("Python", "streamlit", "SQLite", str(own_dir), "9,800 films", "none yet"):
        assert line in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= max(100, len(str(own_dir)) + 40)
    assert not (own_dir / "people.db").exists()
    People(own_dir / "people.db").close()
    assert "0 people" in run("doctor", folder=own_dir).stdout


def test_doctor_builds_nothing(run: Run, tmp_path: Path) -> None:
    result = run("doctor", folder=tmp_path / "new")
    assert result.exit_code == 0
    assert "not built yet" in result.stdout
    assert not (tmp_path / "new").exists()


def damage_catalogue(folder: Path) -> None:
    path = folder / "catalogue.db"
    data = bytearray(path.read_bytes())
    data[4096 * 40 : 4096 * 60] = b"\xff" * 4096 * 20
    path.write_bytes(data)


def outdate_catalogue(folder: Path) -> None:
    with sqlite3.connect(folder / "catalogue.db") as connection:
        connection.execute("UPDATE meta SET value = 'old' WHERE key = 'schema_version'")
    connection.close()


def damage_model(folder: Path) -> None:
    (folder / "model" / "model.json").write_text("{")


def delete_part_of_the_model(folder: Path) -> None:
    next((folder / "model").glob("edition-*/years.npy")).unlink()


def change_films(folder: Path) -> None:
    with sqlite3.connect(folder / "catalogue.db") as connection:
        connection.execute("UPDATE meta SET value = 'f00' WHERE key = 'source_sha256'")
    connection.close()


def damage_people(folder: Path) -> None:
    (folder / "people.db").write_bytes(b"not a database" * 1000)


@pytest.mark.parametrize(
    ("damage", "what", "advice"),
    [
        (damage_catalogue, "Catalogue", "build"),
        (outdate_catalogue, "Catalogue", "build"),
        (damage_model, "Model", "build"),
        (delete_part_of_the_model, "Model", "build"),
        (change_films, "Model", "build"),
        (damage_people, "User data", "restore"),
    ],
)
def test_doctor_names_broken_parts_and_advice(
    run: Run, own_dir: Path, damage: Callable[[Path], None], what: str, advice: str
) -> None:
    damage(own_dir)
    before = sorted(own_dir.rglob("*"))
    result = run("doctor", folder=own_dir)
    assert result.exit_code == 1
    assert f"Broken: {what}.\n" in result.stdout
    assert advice in result.stdout[result.stdout.index("->") :]
    assert sorted(own_dir.rglob("*")) == before


@pytest.mark.parametrize(
    "damage", [damage_catalogue, outdate_catalogue, damage_model, change_films]
)
def test_build_repairs_catalogue_and_model(
    run: Run, own_dir: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(own_dir)
    (tmp_path / "few.csv").write_text(FILMS)
    assert run("build", "--catalogue", str(tmp_path / "few.csv"), folder=own_dir).exit_code == 0
    assert run("doctor", folder=own_dir).exit_code == 0


def test_data_folder_that_is_a_file_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "file")})
    found = {finding.what: finding for finding in doctor.run_checks(settings)}
    assert found["Data folder"].broken
    assert not found["Bundled films"].broken


def test_missing_bundled_films_are_broken(data_dir: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=data_dir, catalogue_file=tmp_path / "films.csv.gz")
    found = {finding.what: finding for finding in doctor.run_checks(settings)}
    assert found["Bundled films"].broken
    assert not found["Catalogue"].broken


def test_versions_are_compared_with_the_requirements(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("click==0.1\nno-such-package==1.0\n")
    shutil.copy(Settings().catalogue_file, tmp_path)
    monkeypatch.setattr(doctor, "PROJECT_DIR", tmp_path)
    result = run("doctor")
    assert result.exit_code == 1
    assert re.search(r"! click +\S+, while requirements.txt asks for 0.1", result.stdout)
    assert re.search(r"! no-such-package +not installed", result.stdout)
    assert "pip install -r requirements.txt" in result.stdout
