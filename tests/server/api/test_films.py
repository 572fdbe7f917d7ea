"""Routes that need no credentials, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest


def test_search_corrects_typing_errors_and_returns_the_correction(api: Any) -> None:
    answer = api.get("/api/search", params={"q": "godfathr", "limit": 1})
    assert answer.status_code == 200
    page = answer.json()
    assert page["corrected_to"] == "godfather"
    assert [film["primaryTitle"] for film in page["films"]] == ["The Godfather"]
    assert page["total"] > 1


def test_search_filters_sorts_and_pages(api: Any) -> None:
    asked = {"genre": ["Horror", "Comedy"], "all_genres": "true", "year_from": 1980}
    asked |= {"year_to": 1989, "min_rating": "7e0", "sort": "year", "limit": 5}
    first = api.get("/api/search", params=asked).json()
    films = first["films"]
    assert 0 < len(films) <= 5
    for film in films:
        assert {"Horror", "Comedy"} <= set(film["genres"])
        assert 1980 <= film["startYear"] <= 1989
        assert film["averageRating"] >= 7
    assert [film["startYear"] for film in films] == sorted(
        (film["startYear"] for film in films), reverse=True
    )
    later = api.get("/api/search", params=asked | {"offset": 2}).json()["films"]
    assert [film["tconst"] for film in later[:3]] == [film["tconst"] for film in films[2:5]]


def test_genres_are_found_in_any_case(api: Any) -> None:
    totals = {
        api.get("/api/search", params={"genre": genre}).json()["total"]
        for genre in ("Film-Noir", "film-noir", " FILM-NOIR ")
    }
    assert len(totals) == 1
    assert totals.pop() > 0


def test_a_film_has_its_people(api: Any) -> None:
    film = api.get("/api/films/tt15398776").json()
    assert film["primaryTitle"] == "Oppenheimer"
    assert film["startYear"] == 2023
    assert film["directors"] == ["Christopher Nolan"]
    assert {"poster_url", "overview"} <= film.keys()


def test_similar_films_have_reasons(api: Any) -> None:
    films = api.get("/api/films/tt0076759/similar", params={"limit": 5}).json()
    assert len(films) == 5
    assert films[0]["primaryTitle"].startswith("Star Wars")
    for film in films:
        assert film["because"]
        assert sum(part["contribution"] for part in film["reasons"]) == pytest.approx(
            film["score"], abs=1e-3
        )


def test_trending_films_are_recent_and_varied(api: Any) -> None:
    films = api.get("/api/onboarding/trending", params={"limit": 12}).json()
    assert len(films) == 12
    assert len({film["tconst"] for film in films}) == 12
    assert len({genre for film in films for genre in film["genres"]}) >= 6
    assert min(film["startYear"] for film in films) > 2000


@pytest.mark.parametrize("path", ["/api/search", "/api/films/tt0076759", "/api/openapi.json"])
def test_public_responses_may_be_cached(api: Any, path: str) -> None:
    answer = api.get(path, token=api.ada)
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert "set-cookie" not in answer.headers


def test_head_is_get_without_a_body(api: Any) -> None:
    answer = api.ask("HEAD", "/api/films/tt0076759")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 100
