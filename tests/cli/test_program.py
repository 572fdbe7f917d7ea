"""The program in real processes: exit codes, streams and signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from recommender import __version__
from recommender.cli import program
from recommender.settings import PROJECT_DIR

Run = Callable[..., Result]
PROGRAM = [sys.executable, "-m", "recommender"]


def start(*args: str, folder: Path, **env: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, *args],
        cwd=PROJECT_DIR,
        env={**os.environ, "MARQUEE_DATA_DIR": str(folder), **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def sigint_enabled() -> Iterator[None]:
    """Enable SIGINT in child processes, also if a shell started the tests with ``&``."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_json_is_utf_8_in_every_locale(data_dir: Path) -> None:
    process = start(
        "search", "amelie", "--json", folder=data_dir, PYTHONIOENCODING="ascii", LC_ALL="C"
    )
    out, err = process.communicate()
    assert process.returncode == 0
    assert err == b""
    assert json.loads(out.decode("utf-8"))[0]["primaryTitle"] == "Amélie"


def test_search_imports_neither_pandas_nor_the_engine(data_dir: Path) -> None:
    code = (
        "import sys; from recommender.cli import main\n"
        "main(['search', 'heat 1995', '--json'], standalone_mode=False)\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'sklearn', 'streamlit', 'recommender.engine'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_DIR,
        env={**os.environ, "MARQUEE_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr.strip() == ""
    assert json.loads(answer.stdout)[0]["tconst"] == "tt0113277"


def test_recommend_enters_at_most_70_files_of_the_package(data_dir: Path) -> None:
    likes = ["tt0076759", "tt0080684", "tt0113277", "tt0068646", "tt0114709"]
    code = (
        "import sys; from recommender.cli import main\n"
        f"main(['recommend', *{likes}, '--json'], standalone_mode=False)\n"
        "entered = [name for name in sys.modules if name.partition('.')[0] == 'recommender']\n"
        "sys.stderr.write(str(len(entered)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_DIR,
        env={**os.environ, "MARQUEE_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(json.loads(answer.stdout)) == 20
    assert 20 < int(answer.stderr) <= 70


def test_closed_pipe_prints_no_error(data_dir: Path) -> None:
    process = start("search", "", "--limit", "500", "--json", folder=data_dir)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_is_one_sentence(data_dir: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run(
            [*PROGRAM, "search", "heat"],
            cwd=PROJECT_DIR,
            env={**os.environ, "MARQUEE_DATA_DIR": str(data_dir)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert answer.returncode == 1
    assert answer.stderr.strip() == "Error: No space left on device."


@pytest.mark.usefixtures("sigint_enabled")
def test_ctrl_c_exits_130_without_output(data_dir: Path, tmp_path: Path) -> None:
    profiles, answer = tmp_path / "in.csv", tmp_path / "out.csv"
    profiles.write_text("".join(f"p{n},tt0113277\n" for n in range(100_000)))
    process = start("recommend", "--profiles", str(profiles), "--out", str(answer), folder=data_dir)
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"Ranking")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)  # a busy machine
    assert process.returncode == 130
    assert out == err == b""
    assert list(tmp_path.iterdir()) == [profiles]


def test_unknown_command_or_option_exits_2(run: Run) -> None:
    for args in (["dance"], ["search"], ["search", "heat", "--loud"], ["film"]):
        result = run(*args)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("Usage: ")


def test_invalid_setting_is_one_sentence(run: Run) -> None:
    result = run("recommend", "tt0113277", MARQUEE_PROFILE_SIZE="many")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: MARQUEE_PROFILE_SIZE is 'many'")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (KeyboardInterrupt(), 130, ""),
        (ZeroDivisionError("a bug"), 1, "ZeroDivisionError: a bug"),
        (ModuleNotFoundError("No module named 'x'", name="x"), 1, "pip install"),
        (PermissionError(13, "Permission denied", "some/file"), 1, "some/file: Permission denied"),
    ],
)
def test_any_error_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, text: str
) -> None:
    def fail(_name: str) -> None:
        raise error

    monkeypatch.setattr(program, "import_module", fail)
    result = run("search", "heat")
    assert result.exit_code == code
    assert result.stdout == ""
    assert text in result.stderr
    assert len(result.stderr.splitlines()) == bool(text)


def test_version_equals_the_version_of_the_project(run: Run) -> None:
    assert run("--version").stdout == f"marquee, version {__version__}\n"
    project = (PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{__version__}"' in project
