"""Every benchmark starts from the project's folder with the command its README gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "name",
    [
        "search",
        "recommend",
        "browser",
        "sign_in",
        "api",
        "tmdb",
        "imdb_shaped",
        "imdb_readers",
        "scale",
        "kills",
    ],
)
def test_a_benchmark_explains_itself(name: str) -> None:
    command = [sys.executable, f"benchmarks/{name}.py", "--help"]
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout
    assert f"benchmarks/{name}.py" in (PROJECT / "benchmarks" / "README.md").read_text()
