"""Errands: each once, the latest asked first, none kept for ever."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from recommender.tmdb import Urgency
from recommender.tmdb.worker_pool import Fetcher


class Gate:
    """An errand that holds the only worker until it is let go, and what ran after it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.ran: list[str] = []
        self.begun, self.open = threading.Event(), threading.Event()
        self.done = fetcher.submit("gate", self._hold)
        assert self.begun.wait(5)

    def _hold(self) -> None:
        self.begun.set()
        assert self.open.wait(5)


def test_who_asks_for_the_same_shares_one_errand() -> None:
    fetcher, ran = Fetcher(workers=1), list[str]()
    gate = Gate(fetcher)
    first = fetcher.submit("heat", lambda: ran.append("heat"))
    second = fetcher.submit("heat", lambda: ran.append("again"))
    assert fetcher.pending({"heat", "gate", "alien"}) == {"heat", "gate"}
    gate.open.set()
    wait([first, second], 5)
    assert first is second
    assert ran == ["heat"]
    assert not fetcher.pending({"heat"})
    fetcher.close()


def test_what_is_seen_goes_before_what_can_wait_and_may_overtake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("recommender.tmdb.worker_pool.time.monotonic", lambda: now)
    fetcher, ran = Fetcher(workers=1), list[str]()
    gate = Gate(fetcher)

    def ask(name: str, urgency: Urgency = Urgency.SEEN) -> None:
        fetcher.submit(name, lambda: ran.append(name), urgency)

    ask("refresh", Urgency.LATER)
    ask("old wall, first")
    ask("old wall, second")
    ask("promoted", Urgency.LATER)
    now = 105.0
    ask("new wall, first")
    ask("new wall, second")
    ask("promoted")
    last = fetcher.submit("last", lambda: None, Urgency.LATER)
    gate.open.set()
    wait([last], 5)
    fetcher.submit("end", lambda: None, Urgency.LATER).result(5)
    assert ran[:5] == [
        "new wall, first",
        "new wall, second",
        "promoted",
        "old wall, first",
        "old wall, second",
    ]
    assert ran[5:] == ["refresh"]
    fetcher.close()


def test_the_queue_stays_short_and_the_least_urgent_are_dropped() -> None:
    fetcher = Fetcher(workers=1, most_waiting=3)
    gate = Gate(fetcher)
    later = [fetcher.submit(n, lambda: None, Urgency.LATER) for n in range(3)]
    seen = [fetcher.submit(f"seen {n}", lambda: None) for n in range(2)]
    assert [errand.cancelled() for errand in later] == [False, True, True]
    assert not any(errand.cancelled() for errand in seen)
    gate.open.set()
    wait([*seen, later[0]], 5)
    fetcher.close()


def test_an_errand_that_fails_stops_no_worker(caplog: pytest.LogCaptureFixture) -> None:
    fetcher = Fetcher(workers=1)
    fetcher.submit("bad", _fail).result(5)
    assert "nobody thought of" in caplog.text
    ran = list[int]()
    fetcher.submit("good", lambda: ran.append(1)).result(5)
    assert ran == [1]
    fetcher.close()


def test_closing_drops_what_waits_and_nothing_is_taken_on() -> None:
    fetcher = Fetcher(workers=1)
    gate = Gate(fetcher)
    waiting = fetcher.submit("waiting", lambda: None)
    watcher = threading.Thread(target=wait, args=([waiting], 60))
    watcher.start()
    fetcher.close()
    assert waiting.cancelled()
    watcher.join(5)
    assert not watcher.is_alive()  # who waits for it is told
    assert fetcher.submit("after", lambda: None).cancelled()
    gate.open.set()
    gate.done.result(5)


def test_as_many_workers_as_allowed_run_at_once() -> None:
    fetcher, together = Fetcher(workers=4), threading.Barrier(4)
    errands = [fetcher.submit(n, lambda: _meet(together)) for n in range(8)]
    _, late = wait(errands, 10)
    assert not late
    assert not together.broken
    fetcher.close()


def _fail() -> None:
    raise ValueError("nobody thought of this")


def _meet(together: threading.Barrier) -> None:
    together.wait(5)
