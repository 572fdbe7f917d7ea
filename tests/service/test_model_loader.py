"""Model reload: a newer saved model is used, a damaged one is ignored."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recommender.engine import save_model
from recommender.service import Marquee
from recommender.service.model_loader import ModelReloader
from recommender.settings import load_settings


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path) -> Iterator[Marquee]:
    shutil.copytree(data_dir, tmp_path / "data")
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    yield opened
    opened.close()


def watch(marquee: Marquee) -> ModelReloader:
    return ModelReloader(
        marquee.settings.model_dir,
        fingerprint=lambda: marquee.catalogue.fingerprint,
        check_every_s=0,
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_model_saved_later_replaces_the_loaded_one(marquee: Marquee) -> None:
    reloader, model = watch(marquee), marquee.model
    assert reloader.current(model) is model
    save_model(model, marquee.settings.model_dir)
    wait_until(lambda: reloader.current(model) is not model)
    assert reloader.reloads == 1


def test_a_damaged_newer_model_is_ignored(
    marquee: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    reloader, model = watch(marquee), marquee.model
    reloader.current(model)
    (marquee.settings.model_dir / "model.json").write_text("{")
    assert reloader.current(model) is model
    wait_until(lambda: "cannot be used" in caplog.text)
    assert reloader.current(model) is model
    assert reloader.reloads == 0


@pytest.mark.parametrize("damage", ["delete", "truncate", "garbage"])
def test_a_damaged_model_is_fitted_again(damage: str, data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_dir, folder)
    for path in (folder / "model").rglob("*"):
        if path.is_file():
            if damage == "delete":
                path.unlink()
            else:
                path.write_bytes(b"" if damage == "truncate" else b"\x00nonsense")
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    assert marquee.model.fingerprint == marquee.catalogue.fingerprint
    marquee.close()
