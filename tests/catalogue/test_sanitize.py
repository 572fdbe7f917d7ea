from __future__ import annotations

import pytest

from recommender.catalogue.sanitize import strip_invisible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Heat", "Heat"),
        ("Amélie 千と千尋 😀", "Amélie 千と千尋 😀"),
        ("M*A*S*H <b>", "M*A*S*H <b>"),
        ("\u202etxt.exe\u202c", "txt.exe"),
        ("\u2066a\u2069b", "ab"),
        ("He\u200bat\ufeff", "Heat"),
        ("a\x00b\nc\x1b[31m", "a b c [31m"),
        ("\u200b\u2060", ""),
        (
            "\u0645\u06cc\u200c\u062e",
            "\u0645\u06cc\u200c\u062e",
        ),  # the joiner is part of how Persian is written
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_invisible_characters_are_removed(text: str, shown: str) -> None:
    assert strip_invisible(text) == shown
