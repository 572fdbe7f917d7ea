"""What tests of several rooms share: one data folder, built once from the bundled catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.service import Marquee
from recommender.settings import load_settings


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared data folder, without people's data. Copy it before writing to it."""
    folder = tmp_path_factory.mktemp("marquee") / "data"
    folder.mkdir()
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    marquee.prepare()
    marquee.close()
    return folder
