from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recommender.cli.inputs import FileRefused
from recommender.cli.profile_files import read_profiles
from recommender.entities import Profile
from recommender.settings import PROJECT_DIR

Run = Callable[..., Result]
HEAT, GODFATHER, EMPIRE = "tt0113277", "tt0068646", "tt0080684"
STAR_WARS, JEDI = "tt0076759", "tt0086190"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write_file(content: str | bytes) -> Path:
        path = tmp_path / "in.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


Write = Callable[[str | bytes], Path]


def test_rows_are_oldest_first_and_profiles_newest_first(write: Write) -> None:
    path = write(
        "profile,tconst,kind\n"
        f"ann,{HEAT},like\nbob,{EMPIRE}\nann,{GODFATHER},\nann,{STAR_WARS},seen\nann,{JEDI},hide\n"
    )
    assert read_profiles(path) == {
        "ann": Profile(likes=(GODFATHER, HEAT), seen=(STAR_WARS,), hidden=(JEDI,)),
        "bob": Profile(likes=(EMPIRE,)),
    }


@pytest.mark.parametrize(
    "text",
    [
        f"a,{HEAT}\n",
        f"profile,tconst\na,{HEAT}\n",
        f"\ufeffprofile,tconst,kind\r\n\r\na,{HEAT},like\r\n",
        f"kind,tconst,profile,note\nlike,{HEAT},a,whatever\n",
    ],
)
def test_header_byte_order_mark_and_line_ends_may_vary(write: Write, text: str) -> None:
    assert read_profiles(write(text)) == {"a": Profile(likes=(HEAT,))}


def test_later_of_like_and_hide_counts(write: Write) -> None:
    rows = f"a,{HEAT},like\na,{EMPIRE},hide\na,{HEAT},hide\na,{EMPIRE},like\n"
    assert read_profiles(write(rows)) == {"a": Profile(likes=(EMPIRE,), hidden=(HEAT,))}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (f"a,{HEAT}\na,xx\n", "line 2: tconst is 'xx'"),
        (f"a,{HEAT}\nb\n", "line 2: the row should be"),
        (f"a,{HEAT}\n,{HEAT}\n", "line 2: the profile has no name"),
        (f"a,{HEAT},love\n", "line 1: kind is 'love'"),
        (f'a,{HEAT}\n"b,{HEAT}\n', "line"),
        (f"a,{HEAT}\n".encode() + b"\xff\xfe,x\n", "line 2: not UTF-8"),
        ("", "has no profiles"),
        ("profile,tconst\n", "has no profiles"),
    ],
)
def test_invalid_row_is_named_with_file_and_line(
    run: Run, write: Write, tmp_path: Path, content: str | bytes, place: str
) -> None:
    path = write(content)
    with pytest.raises(FileRefused):
        read_profiles(path)
    result = run("recommend", "--profiles", str(path), "--out", str(tmp_path / "out.csv"))
    assert result.exit_code == 2
    assert str(path) in result.stderr
    assert place in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]


def test_ranking_of_a_file_equals_ranking_of_one(run: Run, write: Write, tmp_path: Path) -> None:
    path = write(f"x,{STAR_WARS}\nx,{EMPIRE}\ny,{HEAT}\n")
    out = tmp_path / "out.csv"
    result = run("recommend", "--profiles", str(path), "--out", str(out), "--top", "15")
    assert result.exit_code == 0
    assert result.stdout == ""
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert rows[0] == ["profile", "rank", "tconst", "score"]
    assert [row[0] for row in rows[1:]] == ["x"] * 15 + ["y"] * 15
    assert [int(row[1]) for row in rows[1:]] == [*range(1, 16)] * 2
    picks = json.loads(run("recommend", STAR_WARS, EMPIRE, "--top", "15", "--json").stdout)
    assert [row[2] for row in rows[1:16]] == [pick["tconst"] for pick in picks]
    scores = [pick["score"] for pick in picks]
    assert [float(row[3]) for row in rows[1:16]] == pytest.approx(scores, abs=1e-4)


def test_seen_and_hidden_films_are_never_returned(run: Run, write: Write) -> None:
    likes = f"x,{STAR_WARS}\nx,{EMPIRE}\n"
    first = run("recommend", "--profiles", str(write(likes)), "--out", "-", "--top", "3")
    shown = [row["tconst"] for row in csv.DictReader(io.StringIO(first.stdout))]
    rows = f"{likes}x,{shown[0]},seen\nx,{shown[1]},hide\n"
    again = run("recommend", "--profiles", str(write(rows)), "--out", "-", "--top", "200")
    left = {row["tconst"] for row in csv.DictReader(io.StringIO(again.stdout))}
    assert len(left) == 200
    assert not left & {STAR_WARS, EMPIRE, shown[0], shown[1]}


def test_dash_reads_stdin_and_writes_stdout(run: Run) -> None:
    result = run("recommend", "--profiles", "-", "--out", "-", "--top", "2", stdin=f"a,{HEAT}\n")
    assert result.exit_code == 0
    assert [line.split(",")[:2] for line in result.stdout.splitlines()] == [
        ["profile", "rank"],
        ["a", "1"],
        ["a", "2"],
    ]


def test_profile_without_likes_gets_films(run: Run) -> None:
    rows = f"new,{HEAT},seen\n"
    result = run("recommend", "--profiles", "-", "--out", "-", stdin=rows)
    films = [line.split(",")[2] for line in result.stdout.splitlines()[1:]]
    assert len(set(films)) == 20
    assert HEAT not in films


def test_unknown_films_are_counted_and_named(run: Run) -> None:
    rows = f"a,{HEAT}\n" + "".join(f"a,tt99999{n:02}\n" for n in range(12))
    result = run("recommend", "--profiles", "-", "--out", "-", "--top", "1", stdin=rows)
    assert result.exit_code == 0
    assert "12 films are not in the catalogue" in result.stderr
    assert "tt9999900" in result.stderr
    assert "and 2 more" in result.stderr
    result = run("recommend", "--profiles", "-", "--out", "-", stdin="a,tt9999999\n")
    assert result.exit_code == 1


def test_missing_file_exits_2(run: Run, tmp_path: Path) -> None:
    result = run("recommend", "--profiles", str(tmp_path / "no.csv"), "--out", "-")
    assert result.exit_code == 2
    assert "no.csv" in result.stderr


def test_output_that_cannot_be_written_exits_2(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "no such folder" / "out.csv"
    result = run("recommend", "--profiles", "-", "--out", str(target), stdin=f"a,{HEAT}\n")
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


def test_failure_keeps_the_old_output(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    assert (
        run("recommend", "--profiles", "-", "--out", str(out), stdin="a,tt9999999").exit_code == 1
    )
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_output_keeps_symlinks_modes_and_devices(run: Run, tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    for target in (str(link), os.devnull):
        asked = ["recommend", "--profiles", "-", "--out", target, "--top", "1"]
        assert run(*asked, stdin=f"a,{HEAT}\n").exit_code == 0
    assert link.is_symlink()
    assert real.read_text().startswith("profile,rank")
    assert real.stat().st_mode & 0o777 == 0o640
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system has no /dev/fd")
def test_output_goes_into_a_pipe_by_its_path(data_dir: Path, tmp_path: Path) -> None:
    profiles = tmp_path / "in.csv"
    profiles.write_text(f"bea,{GODFATHER}\n")
    for target in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        result = subprocess.run(
            [sys.executable, "-m", "recommender", "recommend", "--profiles", str(profiles),
             "--out", target, "--top", "2"],
            cwd=PROJECT_DIR,
            env={**os.environ, "MARQUEE_DATA_DIR": str(data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        assert [line.split(",")[:2] for line in result.stdout.splitlines()[1:]] == [
            ["bea", "1"],
            ["bea", "2"],
        ]
