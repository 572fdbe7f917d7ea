from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from recommender.server.lifespan import build_lifespan


@pytest.fixture(autouse=True)
def thaw() -> Iterator[None]:
    yield
    gc.unfreeze()


def live(
    warm_up: Callable[[], None],
    closing: Sequence[Callable[[], None]] = (),
    until: threading.Event | None = None,
) -> float:
    """Run a server's life; return how long it took to start, in seconds."""

    async def life() -> float:
        begun = time.perf_counter()
        async with build_lifespan(warm_up=warm_up, closing=closing)(None):
            took = time.perf_counter() - begun
            if until is not None:
                assert await asyncio.to_thread(until.wait, 5)
        return took

    return asyncio.run(life())


def test_start_does_not_wait_for_warm_up() -> None:
    go_on, done = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def warm_up() -> None:
        threads.append(threading.current_thread())
        go_on.wait(5)
        done.set()

    async def life() -> None:
        async with build_lifespan(warm_up=warm_up)(None):
            assert not done.is_set()
            go_on.set()
            assert await asyncio.to_thread(done.wait, 5)

    asyncio.run(life())
    assert threads[0] is not threading.main_thread()
    assert threads[0].daemon


def test_all_are_closed_in_order_after_a_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    closed: list[str] = []

    def fail() -> None:
        raise OSError("stuck")

    live(lambda: None, [lambda: closed.append("a"), fail, lambda: closed.append("b")])
    assert closed == ["a", "b"]
    assert "Closing failed" in caplog.text


def test_failed_warm_up_is_logged_and_server_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed = threading.Event()

    def warm_up() -> None:
        raise ValueError("no catalogue")

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            failed.set()

    logger = logging.getLogger("recommender.server.lifespan")
    heard = Heard()
    logger.addHandler(heard)
    try:
        live(warm_up, until=failed)
    finally:
        logger.removeHandler(heard)
    assert "Warming up failed" in caplog.text
    assert "no catalogue" in caplog.text


def test_objects_of_warm_up_are_frozen() -> None:
    done = threading.Event()
    live(done.set, until=done)
    deadline = time.monotonic() + 5
    while gc.get_freeze_count() == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert gc.get_freeze_count() > 0
