"""A sample of the random searches and files of ``benchmarks/fuzz.py``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.fuzz import fuzz_files, fuzz_searches
from recommender.service import Marquee
from recommender.settings import load_settings


@pytest.fixture(scope="module")
def marquee(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marquee]:
    folder = tmp_path_factory.mktemp("fuzz") / "data"
    shutil.copytree(data_dir, folder)
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    yield opened
    opened.close()


def test_random_searches_are_answered(marquee: Marquee) -> None:
    outcomes = fuzz_searches(marquee, cases=240)
    assert outcomes.total() >= 200
    assert outcomes["found"] > 10


def test_damaged_files_are_read_or_refused_without_side_effects(marquee: Marquee) -> None:
    outcomes = fuzz_files(marquee, cases=60)
    assert outcomes.total() >= 50
    assert outcomes["read"] > 5
    assert outcomes["refused"] > 5
