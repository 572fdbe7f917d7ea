"""Film ids as people write them: capitals, addresses, and titles by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from recommender.cli.inputs import read_film_id

Run = Callable[..., Result]
GODFATHER = "tt0068646"


@pytest.mark.parametrize(
    ("text", "tconst"),
    [
        ("tt0068646", GODFATHER),
        (" TT0068646 ", GODFATHER),
        ("Tt0068646", GODFATHER),
        ("https://www.imdb.com/title/tt0068646/", GODFATHER),
        ("http://m.imdb.com/title/tt0068646/reviews?ref_=tt_urv", GODFATHER),
        ("imdb.com/fr-ca/title/tt0068646", GODFATHER),
        ("HTTPS://WWW.IMDB.COM/TITLE/TT0068646", GODFATHER),
        ("The Godfather", None),
        ("68646", None),
        ("tt00686461234567", None),
        ("https://example.org/title/tt0068646/", None),
        ("https://www.imdb.com/name/nm0000338/", None),
        ("", None),
    ],
)
def test_ids_are_read_from_capitals_and_addresses(text: str, tconst: str | None) -> None:
    assert read_film_id(text) == tconst


@pytest.mark.parametrize("text", ["TT0068646", "https://m.imdb.com/title/tt0068646/?ref_=x"])
def test_every_command_reads_ids_in_all_spellings(run: Run, text: str) -> None:
    for command in (["film"], ["similar", "--top", "3"], ["recommend", "--top", "3"]):
        result = run(*command, text, "--json")
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout) == json.loads(run(*command, GODFATHER, "--json").stdout)
    rows = f'ann,"{text}"\n'
    ranked = run("recommend", "--profiles", "-", "--out", "-", "--top", "3", stdin=rows)
    plain = run(
        "recommend", "--profiles", "-", "--out", "-", "--top", "3", stdin=f"ann,{GODFATHER}"
    )
    assert ranked.exit_code == 0
    assert ranked.stdout == plain.stdout


@pytest.mark.parametrize("command", ["film", "similar", "recommend"])
def test_title_is_answered_with_matching_ids(run: Run, command: str) -> None:
    result = run(command, "spirited away")
    assert result.exit_code == 1
    assert "tt0245429 Spirited Away (2001)" in result.stderr
    assert result.stdout == ""


def test_title_beside_an_id_is_skipped_with_matching_ids(run: Run) -> None:
    result = run("recommend", GODFATHER, "Alien", "--top", "2", "--json")
    assert result.exit_code == 0
    assert "tt0078748 Alien (1979)" in result.stderr
    assert result.stdout == run("recommend", GODFATHER, "--top", "2", "--json").stdout


def test_same_film_in_two_spellings_is_one_like(run: Run) -> None:
    twice = run("recommend", GODFATHER, GODFATHER.upper(), "--top", "4", "--json")
    assert twice.stdout == run("recommend", GODFATHER, "--top", "4", "--json").stdout
