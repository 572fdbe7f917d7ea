"""Every benchmark starts from the project's folder with the command its README gives."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
NAMES = sorted(
    path.stem
    for path in (PROJECT / "benchmarks").glob("*.py")
    if "__main__" in path.read_text(encoding="utf-8")
)
# What they import takes seconds; one process does it once and is each script in turn, with the
# path that `python benchmarks/name.py` would have.
ASK_ALL = """
import contextlib, io, json, pathlib, runpy, sys
path, folder, answers = sys.path[1:], pathlib.Path("benchmarks").resolve(), {}
for name in sys.argv[1:]:
    sys.path[:] = [str(folder), *path]
    sys.argv = [f"benchmarks/{name}.py", "--help"]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(sys.argv[0], run_name="__main__")
        code = "it ran"
    except SystemExit as end:
        code = end.code or 0
    except Exception as error:
        code = repr(error)
    answers[name] = code, said.getvalue()
print(json.dumps(answers))
"""


@cache
def ask_all() -> dict[str, tuple[int | str, str]]:
    """Return what each benchmark says of itself, and how it ended."""
    done = subprocess.run(
        [sys.executable, "-c", ASK_ALL, *NAMES],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, tuple[int | str, str]] = json.loads(done.stdout)
    return answers


def test_the_benchmarks_are_found() -> None:
    assert {"search", "recommend", "browser", "sign_in", "api", "tmdb", "scale"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_explains_itself(name: str) -> None:
    code, said = ask_all()[name]
    assert code == 0
    assert "usage" in said
    assert f"benchmarks/{name}.py" in (PROJECT / "benchmarks" / "README.md").read_text()
