"""The bundled catalogue, opened once for all that is read from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.service import Marquee
from recommender.settings import load_settings


@pytest.fixture(scope="session")
def marquee(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marquee]:
    folder = tmp_path_factory.mktemp("insights") / "data"
    shutil.copytree(data_dir, folder)
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    yield opened
    opened.close()
