"""The table of faults names tests that are there, and every test that makes a fault on a page."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
TABLE = (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8")


def named() -> set[str]:
    return set(re.findall(r"`(test_\w+)`", TABLE))


def names_in(*patterns: str) -> set[str]:
    paths = [path for pattern in patterns for path in (PROJECT / "tests").glob(pattern)]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))


def test_every_test_of_the_table_is_there() -> None:
    assert len(named()) > 20
    assert named() - names_in("**/test_*.py") == set()


def test_every_fault_on_a_page_is_in_the_table() -> None:
    assert names_in("pages/test_faults.py", "users/test_kills.py") - named() <= {
        "test_complete_log_restores_every_like"
    }
