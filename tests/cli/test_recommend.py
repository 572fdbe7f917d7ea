from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from recommender.engine import RANKERS

Run = Callable[..., Result]
STAR_WARS, EMPIRE, HEAT, GODFATHER = "tt0076759", "tt0080684", "tt0113277", "tt0068646"


def test_star_wars_likes_give_star_wars_first_with_a_reason(run: Run) -> None:
    result = run("recommend", STAR_WARS, EMPIRE, "--json")
    assert result.exit_code == 0
    films = json.loads(result.stdout)
    assert len(films) == 20
    assert films[0]["primaryTitle"].startswith("Star Wars")
    assert "Star Wars" in films[0]["because"]
    assert not {STAR_WARS, EMPIRE} & {film["tconst"] for film in films}
    series = next(r for r in films[0]["reasons"] if r["term"] == "franchise")
    assert set(series["liked"]) == {STAR_WARS, EMPIRE}


def test_reasons_add_up_to_the_score(run: Run) -> None:
    films = json.loads(run("recommend", HEAT, GODFATHER, "--top", "7", "--json").stdout)
    assert len(films) == 7
    for film in films:
        assert sum(r["contribution"] for r in film["reasons"]) == pytest.approx(film["score"])
        assert 0 <= film["matchPercent"] <= 100
        assert {"term", "contribution", "text", "liked", "shared"} == set(film["reasons"][0])


def test_last_film_is_the_latest_like(run: Run) -> None:
    godfather_last, star_wars_last = (
        json.loads(run("recommend", *likes, "--ranker", "seed-single", "--json").stdout)
        for likes in ((STAR_WARS, GODFATHER), (GODFATHER, STAR_WARS))
    )
    assert godfather_last[0]["primaryTitle"].startswith("The Godfather")
    assert star_wars_last[0]["primaryTitle"].startswith("Star Wars")


def test_unknown_film_is_skipped_with_a_warning(run: Run) -> None:
    with_unknown = run("recommend", HEAT, "tt9999999", "--top", "3", "--json")
    assert with_unknown.exit_code == 0
    assert "tt9999999" in with_unknown.stderr
    assert with_unknown.stdout == run("recommend", HEAT, "--top", "3", "--json").stdout


def test_only_unknown_films_are_an_error(run: Run) -> None:
    result = run("recommend", "tt9999999", "nonsense")
    assert result.exit_code == 1
    assert "tt9999999" in result.stderr
    assert "nonsense" in result.stderr
    assert result.stdout == ""


def test_every_ranker_can_be_chosen(run: Run) -> None:
    for name in RANKERS:
        assert run("recommend", HEAT, "--ranker", name, "--top", "1").exit_code == 0
    assert run("recommend", HEAT, "--ranker", "magic").exit_code == 2


@pytest.mark.parametrize(
    "args",
    [
        [],
        [HEAT, "--out", "x.csv"],
        ["--out", "x.csv"],
        ["--profiles", __file__],
        [HEAT, "--profiles", __file__, "--out", "x.csv"],
        ["--profiles", __file__, "--out", "x.csv", "--json"],
        [HEAT, "--top", "0"],
    ],
)
def test_contradictory_arguments_exit_2(run: Run, args: list[str]) -> None:
    result = run("recommend", *args)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_lines_hold_match_and_reason(run: Run) -> None:
    lines = run("recommend", STAR_WARS, EMPIRE, "--top", "5").stdout.splitlines()
    assert lines[0].lstrip().startswith("1  Star Wars")
    assert "%" in lines[0]
    assert "Star Wars" in lines[1]
    assert max(map(len, lines)) <= 100


def test_similar_films_share_something(run: Run) -> None:
    alike = json.loads(run("similar", GODFATHER, "--top", "2", "--json").stdout)
    assert {film["tconst"] for film in alike} == {"tt0071562", "tt0099674"}
    assert all(film["because"] for film in alike)
    assert "The Godfather Part II (1974)" in run("similar", GODFATHER, "--top", "2").stdout
