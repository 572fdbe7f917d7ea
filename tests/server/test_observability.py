"""Request ids, logs and metrics."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from recommender import metrics
from recommender.errors import SettingsError
from recommender.server.observability import (
    REQUEST_ID_HEADER,
    RequestIdMiddleware,
    find_request_id,
    set_up_logs,
)
from recommender.server.prometheus import PrometheusMetrics, serve_metrics
from recommender.settings import load_settings
from tests.asgi import ask

LOGGER = logging.getLogger("recommender.tests")


@pytest.fixture
def quiet_logs() -> Iterator[None]:
    """Leave the log as it was."""
    ours = logging.getLogger("recommender")
    handlers, level = list(ours.handlers), ours.level
    yield
    ours.handlers[:] = handlers
    ours.setLevel(level)


@pytest.fixture
def sink() -> Iterator[PrometheusMetrics]:
    made = PrometheusMetrics({"ready": ("Whether", lambda: 1.0)})
    metrics.set_sink(made)
    yield made
    metrics.set_sink(None)


async def say(request: Request) -> Response:
    LOGGER.warning("Something is odd.")
    return PlainTextResponse(find_request_id())


async def fail(request: Request) -> Response:
    raise ValueError("a secret detail")


def ask_small(path: str, **headers: str) -> tuple[int, Headers, str]:
    """Ask a small application inside the middleware."""
    app = Starlette(
        routes=[Route("/say", say), Route("/fail", fail)],
        middleware=[Middleware(RequestIdMiddleware)],
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    got = ask(app, "GET", path, headers=named)
    return got.status, got.headers, got.text


def test_each_request_has_its_own_id() -> None:
    _, headers, inside = ask_small("/say")
    assert re.fullmatch(r"[0-9a-f]{16}", headers[REQUEST_ID_HEADER])
    assert inside == headers[REQUEST_ID_HEADER]
    assert ask_small("/say")[1][REQUEST_ID_HEADER] != headers[REQUEST_ID_HEADER]
    assert find_request_id() == ""


def test_id_of_a_proxy_is_kept_if_well_formed() -> None:
    assert ask_small("/say", x_request_id="abc-12345678")[1][REQUEST_ID_HEADER] == "abc-12345678"
    for bad in ("short", "x" * 65, "new\nline-and-more", "<script>alert(1)</script>"):
        assert ask_small("/say", x_request_id=bad)[1][REQUEST_ID_HEADER] != bad


def test_failure_is_logged_with_its_id_and_reveals_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    status, headers, page = ask_small("/fail")
    assert status == 500
    assert headers[REQUEST_ID_HEADER] in page
    assert "secret" not in page
    assert "a secret detail" in caplog.text


@pytest.mark.usefixtures("quiet_logs")
def test_json_log_has_the_request_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs(as_json=True)
    _, headers, _ = ask_small("/say")
    ask_small("/fail", x_request_id="failing-one")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    odd, failed = lines
    assert odd["message"] == "Something is odd."
    assert (odd["level"], odd["request_id"]) == ("WARNING", headers[REQUEST_ID_HEADER])
    assert failed["request_id"] == "failing-one"
    assert "ValueError" in failed["error"]


@pytest.mark.usefixtures("quiet_logs")
def test_text_log_writes_each_line_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs(as_json=False)
    set_up_logs(as_json=False)
    _, headers, _ = ask_small("/say")
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(
        f"recommender.tests: Something is odd. [request {headers[REQUEST_ID_HEADER]}]"
    )


def test_metrics_are_served_on_localhost(sink: PrometheusMetrics) -> None:
    metrics.count("interactions", kind="like", on="true")
    metrics.count("tmdb", outcome="failed")
    with metrics.timed("recommendation"):
        pass
    ask_small("/say")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    end = serve_metrics(sink, port)
    try:
        said = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    finally:
        end()
    for line in (
        'marquee_interactions_total{kind="like",on="true"} 1.0',
        'marquee_tmdb_total{outcome="failed"} 1.0',
        'marquee_requests_total{status="2xx"} 1.0',
        "marquee_recommendation_seconds_count 1.0",
        "marquee_ready 1.0",
    ):
        assert line in said
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10)


def test_taken_port_is_logged_and_nothing_fails(
    sink: PrometheusMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        serve_metrics(sink, port)()
    assert f"port {port} is not available" in caplog.text


def test_nothing_is_counted_without_a_sink() -> None:
    metrics.count("no such number", any="label")
    done = []
    with metrics.timed("no such time"):
        done.append("what was timed")
    assert done == ["what was timed"]


def test_log_and_port_are_read_from_settings() -> None:
    assert load_settings({}).metrics_port == 0
    assert not load_settings({}).log_as_json
    settings = load_settings({"MARQUEE_LOG": "json", "MARQUEE_METRICS_PORT": "9501"})
    assert (settings.log_as_json, settings.metrics_port) == (True, 9501)
    wrong: Any
    for wrong in ({"MARQUEE_LOG": "xml"}, {"MARQUEE_METRICS_PORT": "70000"}):
        with pytest.raises(SettingsError):
            load_settings(wrong)
