"""Tests of the vocabulary and spelling correction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from recommender.catalogue.search.spelling import (
    Vocabulary,
    errors_allowed,
    list_corrections,
    load_vocabulary,
)

OpenWords = Callable[[str, list[tuple[str, float]]], sqlite3.Connection]
WORDS = st.text("abc", min_size=1, max_size=8)


def meta_database(path: Path, source: str, words: list[tuple[str, float]]) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);"
        "CREATE TABLE words (word TEXT PRIMARY KEY, fame REAL);"
    )
    pairs = [("schema_version", "1"), ("source_sha256", source), ("built_at", "today")]
    connection.executemany("INSERT INTO meta VALUES (?, ?)", pairs)
    connection.executemany("INSERT INTO words VALUES (?, ?)", words)
    return connection


@pytest.fixture
def open_words(tmp_path: Path) -> Iterator[OpenWords]:
    opened: list[sqlite3.Connection] = []

    def open_one(source: str, words: list[tuple[str, float]]) -> sqlite3.Connection:
        opened.append(meta_database(tmp_path / f"{len(opened)}.db", source, words))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


def test_words_with_other_letters_are_skipped() -> None:
    known = Vocabulary([("heat", 1.0), ("head", 9.0), ("meat", 5.0), ("heating", 7.0)])
    assert known.like("heap", 1, {"h", "e"}) == ["head", "heat"]
    assert set(known.like("heap", 1)) == {"head", "heat"}
    assert set(known.like("heap", 2)) == {"head", "heat", "meat"}
    assert set(known.like("heaping", 1)) == {"heating"}
    assert ("heat" in known, "hea" in known, known.popularity("head"), len(known)) == (
        True,
        False,
        9,
        4,
    )


@given(words=st.sets(WORDS, min_size=1, max_size=30), typed=WORDS)
def test_every_near_word_is_a_candidate(words: set[str], typed: str) -> None:
    known = Vocabulary((word, 1.0) for word in words)
    errors = errors_allowed(typed)
    looked_at = known.like(typed, errors)
    assert len(looked_at) == len(set(looked_at))
    assert {word for word in words if OSA.distance(word, typed) <= errors} <= set(looked_at)


@given(words=st.sets(WORDS, min_size=1, max_size=30), typed=WORDS)
def test_corrections_have_the_reported_distance(words: set[str], typed: str) -> None:
    known = Vocabulary((word, float(len(word))) for word in words)
    for distance, way in list_corrections(known, [typed]):
        assert set(way.split()) <= words
        assert OSA.distance(way, typed) == distance


def test_vocabulary_is_read_once_per_catalogue(open_words: OpenWords) -> None:
    first = open_words("one", [("heat", 1.0)])
    words = load_vocabulary(first)
    assert load_vocabulary(open_words("one", [("heat", 1.0)])) is words
    other = load_vocabulary(open_words("two", [("meat", 1.0)]))
    assert ("heat" in other, "meat" in other, "heat" in words) == (False, True, True)


def test_cache_keeps_two_vocabularies(open_words: OpenWords) -> None:
    connections = [open_words(name, [(name, 1.0)]) for name in ("x", "y", "z")]
    first, _, last = (load_vocabulary(connection) for connection in connections)
    assert load_vocabulary(connections[2]) is last
    assert load_vocabulary(connections[0]) is not first
