"""Words on a page: what a person reads, and data that stays data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from recommender.ui.words import escape, say_count, say_runtime


@pytest.mark.parametrize(
    ("minutes", "said"), [(170, "2h 50m"), (120, "2h"), (45, "45m"), (None, ""), (0, "")]
)
def test_runtime(minutes: int | None, said: str) -> None:
    assert say_runtime(minutes) == said


def test_count() -> None:
    assert say_count(1, "film", "films") == "1 film"
    assert say_count(1204, "film", "films") == "1,204 films"


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
    assert "".join(token.content for token in inline.children or []) == f"“{title}”"


@given(st.text(alphabet="*_`[](){}<>#+-.!|~$:&^\\ab", max_size=40))
def test_escaping_only_ever_adds_backslashes(text: str) -> None:
    assert escape(text).replace("\\", "") == text.replace("\\", "")
