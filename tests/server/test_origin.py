from __future__ import annotations

import pytest

from recommender.server.security import is_own_origin


def ask(*headers: tuple[str, str], scheme: str = "http") -> bool:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return is_own_origin({"type": "http", "scheme": scheme, "headers": raw})


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501"),
        ("http://marquee.example", "marquee.example"),
        ("http://marquee.example", "MARQUEE.example:80"),
        ("https://marquee.example", "marquee.example"),  # a proxy ends HTTPS in front of us
        ("https://marquee.example", "marquee.example:443"),
        ("http://[::1]:8501", "[::1]:8501"),
    ],
)
def test_own_origin_is_accepted(origin: str, host: str) -> None:
    assert ask(("host", host), ("origin", origin))


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://marquee.example.evil.example",
        "http://sub.marquee.example",
        "http://marquee.example:8502",
        "http://marquee.example@evil.example",
        "http://evil.example#marquee.example",
        "http://marquee.example/",
        "marquee.example",
        "//marquee.example",
        "file://marquee.example",
        "http://marquee.example:port",
        "http://marquee.example:99999",
        "http://marquee.example http://evil.example",
        "http://[marquee.example",
    ],
)
def test_other_origin_is_refused(origin: str) -> None:
    assert not ask(("host", "marquee.example"), ("origin", origin))


def test_missing_or_repeated_header_is_refused() -> None:
    ours = ("origin", "http://marquee.example")
    assert not ask(("host", "marquee.example"))
    assert not ask(ours)
    assert not ask(("host", "marquee.example"), ours, ours)
    assert not ask(("host", "marquee.example"), ("host", "evil.example"), ours)
    assert not ask(("host", ""), ("origin", "http://"))


def test_http_origin_is_refused_over_https() -> None:
    pair = (("host", "marquee.example"), ("origin", "http://marquee.example"))
    assert ask(*pair)
    assert not ask(*pair, scheme="https")
