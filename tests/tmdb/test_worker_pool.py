"""Worker pool: deduplication, priorities, a short queue, and closing."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from recommender.tmdb import Priority
from recommender.tmdb.worker_pool import WorkerPool


class Gate:
    """Task that occupies the only worker until it is released."""

    def __init__(self, pool: WorkerPool) -> None:
        self.ran: list[str] = []
        self.begun, self.open = threading.Event(), threading.Event()
        self.done = pool.submit("gate", self._hold)
        assert self.begun.wait(5)

    def _hold(self) -> None:
        self.begun.set()
        assert self.open.wait(5)


def test_tasks_of_one_name_share_a_future() -> None:
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


def test_visible_and_newer_tasks_run_first(
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


def test_failing_task_does_not_stop_a_worker(caplog: pytest.LogCaptureFixture) -> None:
    pool = WorkerPool(workers=1)
    pool.submit("bad", _fail).result(5)
    assert "failed unexpectedly" in caplog.text
    ran = list[int]()
    pool.submit("good", lambda: ran.append(1)).result(5)
    assert ran == [1]
    pool.close()


def test_closed_pool_cancels_waiting_and_new_tasks() -> None:
    pool = WorkerPool(workers=1)
    gate = Gate(pool)
    waiting = pool.submit("waiting", lambda: None)
    watcher = threading.Thread(target=wait, args=([waiting], 60))
    watcher.start()
    pool.close()
    assert waiting.cancelled()
    watcher.join(5)
    assert not watcher.is_alive()  # waiting callers wake up
    assert pool.submit("after", lambda: None).cancelled()
    gate.open.set()
    gate.done.result(5)


def test_all_workers_run_at_once() -> None:
    pool, together = WorkerPool(workers=4), threading.Barrier(4)
    futures = [pool.submit(n, lambda: _meet(together)) for n in range(8)]
    _, late = wait(futures, 10)
    assert not late
    assert not together.broken
    pool.close()


def _fail() -> None:
    raise ValueError("unexpected")


def _meet(together: threading.Barrier) -> None:
    together.wait(5)
