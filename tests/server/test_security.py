from __future__ import annotations

import base64
import hashlib

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from recommender.server.security import (
    SecurityHeadersMiddleware,
    build_content_policy,
    hash_inline_scripts,
    read_streamlit_page,
)
from tests.asgi import ask


def headers_of(answer: Response) -> Headers:
    middleware = SecurityHeadersMiddleware(answer, policy="default-src 'self'")
    return ask(middleware, "GET", "/").headers


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}


@pytest.mark.parametrize("status", [200, 304, 404, 500])
def test_every_answer_has_security_headers(status: int) -> None:
    headers = headers_of(Response(status_code=status))
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "camera=()" in headers["permissions-policy"]


def test_route_may_set_a_stricter_header() -> None:
    answer = PlainTextResponse("x", headers={"Content-Security-Policy": "default-src 'none'"})
    assert headers_of(answer).getlist("content-security-policy") == ["default-src 'none'"]


def test_inline_scripts_are_hashed_exactly() -> None:
    script = "\n  let a = 1 < 2 && '&amp;' // é\n"
    page = f'<head><script src="a.js"></script><script>{script}</script></head><p>script</p>'
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert hash_inline_scripts(page) == (f"sha256-{digest}",)


def test_hash_matches_the_specification() -> None:
    # The example in W3C's CSP Level 2, section 7.17.2.
    page = "<script>alert('Hello, world.');</script>"
    assert hash_inline_scripts(page) == ("sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=",)


def test_scripts_are_allowed_by_origin_and_hash_only() -> None:
    scripts = directives(build_content_policy("<script>1</script>"))["script-src"]
    assert scripts[:2] == ["'self'", "blob:"]
    assert len(scripts) == 3
    assert scripts[2].startswith("'sha256-")


def test_only_the_poster_host_is_allowed() -> None:
    policy = directives(build_content_policy(read_streamlit_page()))
    everything = [source for sources in policy.values() for source in sources]
    assert [source for source in everything if "://" in source] == ["https://image.tmdb.org"]
    assert "'unsafe-eval'" not in everything
    assert not {"*", "https:", "http:", "ws:", "wss:"} & set(everything)
    assert "'unsafe-inline'" not in policy["script-src"]
    assert policy["frame-ancestors"] == ["'self'"]


def test_streamlit_page_has_one_inline_script() -> None:
    assert "prerenderReady" in read_streamlit_page()
    assert len(hash_inline_scripts(read_streamlit_page())) >= 1
    assert build_content_policy("").startswith("default-src 'self'; script-src 'self' blob:;")
