"""Routes of users, over HTTP: with a token, or with a cookie of the pages."""

from __future__ import annotations

from typing import Any

import pytest

from recommender.users import People

MINE = ("/api/me", "/api/recommendations", "/recommendations", "/api/interactions", "/interactions")


@pytest.mark.parametrize("path", MINE)
def test_credentials_are_needed(api: Any, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/recommendations", "/recommendations"])
def test_recommendations_have_the_fields_of_the_seed_and_reasons(api: Any, path: str) -> None:
    answer = api.get(path, token=api.ada)
    assert answer.status_code == 200
    assert answer.headers["cold-start"] == "false"
    assert answer.headers["cache-control"] == "no-store"
    films = answer.json()
    assert len(films) == 20
    promised = {"tconst", "primaryTitle", "startYear", "averageRating", "genres", "poster_url"}
    for film in films:
        assert promised | {"overview", "score", "reasons"} <= film.keys()
        assert 0 <= film["match_percent"] <= 100
        parts = sum(part["contribution"] for part in film["reasons"])
        assert parts == pytest.approx(film["score"], abs=1e-3)
    liked = api.get("/api/interactions?kind=like", token=api.ada).json()["interactions"]
    assert not {film["tconst"] for film in films} & {row["tconst"] for row in liked}


def test_recommendations_follow_dials_and_filters(api: Any) -> None:
    asked = {"genre": "Animation", "year_from": 1990, "limit": 10, "hidden_gems": "1"}
    films = api.get("/api/recommendations", token=api.ada, params=asked).json()
    assert len(films) == 10
    assert all("Animation" in film["genres"] and film["startYear"] >= 1990 for film in films)
    middle = api.get("/api/recommendations", token=api.ada, params=asked | {"hidden_gems": ".5"})
    assert middle.status_code == 422, "a number begins with a digit"
    known = api.get("/api/recommendations", token=api.ada, params=asked | {"hidden_gems": "0"})
    assert known.json() != films


def test_a_user_without_likes_gets_a_cold_start(api: Any) -> None:
    answer = api.get("/api/recommendations", token=api.bob)
    assert answer.status_code == 200
    assert answer.headers["cold-start"] == "true"
    assert len(answer.json()) == 20
    assert api.get("/api/me", token=api.bob).json()["cold_start"] is True


def test_a_like_is_set_not_toggled_and_a_hide_removes_it(api: Any) -> None:
    def save(kind: str) -> dict[str, Any]:
        body = {"tconst": "tt0133093", "kind": kind}
        answer = api.ask("POST", "/interactions", token=api.bob, json=body)
        assert answer.status_code == 200
        return dict(answer.json())

    assert save("like") == {"tconst": "tt0133093", "kinds": ["like"], "changed": True}
    assert save("like") == {"tconst": "tt0133093", "kinds": ["like"], "changed": False}
    listed = api.get("/api/interactions", token=api.bob).json()
    assert [row["primaryTitle"] for row in listed["interactions"]] == ["The Matrix"]
    assert save("hide")["kinds"] == ["hide"]
    gone = api.ask("DELETE", "/api/interactions?tconst=tt0133093&kind=hide", token=api.bob)
    assert gone.json() == {"tconst": "tt0133093", "kinds": [], "changed": True}
    assert api.get("/interactions", token=api.bob).json()["total"] == 0


def test_a_like_needs_no_kind(api: Any) -> None:
    body = {"tconst": "tt15398776"}
    assert api.ask("POST", "/interactions", token=api.bob, json=body).json()["kinds"] == ["like"]
    assert api.ask("DELETE", "/interactions?tconst=tt15398776", token=api.bob).json()["changed"]


def test_a_film_that_is_not_there_cannot_be_liked(api: Any) -> None:
    body = {"tconst": "tt9999999999"}
    answer = api.ask("POST", "/api/interactions", token=api.bob, json=body)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/api/docs#unknown-film"
    gone = api.ask("DELETE", "/api/interactions?tconst=tt9999999999", token=api.bob)
    assert gone.json()["changed"] is False


def test_interactions_are_paged_newest_first(api: Any) -> None:
    whole = api.get("/api/interactions?kind=like", token=api.ada).json()
    assert whole["total"] == 6
    times = [row["created_at"] for row in whole["interactions"]]
    assert times == sorted(times, reverse=True)
    part = api.get("/api/interactions?kind=like&limit=2&offset=3", token=api.ada).json()
    assert part["interactions"] == whole["interactions"][3:5]
    assert part["total"] == 6


def test_a_password_gives_a_token(api: Any) -> None:
    who = {"name": "ada", "password": "correct horse battery staple"}
    answer = api.ask("POST", "/api/login", json=who)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    given = answer.json()
    assert given["token_type"] == "bearer"  # noqa: S105
    assert given["expires_in"] > 86_400
    me = api.get("/api/me", token=given["access_token"]).json()
    assert (me["name"], me["is_guest"], me["counts"]["like"]) == ("Ada", False, 6)


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(api: Any) -> None:
    wrong = api.ask("POST", "/api/login", json={"name": "Ada", "password": "wrong wrong"})
    unknown = api.ask("POST", "/api/login", json={"name": "Eve", "password": "wrong wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.headers["www-authenticate"].startswith("Bearer")


def test_a_guest_with_an_interaction_is_known_by_the_cookie(api: Any) -> None:
    me = api.as_guest("GET", "/api/me").json()
    assert (me["name"], me["is_guest"], me["counts"]["hide"]) == (None, True, 1)
    films = api.as_guest("GET", "/recommendations")
    assert films.status_code == 200
    assert "tt0111161" not in {film["tconst"] for film in films.json()}


def test_a_made_up_cookie_is_no_credential(api: Any) -> None:
    answer = api.ask("GET", "/api/me", cookies={"marquee_guest": "A" * 43})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "origin", [None, "https://evil.example", "null", "http://127.0.0.1", "{url}.evil.example"]
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/interactions"), ("DELETE", "/interactions?tconst=tt0076759")]
)
def test_with_a_cookie_only_the_page_itself_may_change_things(
    api: Any, method: str, path: str, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin.format(url=api.url)}
    body = {"json": {"tconst": "tt0076759"}} if method == "POST" else {}
    answer = api.as_guest(method, path, headers=headers, **body)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/api/docs#foreign-origin"
    assert api.as_guest("GET", "/interactions?kind=like").json()["total"] == 0


def test_the_page_itself_may(api: Any) -> None:
    headers = {"Origin": api.url}
    body = {"tconst": "tt0076759"}
    assert api.as_guest("POST", "/interactions", headers=headers, json=body).json()["changed"]
    gone = api.as_guest("DELETE", "/interactions?tconst=tt0076759", headers=headers)
    assert gone.json()["kinds"] == []


def test_another_site_cannot_sign_in_or_use_a_token(api: Any) -> None:
    headers = {"Origin": "https://evil.example"}
    who = {"name": "Ada", "password": "correct horse battery staple"}
    assert api.ask("POST", "/api/login", json=who, headers=headers).status_code == 403
    body = {"tconst": "tt0076759"}
    refused = api.ask("POST", "/interactions", token=api.bob, json=body, headers=headers)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    "said", ["Bearer ", "Bearer wrong", "Basic YWRhOnBhc3M=", "Bearer marquee_" + "A" * 43, "x"]
)
def test_a_wrong_token_is_refused_even_beside_a_good_cookie(api: Any, said: str) -> None:
    answer = api.as_guest("GET", "/api/me", headers={"Authorization": said})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_revoked_token_ends(api: Any) -> None:
    people = People(api.data_dir / "people.db")
    try:
        user = people.accounts.find_user_by_api_token(api.bob)
        assert user is not None
        token = people.accounts.create_token(user.user_id, "soon gone")
        assert api.get("/api/me", token=token).status_code == 200
        newest = people.accounts.list_tokens(user.user_id)[0]
        assert people.accounts.revoke_token(user.user_id, newest.token_id)
    finally:
        people.close()
    assert api.get("/api/me", token=token).status_code == 401
