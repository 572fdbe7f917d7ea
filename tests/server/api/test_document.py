"""The OpenAPI document states the limits that hold; its page needs no other host."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

import pytest
import schemathesis
from playwright.sync_api import Browser

from recommender.server.api.application import build_application, render_docs_page
from recommender.server.api.errors import ProblemKind
from recommender.server.security import hash_inline_scripts
from recommender.service import get_marquee

DOCUMENT = build_application(get_marquee, per_minute=1).openapi()


def parameters() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (operation["operationId"], parameter["name"]): parameter["schema"]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
    }


def test_it_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1.")
    named = re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT))
    assert set(named) == set(DOCUMENT["components"]["schemas"])


def test_limits_are_documented() -> None:
    schemas = parameters()
    limit = schemas["recommendFilms", "limit"]
    assert (limit["type"], limit["minimum"], limit["maximum"]) == ("integer", 10, 20)
    assert limit["default"] == 20
    assert schemas["searchFilms", "min_rating"]["maximum"] == 10
    assert schemas["findFilm", "tconst"]["pattern"] == "^tt[0-9]{7,10}$"
    assert schemas["searchFilms", "q"]["maxLength"] == 200
    for name, schema in schemas.items():
        if schema.get("type") in {"integer", "number"}:
            assert {"minimum", "maximum"} <= schema.keys(), name


def test_every_path_of_the_issue_is_there() -> None:
    wanted = {
        "/api/login": {"post"},
        "/api/me": {"get"},
        "/api/search": {"get"},
        "/api/films/{tconst}": {"get"},
        "/api/films/{tconst}/similar": {"get"},
        "/api/onboarding/trending": {"get"},
        "/api/interactions": {"get", "post", "delete"},
        "/interactions": {"get", "post", "delete"},
        "/api/recommendations": {"get"},
        "/recommendations": {"get"},
    }
    assert {path: set(methods) for path, methods in DOCUMENT["paths"].items()} == wanted


def test_each_operation_names_everything_that_can_go_wrong() -> None:
    always = {"200", "400", "422", "429", "500", "503"}
    like = DOCUMENT["paths"]["/interactions"]["post"]["responses"]
    assert set(like) == always | {"401", "403", "404", "408", "413", "415"}
    search = DOCUMENT["paths"]["/api/search"]["get"]["responses"]
    assert set(search) == always
    recommendations = DOCUMENT["paths"]["/recommendations"]["get"]["responses"]
    assert set(recommendations) == always | {"401"}
    assert "Cold-Start" in recommendations["200"]["headers"]


def test_the_server_serves_it(api: Any) -> None:
    assert api.get("/api/openapi.json").json() == json.loads(json.dumps(DOCUMENT))


def test_the_page_needs_no_other_host(api: Any) -> None:
    answer = api.get("/api/docs")
    assert answer.status_code == 200
    assert answer.text == render_docs_page()
    assert "set-cookie" not in answer.headers
    fetched = re.findall(r'(?:src|href|url)(?:=|: )"([^"]+)"', answer.text)
    assert len(fetched) >= 4
    for address in set(fetched) - {"data:,"}:
        assert urljoin(api.url, address).startswith(api.url), address
        assert api.get(address).status_code == 200, address


def test_the_policy_allows_the_pages_own_script_and_no_other(api: Any) -> None:
    answer = api.get("/api/docs")
    policy = answer.headers["content-security-policy"]
    (source,) = hash_inline_scripts(answer.text)
    assert f"script-src 'self' '{source}';" in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.browser
def test_the_page_renders_under_its_policy(api: Any, browser: Browser) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{api.url}/api/docs#unknown-film")
    page.get_by_text("/api/onboarding/trending").first.wait_for()
    assert page.locator("#unknown-film").is_visible()
    assert errors == []
    page.close()


@pytest.mark.parametrize("kind", ProblemKind)
def test_types_of_problems_lead_to_the_page(kind: ProblemKind) -> None:
    assert render_docs_page().count(f'id="{kind.slug}"') == 1
