"""``backup``, ``restore`` and ``import-ratings`` from the shell."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recommender.cli.program import main
from recommender.entities import InteractionKind
from recommender.users import People, new_token

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path))
    return lambda *arguments, **options: CliRunner().invoke(main, list(arguments), **options)


def test_backup_is_written_and_restored(run: Run, tmp_path: Path) -> None:
    token = new_token()
    with_people = People(tmp_path / "people.db")
    user = with_people.open_guest(token).user_id
    with_people.set_interaction(user, "tt0113277", InteractionKind.LIKE, on=True)
    copy = str(tmp_path / "copy.db")
    made = run("backup", copy)
    assert made.exit_code == 0, made.output
    assert "Saved and checked" in made.output
    with_people.clear_interactions(user)
    assert run("restore", copy, input="n\n").exit_code != 0
    assert with_people.list_interactions(user) == []
    done = run("restore", copy, "--yes")
    assert done.exit_code == 0, done.output
    assert [row.tconst for row in with_people.list_interactions(user)] == ["tt0113277"]
    with_people.close()


def test_missing_backup_is_an_error(run: Run, tmp_path: Path) -> None:
    assert "no valid daily backup" in run("restore", "--yes").output
    assert "nothing to copy" in run("backup", str(tmp_path / "copy.db")).output


RATINGS = "userId,movieId,rating\n7,21,4.0\n7,22,5\n8,21,3.5\n"
LINKS = "movieId,imdbId\n21,0114709\n22,TT0068646\n"


@pytest.fixture
def import_files(data_dir: Path, tmp_path: Path) -> Callable[[str, str], Result]:
    """Return a function that imports ratings and links into a copy of the data folder."""
    folder = Path(shutil.copytree(data_dir, tmp_path / "data"))

    def run_import(ratings: str, links: str = LINKS) -> Result:
        (tmp_path / "r.csv").write_text(ratings)
        (tmp_path / "l.csv").write_text(links)
        files = [str(tmp_path / "r.csv"), "--links", str(tmp_path / "l.csv")]
        env = {"MARQUEE_DATA_DIR": str(folder)}
        return CliRunner().invoke(main, ["import-ratings", *files], env=env)

    return run_import


ImportFiles = Callable[[str, str], Result]


def imported_likes(tmp_path: Path) -> str:
    return gzip.decompress((tmp_path / "data" / "community.csv.gz").read_bytes()).decode()


def test_links_may_hold_ids_with_tt(import_files: ImportFiles, tmp_path: Path) -> None:
    result = import_files(RATINGS, LINKS)
    assert result.exit_code == 0, result.output
    assert "Kept 2 likes." in result.stdout
    assert imported_likes(tmp_path) == "person,tconst\n7,tt0114709\n7,tt0068646\n"


@pytest.mark.parametrize(
    ("ratings", "links", "place"),
    [
        (RATINGS + "9,21,4.5,9,9\n", LINKS, "r.csv, line 5: 5 cells, but the header has 3"),
        ("userId,movieId,rating\n7,21,4,1\n", LINKS, "r.csv, line 2: 4 cells"),
        ("userId,movieId,rating\n\n7,21,4,1\n7,22,4\n", LINKS, "r.csv, line 3: 4 cells"),
        (RATINGS + '9,21,"3,5"\n', LINKS, "r.csv, line 5: rating is '3,5', not a number"),
        (RATINGS + "9,21,inf\n", LINKS, "r.csv, line 5: rating is 'inf'"),
        (RATINGS + "\n\n9,Alien,4\n", LINKS, "r.csv, line 7: movieId is 'Alien'"),
        (RATINGS + "ann,21,4\n", LINKS, "r.csv, line 5: userId is 'ann'"),
        (RATINGS, LINKS + "23,\n", "l.csv, line 4: imdbId is ''"),
        (RATINGS, LINKS + "23,nm0000338\n", "l.csv, line 4: imdbId is 'nm0000338'"),
        (RATINGS, "movieId,tmdbId\n21,862\n", "l.csv: lacks the columns imdbId"),
    ],
)
def test_invalid_cell_is_named_with_file_and_line(
    import_files: ImportFiles, tmp_path: Path, ratings: str, links: str, place: str
) -> None:
    assert import_files(RATINGS, LINKS).exit_code == 0
    before = imported_likes(tmp_path)
    result = import_files(ratings, links)
    assert result.exit_code == 2, result.output
    assert place in result.stderr
    assert imported_likes(tmp_path) == before


@pytest.mark.parametrize(
    "ratings",
    [
        "userId,movieId,rating\n",
        "userId,movieId,rating\n7,21,2.5\n",
        "userId,movieId,rating\n7,99,5\n",
    ],
)
def test_import_without_likes_keeps_the_earlier_import(
    import_files: ImportFiles, tmp_path: Path, ratings: str
) -> None:
    assert import_files(RATINGS, LINKS).exit_code == 0
    before = imported_likes(tmp_path)
    result = import_files(ratings, LINKS)
    assert result.exit_code == 1
    assert "None of the ratings is a like" in result.stderr
    assert imported_likes(tmp_path) == before
