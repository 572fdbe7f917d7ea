"""Evaluation table: the bundled one, one of this installation, and none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recommender.service import load_quality, load_reliability
from recommender.service.insights import quality
from recommender.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"MARQUEE_DATA_DIR": str(tmp_path)})


def test_bundled_evaluation_ranks_marquee_above_its_baselines(
    settings: Settings,
) -> None:
    shown = load_quality(settings)
    assert shown is not None
    ndcg = shown.table["NDCG@10"].astype(float)
    assert ndcg["Marquee"] >= 1.5 * ndcg["Like the average of all likes"]
    assert ndcg["Marquee"] > ndcg["The most popular films"]
    assert shown.facts["people"] > 500


def test_evaluation_of_this_installation_comes_first(settings: Settings) -> None:
    row = {"hit@20": 0.5, "recall@20": 0.25, "ndcg@10": 0.125, "tail recall@20": 0, "coverage": 1}
    page = {"facts": {"people": 3, "films": 9}, "table": {"marquee": row, "unknown": {}}}
    settings.evaluation_file.write_text(json.dumps(page))
    shown = load_quality(settings)
    assert shown is not None
    assert shown.facts["people"] == 3
    assert list(shown.table.index) == ["Marquee"]
    assert shown.table.loc["Marquee", "Found of all"] == "25.0%"
    assert shown.table.loc["Marquee", "NDCG@10"] == "0.125"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"facts": {}, "table": {"marquee": {}}}'])
def test_damaged_evaluation_is_skipped(damage: str, settings: Settings) -> None:
    settings.evaluation_file.write_text(damage)
    shown = load_quality(settings)
    assert shown is not None
    assert shown.facts["people"] > 500


def test_without_an_evaluation_there_is_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "BUNDLED_EVALUATION", settings.data_dir / "none.json")
    assert load_quality(settings) is None


def test_bundled_match_is_calibrated_to_five_points() -> None:
    tenths = load_reliability()
    assert len(tenths) == 10
    assert (tenths["promised"] - tenths["liked"]).abs().max() <= 5
