from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]
FILM_KEYS = [
    *("tconst", "primaryTitle", "originalTitle", "startYear", "runtimeMinutes", "genres"),
    *("averageRating", "numVotes", "directors", "writers", "cast"),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [("godfathr", "tt0068646"), ("heat 1995", "tt0113277"), ("amelie", "tt0211915")],
)
def test_intended_film_comes_first(run: Run, query: str, first: str) -> None:
    result = run("search", query, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["tconst"] == first


def test_nolan_finds_only_films_with_a_nolan(run: Run) -> None:
    films = json.loads(run("search", "nolan", "--json", "--limit", "500").stdout)
    assert len(films) > 10
    for film in films:
        names = " ".join([film["primaryTitle"], film["originalTitle"], *film["directors"]])
        assert "nolan" in " ".join([names, *film["writers"], *film["cast"]]).casefold()


def test_json_has_imdb_names_and_unescaped_letters(run: Run) -> None:
    result = run("search", "amelie", "--json", "--limit", "1")
    (film,) = json.loads(result.stdout)
    assert list(film) == FILM_KEYS
    assert film["directors"] == ["Jean-Pierre Jeunet"]
    assert isinstance(film["genres"], list)
    assert "Amélie" in result.stdout


def test_correction_is_printed_on_stderr(run: Run) -> None:
    result = run("search", "godfathr", "--json")
    assert "godfather" in result.stderr
    assert json.loads(result.stdout)


def test_words_need_no_quotes(run: Run) -> None:
    assert run("search", "heat", "1995").stdout == run("search", "heat 1995").stdout


def test_filters_and_order(run: Run) -> None:
    asked = ["search", "", "--genre", "western", "--from-year", "1960", "--to-year", "1969"]
    result = run(*asked, "--min-rating", "8", "--sort", "rating", "--json")
    films = json.loads(result.stdout)
    assert {film["tconst"] for film in films} >= {"tt0060196", "tt0064116"}
    for film in films:
        assert "Western" in film["genres"]
        assert 1960 <= film["startYear"] <= 1969
        assert film["averageRating"] >= 8


def test_two_genres_mean_either(run: Run) -> None:
    asked = ["search", "", "--genre", "Western", "--genre", "Musical", "--limit", "100", "--json"]
    kinds = [
        set(film["genres"]) & {"Western", "Musical"} for film in json.loads(run(*asked).stdout)
    ]
    assert all(kinds)
    assert {"Western"} in kinds
    assert {"Musical"} in kinds


def test_unknown_genre_is_refused_with_the_list_of_genres(run: Run) -> None:
    result = run("search", "heat", "--genre", "Cowboy")
    assert result.exit_code == 2
    assert "Cowboy" in result.stderr
    assert "Western" in result.stderr


def test_no_match_is_an_empty_array(run: Run) -> None:
    assert json.loads(run("search", "qqqqzzzzxxxx", "--json").stdout) == []
    assert run("search", "qqqqzzzzxxxx").stdout == "No film matches.\n"


def test_lines_are_aligned_and_fit(run: Run) -> None:
    lines = run("search", "the", "--limit", "50").stdout.splitlines()
    assert lines[-1].endswith("more; use --limit to see them.")
    ids = [line for line in lines if " tt" in line]
    assert len(ids) == 50
    assert len({line.index("  tt") for line in ids}) == 1
    assert max(map(len, lines)) <= 100


def test_film_shows_its_facts(run: Run) -> None:
    text = run("film", "tt0113277").stdout
    assert text.startswith("Heat (1995)  tt0113277\n")
    assert "Directed by   Michael Mann" in text
    assert "170 minutes" in text
    (film,) = json.loads(run("film", "tt0113277", "--json").stdout)
    assert film["primaryTitle"] == "Heat"
    assert film["runtimeMinutes"] == 170


@pytest.mark.parametrize("command", ["film", "similar"])
def test_unknown_film_is_named(run: Run, command: str) -> None:
    result = run(command, "tt9999999")
    assert result.exit_code == 1
    assert "tt9999999" in result.stderr
    assert result.stdout == ""
