"""Client over HTTP: requests, valid answers, and every fault."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Callable

import pytest

from recommender.errors import TmdbError, TmdbKeyRefused, TmdbUnavailable
from recommender.settings import Secret
from recommender.tmdb import Client, RateLimiter
from tests.tmdb.conftest import CANARY_V3, CANARY_V4
from tests.tmdb.fake_tmdb import (
    FAULTS,
    LONG_TIMEOUTS,
    SHORT_TIMEOUTS,
    SLOW_FAULTS,
    FakeTmdb,
    serve_fake_tmdb,
)

Connect = Callable[..., Client]


def test_film_is_found_by_its_imdb_id(fake: FakeTmdb, connect: Connect) -> None:
    found = connect().find("tt0088247")
    assert found is not None
    assert (found.tmdb_id, found.poster_path) == (88247, "/tall88247.jpg")
    [asked] = fake.asked
    assert asked.path == "/3/find/tt0088247"
    assert asked.query == {"external_source": ["imdb_id"], "language": ["en-US"]}


def test_token_is_sent_as_bearer_and_key_in_the_query(fake: FakeTmdb, connect: Connect) -> None:
    connect(CANARY_V4).find("tt1")
    connect(CANARY_V3).find("tt2")
    token, key = fake.asked
    assert token.headers["authorization"] == f"Bearer {CANARY_V4}"
    assert CANARY_V4 not in token.raw
    assert key.query["api_key"] == [CANARY_V3]
    assert "authorization" not in key.headers


def test_details_need_one_request(fake: FakeTmdb, connect: Connect) -> None:
    details = connect().find_details(949, region="US")
    [asked] = fake.asked
    assert asked.path == "/3/movie/949"
    assert asked.query["append_to_response"] == [
        "credits,videos,keywords,release_dates,watch/providers"
    ]
    assert details.trailer == "https://www.youtube.com/watch?v=official123"
    assert [provider.name for provider in details.providers] == ["Streamer", "Lender", "Seller"]
    assert (details.certificate, details.music) == ("PG-13", ("C. Composer",))


def test_connection_is_reused(fake: FakeTmdb, connect: Connect) -> None:
    client = connect()
    for number in range(3):
        client.find(f"tt{number}")
    assert {asked.headers["connection"] for asked in fake.asked} == {"keep-alive"}
    assert len({asked.client for asked in fake.asked}) == 1


@pytest.mark.parametrize("mode", FAULTS)
def test_every_fault_raises_a_tmdb_error_or_finds_no_film(
    fake: FakeTmdb, connect: Connect, mode: str
) -> None:
    fake.mode, fake.retry_after = mode, "0"
    try:
        assert connect().find("tt0088247") is None
        assert mode in {"missing", "empty"}
    except TmdbKeyRefused:
        assert mode == "unauthorized"
    except TmdbUnavailable:
        assert mode not in {"missing", "empty"}


@pytest.mark.parametrize("mode", sorted(SLOW_FAULTS))
def test_slow_answer_ends_at_the_deadline(fake: FakeTmdb, connect: Connect, mode: str) -> None:
    fake.mode = mode
    client = connect()
    with pytest.raises(TmdbUnavailable):
        client.find("tt1")
    assert len(fake.asked) <= 3
    fake.mode = "well"
    client.transport.timeouts = LONG_TIMEOUTS
    assert client.find("tt2") is not None  # the client still works


def test_invalid_retry_after_is_retried_a_little_later(fake: FakeTmdb, connect: Connect) -> None:
    for retry_after in (None, "0", "soon", "9" * 400, "Wed, 21 Oct 2015 07:28:00 GMT"):
        fake.asked.clear()
        fake.mode, fake.retry_after = "limited", retry_after
        with pytest.raises(TmdbUnavailable):
            connect(timeouts=SHORT_TIMEOUTS).find("tt1")
        assert 1 <= len(fake.asked) <= 3


def test_long_retry_after_pauses_all_requests_without_waiting(
    fake: FakeTmdb, connect: Connect
) -> None:
    fake.mode, fake.retry_after = "limited", "3600"
    limiter = RateLimiter()
    with pytest.raises(TmdbUnavailable):
        connect(limiter=limiter).find("tt1")
    assert 50 < limiter.pause_left_s() <= 60
    fake.mode = "well"
    with pytest.raises(TmdbUnavailable, match="request limit"):
        connect(limiter=limiter).find("tt2")
    assert len(fake.asked) == 1


def test_redirect_is_not_followed(fake: FakeTmdb, connect: Connect) -> None:
    with serve_fake_tmdb() as elsewhere:
        fake.mode, fake.elsewhere = "redirect", f"{elsewhere.address}/3/find/tt1"
        for key in (CANARY_V3, CANARY_V4):
            with pytest.raises(TmdbUnavailable, match="302"):
                connect(key).find("tt1")
        assert not elsewhere.asked


@pytest.mark.parametrize("key", [CANARY_V3, CANARY_V4])
@pytest.mark.parametrize("mode", ["well", *FAULTS])
def test_key_is_in_no_log_and_no_exception(
    fake: FakeTmdb, connect: Connect, mode: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    fake.mode, fake.retry_after = mode, "0"
    client = connect(key)
    said = repr(vars(client)) + str(client)
    with caplog.at_level(logging.DEBUG):
        try:
            said += repr(client.find("tt0088247"))
        except TmdbError as error:
            said += everything_about(error)
    assert fake.asked
    assert fake.address.removeprefix("http://") in caplog.text  # urllib3 did log
    assert key not in caplog.text + said


def everything_about(error: BaseException | None) -> str:
    """Return all text of an error and its causes."""
    text = ""
    while error is not None:
        text += f"{error!r} {error.args} {vars(error)} "
        text += "".join(traceback.TracebackException.from_exception(error).format())
        for name in ("request", "response", "url", "pool", "reason"):
            found = getattr(error, name, None)
            text += f"{found!r} {getattr(found, '__dict__', '')}"
        error = error.__cause__ or error.__context__
    return text


def test_netrc_is_not_sent(
    fake: FakeTmdb, connect: Connect, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", netrc)
    connect(CANARY_V3).find("tt1")
    connect(CANARY_V4).find("tt1")
    key, token = fake.asked
    assert "authorization" not in key.headers
    assert token.headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("key", ["two words", "new\nline", "schlüssel", "x" * 3000])
def test_invalid_key_is_not_sent(fake: FakeTmdb, connect: Connect, key: str) -> None:
    with pytest.raises(TmdbKeyRefused) as refused:
        connect(key).find("tt1")
    assert key not in everything_about(refused.value)
    assert not fake.asked


def test_an_unreachable_server_is_unavailable() -> None:
    with serve_fake_tmdb() as gone:
        pass
    client = Client(gone.api, Secret(CANARY_V4), language="en-US", limiter=RateLimiter())
    with pytest.raises(TmdbUnavailable, match="ConnectionError"):
        client.find("tt1")


def test_invalid_id_stays_one_segment_of_the_url(fake: FakeTmdb, connect: Connect) -> None:
    with contextlib.suppress(TmdbUnavailable):
        connect().find("../movie/1?api_key=x#")
    [asked] = fake.asked
    assert asked.raw.startswith("/3/find/..%2Fmovie%2F1%3Fapi_key%3Dx%23?external_source=")
