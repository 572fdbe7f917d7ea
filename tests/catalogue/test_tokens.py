"""Tests of the tokenizer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue.search.tokens import (
    fold,
    genre_words,
    name_words,
    sort_key,
    sort_key_without_article,
    title_words,
    tokenize,
    words,
    year_words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Amélie", "amelie"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Æon Flux", "aeon flux"),
        ("K\N{LATIN SMALL LETTER DOTLESS I}ş", "kis"),
        ("Ocean's", "oceans"),
        ("Ocean’s", "oceans"),  # noqa: RUF001
        ("Lilo & Stitch", "lilo  and  stitch"),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_between_spaces_form_one_token() -> None:
    assert tokenize("WALL·E  and M*A*S*H !") == [("wall", "e"), ("and",), ("m", "a", "s", "h")]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Spider-Man", {"spider", "man", "spiderman"}),
        ("Ocean's Eleven", {"oceans", "eleven", "11"}),
        ("Rocky IV", {"rocky", "iv", "4"}),
        ("Alien³", {"alien", "3", "three", "alien3", "iii"}),
        ("Se7en", {"se7en", "seven"}),
        ("S1m0ne", {"s1m0ne", "simone"}),
        ("8½", {"8", "eight", "1", "2", "one", "two", "ii", "812"}),
        ("V for Vendetta", {"v", "for", "vendetta"}),
        ("Malcolm X", {"malcolm", "x", "10"}),
    ],
)
def test_title_is_indexed_with_its_other_spellings(title: str, expected: set[str]) -> None:
    assert set(title_words([title])) == expected


def test_keys_distinguish_titles_and_ignore_articles() -> None:
    assert sort_key("The Matrix") == "thematrix"
    assert sort_key_without_article("The Matrix") == "matrix"
    assert sort_key_without_article("The The") == "the"
    assert sort_key_without_article("A") == "a"
    assert sort_key_without_article("Se7en") == "seven"
    assert sort_key("WALL·E") == sort_key("Wall-E") == sort_key("walle")


def test_hyphenated_names_are_indexed_joined() -> None:
    assert name_words("Jean-Luc Godard") == ("jean", "luc", "jeanluc", "godard")


def test_year_decade_and_genres_are_index_words() -> None:
    assert year_words(1995) == ["1995", "1990s", "90s"]
    assert genre_words("Sci-Fi") == ["sci", "fi", "scifi"]
    assert year_words(2010) == ["2010", "2010s"]
    assert genre_words("Comedy") == ["comedy", "comedies"]


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_words_are_alphanumeric(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)
    assert all(word.isalnum() for word in words(text))
    assert sort_key(text) == "".join(words(text))
