"""The command line as a function, on the shared data folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recommender.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(data_dir: Path) -> Run:
    """Return a function that runs a command and gives its exit code, stdout and stderr."""

    def invoke(*args: str, stdin: str | bytes = "", folder: Path = data_dir, **env: str) -> Result:
        environment = {"MARQUEE_DATA_DIR": str(folder), **env}
        return CliRunner().invoke(main, args, input=stdin, env=environment)

    return invoke


@pytest.fixture
def own_dir(data_dir: Path, tmp_path: Path) -> Path:
    """Return a copy of the data folder that a test may harm."""
    return Path(shutil.copytree(data_dir, tmp_path / "own"))
