"""No route reads or changes the data of another user."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from recommender.server.api.application import build_application
from recommender.service import get_marquee
from recommender.users import People

INTERACTION = {"tconst": "tt0133093", "kind": "watchlist"}
DOCUMENT = build_application(get_marquee, per_minute=1).openapi()
ROUTES = [
    pytest.param(method.upper(), path, id=f"{method.upper()} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
]


def operation_of(method: str, path: str) -> dict[str, Any]:
    operation: dict[str, Any] = DOCUMENT["paths"][path][method.lower()]
    return operation


def needs_user(method: str, path: str) -> bool:
    return bool(operation_of(method, path).get("security"))


def everything_of_ada(api: Any) -> tuple[Any, ...]:
    """Return all that is kept of her, straight from the file."""
    people = People(api.data_dir / "people.db")
    try:
        user = people.accounts.find_user_by_api_token(api.ada)
        assert user is not None
        return (user, people.list_interactions(user.user_id), people.counts(user.user_id))
    finally:
        people.close()


def fill(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return address and options of a request that would be good."""
    address = path.replace("{tconst}", "tt0076759")
    if method == "DELETE":
        return address, {"params": INTERACTION}
    if path == "/api/login":
        return address, {"json": {"name": "Bob", "password": "correct horse battery staple"}}
    return address, {"json": INTERACTION} if method == "POST" else {}


def ids_of(user_id: int) -> list[dict[str, Any]]:
    return [
        {"params": {"user_id": user_id}},
        {"params": {"user": "Ada"}},
        {"params": {"name": "Ada"}},
        {"headers": {"X-User-Id": str(user_id), "X-Forwarded-User": "Ada", "X-Remote-User": "Ada"}},
    ]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_bob_neither_sees_nor_changes_the_data_of_ada(api: Any, method: str, path: str) -> None:
    before = everything_of_ada(api)
    address, options = fill(method, path)
    good = api.ask(method, address, token=api.bob, **options)
    assert good.status_code == 200
    seen = [good]
    for more in ids_of(before[0].user_id):
        merged = {**options, **more}
        merged["params"] = {**options.get("params", {}), **more.get("params", {})}
        answer = api.ask(method, address, token=api.bob, **merged)
        # Either it is refused or it is passed over: nothing else may come of it.
        assert answer.status_code in {400, 422} or "headers" in more
        seen.append(answer)
    if method == "POST":
        wrong = {"json": {**options["json"], "user_id": before[0].user_id}}
        assert api.ask("POST", address, token=api.bob, **wrong).status_code == 422
    for answer in seen:
        assert "Ada" not in answer.text
        if needs_user(method, path) and not path.endswith("/recommendations"):
            assert not any(row.tconst in answer.text for row in before[1])
    assert everything_of_ada(api) == before
    api.ask("DELETE", "/interactions", token=api.bob, params=INTERACTION)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_accepts_a_user_id(method: str, path: str) -> None:
    operation = operation_of(method, path)
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    names |= set(re.findall(r"schemas/(\w+)", json.dumps(operation.get("requestBody", {}))))
    assert not [name for name in names - {"tconst"} if "user" in name or name.endswith("id")]
    assert "user_id" not in json.dumps(DOCUMENT)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_routes_of_users_need_credentials(api: Any, method: str, path: str) -> None:
    address, options = fill(method, path)
    answer = api.ask(method, address, **options)
    expected = 401 if needs_user(method, path) else 200
    assert answer.status_code == expected


def test_each_has_their_own_rows(api: Any) -> None:
    api.ask("POST", "/interactions", token=api.bob, json=INTERACTION)
    api.ask("POST", "/interactions", token=api.ada, json=INTERACTION)
    api.ask("DELETE", "/interactions", token=api.bob, params=INTERACTION)
    kept = api.get("/interactions?kind=watchlist", token=api.ada).json()
    assert [row["tconst"] for row in kept["interactions"]] == ["tt0133093"]
    api.ask("DELETE", "/interactions", token=api.ada, params=INTERACTION)
