"""The assembled app in a real ``streamlit run``."""

from __future__ import annotations

import time
from typing import Any

import requests

from recommender.server import GUEST_COOKIE
from recommender.users import is_token


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=5, **options)


def test_port_answers_before_warm_up_ends(tiny_app: Any) -> None:
    assert not tiny_app.warm_at_first_answer
    deadline = time.monotonic() + 5
    while not (tiny_app.folder / "warm").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tiny_app.folder / "warm").exists()


def test_healthz_answers(tiny_app: Any) -> None:
    answer = get(f"{tiny_app.url}/healthz")
    assert answer.json() == {"status": "ok"}
    assert GUEST_COOKIE not in answer.cookies


def test_each_page_sets_and_keeps_the_cookie(tiny_app: Any) -> None:
    with requests.Session() as visitor:
        first = visitor.get(f"{tiny_app.url}/", timeout=5)
        token = first.cookies[GUEST_COOKIE]
        assert is_token(token)
        assert first.headers["cache-control"] == "no-store"
        again = visitor.get(f"{tiny_app.url}/film?tconst=tt0113277", timeout=5)
        assert again.cookies[GUEST_COOKIE] == token
    assert get(f"{tiny_app.url}/").cookies[GUEST_COOKIE] != token


def test_static_files_have_headers_and_no_cookie(tiny_app: Any) -> None:
    for path in ("favicon.png", "_stcore/health", "manifest.json"):
        answer = get(f"{tiny_app.url}/{path}")
        assert answer.status_code == 200
        assert GUEST_COOKIE not in answer.cookies
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self' blob: 'sha256-" in answer.headers["content-security-policy"]
