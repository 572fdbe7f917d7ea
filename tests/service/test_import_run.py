"""Import in a child process: progress, stop and errors."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recommender.service import ImportRequest, ImportRun, Stage
from recommender.settings import load_settings

Open = Callable[[str], ImportRun]

LONG_S = 60


@pytest.fixture
def open_run(tmp_path: Path) -> Iterator[Open]:
    """Return a function that opens a run of a program; all runs are stopped at the end."""
    opened: list[ImportRun] = []

    def open_program(program: str) -> ImportRun:
        settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")})
        opened.append(ImportRun(settings, command=(sys.executable, "-c", program)))
        return opened[-1]

    yield open_program
    for run in opened:
        run.stop()


PROGRAM = """
import json, os, sys, time
print(json.dumps({"progress": {"fraction": 0.5, "text": "Reading", "bytes_done": 7, "step": "x"}}))
print("not json", flush=True)
while %s: time.sleep(0.02)
folder = os.environ["MARQUEE_DATA_DIR"]
print(json.dumps({"done": {"films": 4, "args": sys.argv[1:], "dir": folder}}))
"""


def wait_for_progress(run: ImportRun) -> None:
    deadline = time.monotonic() + LONG_S
    while run.state.bytes_done != 7:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_progress_and_result_come_from_the_child_process(open_run: Open, tmp_path: Path) -> None:
    run = open_run(PROGRAM % f"not os.path.exists({str(tmp_path / 'go')!r})")
    assert run.state.stage is Stage.IDLE
    request = ImportRequest(source="folder", min_votes=5, types=("movie",), keep_files=True)
    assert run.start(request)
    assert not run.start(request)  # one at a time
    wait_for_progress(run)
    assert (run.state.stage, run.state.fraction) == (Stage.RUNNING, 0.5)
    (tmp_path / "go").touch()
    assert run.wait(LONG_S)
    assert (run.state.stage, run.state.fraction) == (Stage.DONE, 1.0)
    assert run.state.text == "4 films are in."
    assert run.state.facts["dir"] == str(tmp_path / "data")
    assert run.state.facts["args"] == [
        *("--progress-json", "--min-votes", "5", "--types", "movie"),
        *("--from", "folder", "--keep-files"),
    ]


def test_stopped_import_can_be_started_again(open_run: Open) -> None:
    run = open_run(PROGRAM % "True")
    run.stop()  # without an effect
    run.start(ImportRequest())
    wait_for_progress(run)
    run.stop()
    assert run.state.stage is Stage.IDLE
    assert "stopped" in run.state.text
    assert run.start(ImportRequest())


def test_failed_import_shows_the_error_of_the_program(open_run: Open) -> None:
    run = open_run("import sys; sys.exit('Error: title.crew.tsv.gz is cut off.')")
    run.start(ImportRequest())
    assert run.wait(LONG_S)
    assert run.state.stage is Stage.FAILED
    assert run.state.text == "title.crew.tsv.gz is cut off."


def test_exit_code_of_a_silent_program_is_shown(open_run: Open) -> None:
    run = open_run("import os; os._exit(3)")
    run.start(ImportRequest())
    assert run.wait(LONG_S)
    assert (run.state.stage, run.state.text) == (
        Stage.FAILED,
        "The import ended with code 3.",
    )


def test_missing_file_is_named(tmp_path: Path) -> None:
    run = ImportRun(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    run.start(ImportRequest(source=str(tmp_path)))
    assert run.wait(LONG_S)
    assert run.state.stage is Stage.FAILED
    assert "lacks these files: title.ratings.tsv.gz" in run.state.text
