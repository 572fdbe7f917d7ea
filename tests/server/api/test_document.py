"""The document and its page say what the models and routes do, and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import schemathesis

from recommender.server.api.docs_page import PAGE_POLICY, render_page
from recommender.server.api.document import build_document
from recommender.server.api.operations import OPERATIONS
from recommender.server.api.problems import ProblemKind

DOCUMENT = build_document(OPERATIONS)


class Links(HTMLParser):
    """Collects ids, what links lead to, and everything a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.targets.append(found["href"])
        elif tag in {"script", "img", "link", "iframe"}:
            self.fetched.append(tag)


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(DOCUMENT)


def parameters() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (operation.name, parameter["name"]): parameter["schema"]
        for operation in OPERATIONS
        for parameter in DOCUMENT["paths"][operation.paths[0]][operation.method.lower()][
            "parameters"
        ]
    }


def test_it_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert DOCUMENT["openapi"] == "3.1.0"
    named = re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT))
    assert set(named) == set(DOCUMENT["components"]["schemas"])


def test_limits_that_are_kept_are_said() -> None:
    said = parameters()
    assert said["recommendFilms", "limit"] == {
        "type": "integer",
        "minimum": 10,
        "maximum": 20,
        "default": 20,
    }
    assert said["searchFilms", "min_rating"]["maximum"] == 10
    assert said["findFilm", "tconst"]["pattern"] == "^tt[0-9]{7,10}$"
    assert said["searchFilms", "q"]["maxLength"] == 200
    for operation in OPERATIONS:
        for name, info in operation.asks.model_fields.items():
            kept = [m for m in info.metadata if hasattr(m, "ge") or hasattr(m, "le")]
            if kept and not operation.has_body:
                assert {"minimum", "maximum"} <= said[operation.name, name].keys(), name


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
    mine = DOCUMENT["paths"]["/recommendations"]["get"]["responses"]
    assert set(mine) == always | {"401"}
    assert "Cold-Start" in mine["200"]["headers"]


def test_the_server_serves_it(api: Any) -> None:
    assert api.get("/api/openapi.json").json() == DOCUMENT


def test_the_page_is_whole_and_fetches_nothing(api: Any, page: str) -> None:
    answer = api.get("/api/docs")
    assert answer.status_code == 200
    assert answer.text == page
    assert answer.headers["content-security-policy"] == PAGE_POLICY
    assert "set-cookie" not in answer.headers
    links = Links()
    links.feed(page)
    assert links.fetched == []
    assert not re.search(r"url\(|@import", page)
    assert len(links.ids) == len(set(links.ids))
    for target in links.targets:
        if target.startswith("#"):
            assert target[1:] in links.ids, target
        else:
            assert target in {"/", "/api/openapi.json"}
    assert {kind.slug for kind in ProblemKind} <= set(links.ids), "types of problems lead here"
    assert {operation.name for operation in OPERATIONS} <= set(links.ids)


def test_the_policy_allows_the_pages_own_style_and_no_other(page: str) -> None:
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in PAGE_POLICY
    assert "style=" not in page
    assert "script" not in PAGE_POLICY


def test_the_page_takes_nothing_for_markup() -> None:
    path = DOCUMENT["paths"]["/api/search"]["get"] | {"summary": "<script>alert(1)</script>"}
    strange = DOCUMENT | {"paths": {"/api/<b>": {"get": path}}}
    assert "<script" not in render_page(strange)
    assert "/api/<b>" not in render_page(strange)
