"""Programs written for version 0.1 keep working: its OpenAPI document is part of today's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recommender.server.api.application import build_application
from recommender.service import get_marquee

OLD: dict[str, Any] = json.loads(
    (Path(__file__).parent / "openapi-0.1.json").read_text(encoding="utf-8")
)
WORDS = {"description", "summary", "title", "version", "x-example", "examples", "operationId"}
LISTS_BY_NAME = {"parameters": "name", "tags": "name"}


def list_missing(old: Any, new: Any, place: str = "") -> list[str]:
    """Return the places of the old document that the new one lacks or has otherwise."""
    if isinstance(old, dict) and isinstance(new, dict):
        missing = []
        for key, value in old.items():
            at = f"{place}/{key}"
            # Below "properties", names are fields and not words about them.
            if key in WORDS and not place.endswith("/properties"):
                continue
            if key not in new:
                missing += [at] if value != [] else []  # an empty list may be left out
            else:
                missing += list_missing(value, new[key], at)
        return missing
    if isinstance(old, list) and isinstance(new, list):
        kind = place.rpartition("/")[2]
        if all(isinstance(entry, dict) for entry in old) and kind in LISTS_BY_NAME:
            name = LISTS_BY_NAME[kind]
            by_name = {entry[name]: entry for entry in new}
            return list_missing({entry[name]: entry for entry in old}, by_name, place)
        return [f"{place}: {entry}" for entry in old if entry not in new]
    return [] if old == new else [f"{place}: {old} is {new}"]


def test_the_old_document_is_part_of_todays() -> None:
    new = json.loads(json.dumps(build_application(get_marquee, per_minute=1).openapi()))
    assert list_missing(OLD, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"paths": {"/a": {}}}, {"paths": {}}),
        ({"properties": {"title": {}}}, {"properties": {}}),
        ({"parameters": [{"name": "q"}]}, {"parameters": [{"name": "r"}]}),
        ({"required": ["a"]}, {"required": ["b"]}),
        ({"schema": {"maximum": 10}}, {"schema": {"maximum": 9}}),
    ],
)
def test_what_is_missing_is_found(old: Any, new: Any) -> None:
    assert list_missing(old, new)
    assert not list_missing(old, old)
