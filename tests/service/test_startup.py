"""Startup: one run for all callers, progress, and retry after a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from recommender.service import Stage
from recommender.service.startup import Progress, Startup


def test_concurrent_callers_share_one_result() -> None:
    begun: list[int] = []

    def work(progress: Progress) -> list[int]:
        begun.append(1)
        progress(0.5, "Halfway")
        return begun

    startup = Startup(work)
    results: list[list[int]] = []
    threads = [threading.Thread(target=lambda: results.append(startup.result())) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun == [1]
    assert all(result is begun for result in results)
    assert len(results) == 10


def test_progress_is_visible_while_it_runs() -> None:
    reported, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress(0.25, "A quarter")
        reported.set()
        assert go_on.wait(5)
        return "done"

    startup = Startup(work)
    stages = [startup.state.stage]
    startup.start()
    assert reported.wait(5)
    assert (startup.state.fraction, startup.state.text) == (0.25, "A quarter")
    go_on.set()
    assert startup.result() == "done"
    assert [*stages, startup.state.stage] == [Stage.IDLE, Stage.DONE]


def test_failed_startup_raises_and_can_be_retried() -> None:
    outcomes: Iterator[OSError | str] = iter([OSError("disk full"), "fine"])

    def work(progress: Progress) -> str:
        outcome = next(outcomes)
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    startup = Startup(work)
    with pytest.raises(OSError, match="disk full"):
        startup.result()
    assert startup.state.stage is Stage.FAILED
    startup.start()
    assert startup.wait(5)
    assert startup.result() == "fine"
