"""The table of the last evaluation: what ships, what was made here, and neither."""

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


def test_the_table_that_ships_puts_marquee_before_the_recipe_it_grew_from(
    settings: Settings,
) -> None:
    shown = load_quality(settings)
    assert shown is not None
    ndcg = shown.table["NDCG@10"].astype(float)
    assert ndcg["Marquee"] >= 1.5 * ndcg["Like the average of all likes"]
    assert ndcg["Marquee"] > ndcg["The most popular films"]
    assert shown.facts["people"] > 500


def test_an_evaluation_made_here_takes_its_place(settings: Settings) -> None:
    row = {"hit@20": 0.5, "recall@20": 0.25, "ndcg@10": 0.125, "tail recall@20": 0, "coverage": 1}
    page = {"facts": {"people": 3, "films": 9}, "table": {"marquee": row, "somebody else": {}}}
    settings.evaluation_file.write_text(json.dumps(page))
    shown = load_quality(settings)
    assert shown is not None
    assert shown.facts["people"] == 3
    assert list(shown.table.index) == ["Marquee"]
    assert shown.table.loc["Marquee", "Found of all"] == "25.0%"
    assert shown.table.loc["Marquee", "NDCG@10"] == "0.125"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"facts": {}, "table": {"marquee": {}}}'])
def test_one_that_does_not_read_is_passed_over(damage: str, settings: Settings) -> None:
    settings.evaluation_file.write_text(damage)
    shown = load_quality(settings)
    assert shown is not None
    assert shown.facts["people"] > 500


def test_without_any_there_is_nothing_to_show(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "BUNDLED_EVALUATION", settings.data_dir / "none.json")
    assert load_quality(settings) is None


def test_the_shipped_match_is_honest_to_five_points() -> None:
    tenths = load_reliability()
    assert len(tenths) == 10
    assert (tenths["promised"] - tenths["liked"]).abs().max() <= 5
