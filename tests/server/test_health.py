"""``/readyz`` answers 200 only when films and user data can be served."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from recommender.server.observability import answer_readiness
from recommender.service import Marquee, close_marquee, get_marquee, readiness_error


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Marquee]:
    shutil.copytree(data_dir, tmp_path / "data")
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path / "data"))
    close_marquee()
    yield get_marquee()
    close_marquee()


def ask() -> tuple[int, str]:
    scope = {"type": "http", "method": "GET", "path": "/readyz", "headers": []}
    answer = asyncio.run(answer_readiness(Request(scope)))
    return answer.status_code, json.loads(bytes(answer.body))["status"]


def test_server_is_ready_after_startup(marquee: Marquee) -> None:
    assert ask() == (503, "not ready")
    assert "Getting ready" in readiness_error(marquee)
    marquee.prepare()
    assert ask() == (200, "ready")
    assert readiness_error(marquee) == ""


def test_server_is_not_ready_without_user_data(marquee: Marquee) -> None:
    marquee.prepare()
    marquee.settings.people_db.write_bytes(b"not a database at all" * 500)
    assert ask() == (503, "not ready")
    assert "damaged" in readiness_error(marquee)


def test_server_is_not_ready_without_films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path / "data"))
    close_marquee()
    with pytest.raises(Exception, match="data"):
        get_marquee().prepare()
    assert ask() == (503, "not ready")
    assert readiness_error(get_marquee()).startswith("Films cannot be shown")
    close_marquee()
