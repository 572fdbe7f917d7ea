"""Docstrings, comments, messages and strings on screen use the plain words of the style guide."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_repository import PROJECT, text_of, tracked

AVOIDED = (
    *(
        "whoever",
        "whom",
        "somebody",
        "nobody",
        "anew",
        "is told",
        "are told",
        "is said",
        "are said",
    ),
    *("stands in", "so many", "what who asks", "as ever", "of theirs"),
)
PATTERN = re.compile(rf"\b({'|'.join(re.escape(word) for word in AVOIDED)})\b", re.IGNORECASE)
PROSE = {".md", ".js", ".css", ".html", ".toml", ".yaml", ".yml", ".conf", ".service", ".txt", ""}
LEFT_OUT = {
    "tests/test_style.py",  # holds the list
    "LICENSE",
}
NAMES_AND_QUERIES = re.compile(r"""(?x)
    \bNobody\ Knows\b | \bMr\.?\ Nobody\b | \bNobody'?s\b | \bSomebody\ Up\ There\b
""")  # fmt: skip
"""Titles of films, which tests and data may mention."""


def written_parts(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of a file that people read, each with its line number.

    For Python: comments and strings. For prose, scripts and settings: every line.
    """
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in kinds:
            for offset, line in enumerate(token.string.splitlines()):
                yield token.start[0] + offset, line


def avoided_words(path: Path, text: str) -> list[str]:
    """Return ``file:line: word`` for each avoided word in a file."""
    parts = list(written_parts(path, text))
    found = []
    for (number, line), following in zip(parts, [*parts[1:], (0, "")], strict=True):
        clean = NAMES_AND_QUERIES.sub("", line)
        joined = f"{clean.rstrip()} {following[1].lstrip(' #')}" if following[0] else clean
        matches = [m.group() for m in PATTERN.finditer(joined) if m.start() < len(clean)]
        found += [f"{path}:{number}: {word}" for word in matches]
    return found


def test_avoided_words_are_not_used() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(PROJECT)
        if path.suffix not in PROSE | {".py"} or name.as_posix() in LEFT_OUT:
            continue
        text = text_of(path)
        if text is not None:
            found += avoided_words(name, text)
    assert not found, f"{len(found)} words that STYLE avoids:\n" + "\n".join(found[:60])


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("a.py", "# Whoever reads this", 1),
        ("a.py", '"""Return what is said of a film."""', 1),
        ("a.py", 'x = f"{n} films of somebody"', 1),
        ("a.py", "x = '''A page that is\n    told about it'''", 1),
        ("a.py", "somebody = 1  # a name, not prose", 0),
        ("a.py", "# the film Mr. Nobody", 0),
        ("a.md", "It is built anew.", 1),
        ("a.js", "// nobody waits", 1),
        ("a.md", "Newest first.", 0),
    ],
)
def test_an_avoided_word_is_found(name: str, text: str, count: int) -> None:
    assert len(avoided_words(Path(name), text)) == count
