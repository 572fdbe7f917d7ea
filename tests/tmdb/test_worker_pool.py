"""Errands: each once, the latest asked first, none kept for ever."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from recommender.tmdb import Priority
from recommender.tmdb.worker_pool import WorkerPool


class Gate:
    """An errand that holds the only worker until it is let go, and what ran after it."""

    def __init__(self, pool: WorkerPool) -> None:
        self.ran: list[str] = []
        self.begun, self.open = threading.Event(), threading.Event()
        self.done = pool.submit("gate", self._hold)
        assert self.begun.wait(5)

    def _hold(self) -> None:
        self.begun.set()
        assert self.open.wait(5)


def test_who_asks_for_the_same_shares_one_errand() -> None:
    pool, ran = WorkerPool(workers=1), list[str]()
    gate = Gate(pool)
    first = pool.submit("heat", lambda: ran.append("heat"))
    second = pool.submit("heat", lambda: ran.append("again"))
    assert pool.pending({"heat", "gate", "alien"}) == {"heat", "gate"}
    gate.open.set()
    wait([first, second], 5)
    assert first is second
    assert ran == ["heat"]
    assert not pool.pending({"heat"})
    pool.close()


def test_what_is_seen_goes_before_what_can_wait_and_may_overtake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("recommender.tmdb.worker_pool.time.monotonic", lambda: now)
    pool, ran = WorkerPool(workers=1), list[str]()
    gate = Gate(pool)

    def ask(name: str, priority: Priority = Priority.VISIBLE) -> None:
        pool.submit(name, lambda: ran.append(name), priority)

    ask("refresh", Priority.BACKGROUND)
    ask("old wall, first")
    ask("old wall, second")
    ask("promoted", Priority.BACKGROUND)
    now = 105.0
    ask("new wall, first")
    ask("new wall, second")
    ask("promoted")
    last = pool.submit("last", lambda: None, Priority.BACKGROUND)
    gate.open.set()
    wait([last], 5)
    pool.submit("end", lambda: None, Priority.BACKGROUND).result(5)
    assert ran[:5] == [
        "new wall, first",
        "new wall, second",
        "promoted",
        "old wall, first",
        "old wall, second",
    ]
    assert ran[5:] == ["refresh"]
    pool.close()


def test_the_queue_stays_short_and_the_least_urgent_are_dropped() -> None:
    pool = WorkerPool(workers=1, max_waiting=3)
    gate = Gate(pool)
    later = [pool.submit(n, lambda: None, Priority.BACKGROUND) for n in range(3)]
    seen = [pool.submit(f"seen {n}", lambda: None) for n in range(2)]
    assert [errand.cancelled() for errand in later] == [False, True, True]
    assert not any(errand.cancelled() for errand in seen)
    gate.open.set()
    wait([*seen, later[0]], 5)
    pool.close()


def test_an_errand_that_fails_stops_no_worker(caplog: pytest.LogCaptureFixture) -> None:
    pool = WorkerPool(workers=1)
    pool.submit("bad", _fail).result(5)
    assert "failed unexpectedly" in caplog.text
    ran = list[int]()
    pool.submit("good", lambda: ran.append(1)).result(5)
    assert ran == [1]
    pool.close()


def test_closing_drops_what_waits_and_nothing_is_taken_on() -> None:
    pool = WorkerPool(workers=1)
    gate = Gate(pool)
    waiting = pool.submit("waiting", lambda: None)
    watcher = threading.Thread(target=wait, args=([waiting], 60))
    watcher.start()
    pool.close()
    assert waiting.cancelled()
    watcher.join(5)
    assert not watcher.is_alive()  # who waits for it is told
    assert pool.submit("after", lambda: None).cancelled()
    gate.open.set()
    gate.done.result(5)


def test_as_many_workers_as_allowed_run_at_once() -> None:
    pool, together = WorkerPool(workers=4), threading.Barrier(4)
    errands = [pool.submit(n, lambda: _meet(together)) for n in range(8)]
    _, late = wait(errands, 10)
    assert not late
    assert not together.broken
    pool.close()


def _fail() -> None:
    raise ValueError("nobody thought of this")


def _meet(together: threading.Barrier) -> None:
    together.wait(5)
