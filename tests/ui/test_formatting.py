"""Words on a page: what a person reads, and data that stays data."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from recommender.ui.formatting import escape, format_count, format_runtime


@pytest.mark.parametrize(
    ("minutes", "said"), [(170, "2h 50m"), (120, "2h"), (45, "45m"), (None, ""), (0, "")]
)
def test_runtime(minutes: int | None, said: str) -> None:
    assert format_runtime(minutes) == said


def test_count() -> None:
    assert format_count(1, "film", "films") == "1 film"
    assert format_count(1204, "film", "films") == "1,204 films"


@pytest.mark.parametrize(
    "title",
    [
        "M*A*S*H",
        "![](http://example.com/x)",
        "<b>x</b>",
        "$9.99",
        ":material/home:",
        "a_b_c",
        "# 1",
    ],
)
def test_titles_stay_as_they_are_in_markdown(title: str) -> None:
    [_, inline, _] = MarkdownIt("commonmark", {"html": True}).parse(f"“{escape(title)}”")
    assert {token.type for token in inline.children or []} <= {"text", "text_special"}
    shown = "".join(token.content for token in inline.children or [])
    assert shown.replace("\N{WORD JOINER}", "") == f"“{title}”"


@given(st.text(alphabet="*_`[](){}<>#+-.!|~$:&^\\ab", max_size=40))
def test_escaping_only_ever_adds_backslashes(text: str) -> None:
    assert escape(text).replace("\\", "") == text.replace("\\", "")


@pytest.mark.parametrize("text", ["https://evil.example/x", "WWW.evil.example", "a@evil.example"])
def test_an_address_stays_words_too(text: str) -> None:
    shown = escape(text)
    assert shown.replace("\N{WORD JOINER}", "").replace("\\", "") == text
    for address in (r"https?://", r"www\.", r"@\w"):
        assert not re.search(address, shown.replace("\\", ""), re.IGNORECASE)
