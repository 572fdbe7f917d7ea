"""Cells that a spreadsheet would run as a formula, and cells that were made safe from it."""

from __future__ import annotations

import re

# What spreadsheets take for the beginning of a formula, the wide forms of East Asian input too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001


def escape_formula(text: str) -> str:
    """Return text that a spreadsheet shows and never runs: an apostrophe in front where needed."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return what was handed to `guard_cell`."""
    return text[1:] if _GUARDED.match(text) else text
