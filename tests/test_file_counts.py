"""A like passes through at most fourteen files, from the request to the commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.count_files import LIKE, TARGETS, count_like
from recommender.service import close_marquee


def test_like_enters_at_most_fourteen_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path))
    close_marquee()
    try:
        entered = count_like()
    finally:
        close_marquee()
    assert "users/interactions.py" in entered
    assert len(entered) <= TARGETS[LIKE], sorted(entered)
