"""Runs go one by one as they came, spare time last; none waits for one that takes long."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from recommender.server import turns
from recommender.server.turns import Turn, Turns, run_in_turns

PATIENCE_S = 20


def begin(run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_S * 200):
        if holds():
            return
        threading.Event().wait(0.005)
    pytest.fail("it did not come to that")


def test_one_is_at_work_and_the_others_follow_in_their_order() -> None:
    each = Turns(moment_s=PATIENCE_S)
    at_work, most, order = 0, 0, list[int]()
    first_may_end = threading.Event()

    def run(number: int) -> None:
        nonlocal at_work, most
        with each.take():
            at_work += 1
            most = max(most, at_work)
            order.append(number)
            if number == 0:
                assert first_may_end.wait(PATIENCE_S)
            at_work -= 1

    threads = []
    for number in range(6):
        threads.append(begin(lambda number=number: run(number)))  # type: ignore[misc]
        wait_for(lambda number=number: bool(order) and len(each._waiting) == number)  # type: ignore[misc]
    first_may_end.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert (most, order) == (1, list(range(6)))


def test_what_nobody_waits_for_goes_last() -> None:
    each = Turns(moment_s=PATIENCE_S)
    order: list[str] = []
    first_may_end = threading.Event()

    def run(name: str, turn: Turn) -> None:
        with each.take(turn):
            order.append(name)
            if len(order) == 1:
                assert first_may_end.wait(PATIENCE_S)

    coming = {"first": Turn.RUN, "spare": Turn.SPARE_TIME, "other spare": Turn.SPARE_TIME,
              "run": Turn.RUN, "other run": Turn.RUN}  # fmt: skip
    threads = []
    for waiting, (name, turn) in enumerate(coming.items()):
        threads.append(begin(lambda name=name, turn=turn: run(name, turn)))  # type: ignore[misc]
        wait_for(lambda waiting=waiting: bool(order) and len(each._waiting) == waiting)  # type: ignore[misc]
    first_may_end.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert order == ["first", "run", "other run", "spare", "other spare"]


def test_a_run_that_takes_long_holds_nobody_up_and_takes_no_turn_away() -> None:
    each = Turns(moment_s=0.01)
    entered, may_end = threading.Event(), threading.Event()

    def take_long() -> None:
        with each.take():
            entered.set()
            assert may_end.wait(PATIENCE_S)

    slow = begin(take_long)
    assert entered.wait(PATIENCE_S)
    with each.take():  # beside the slow one
        may_end.set()
        slow.join(PATIENCE_S)
        # Its end gave nothing back that was not its own any more.
        assert each._holder is not None
    assert each._holder is None


def test_a_run_that_fails_gives_its_turn_back() -> None:
    each = Turns(moment_s=PATIENCE_S)
    for _ in range(2):
        with pytest.raises(ValueError, match="odd"), each.take():
            raise ValueError("odd")
    with each.take():
        pass


def test_runs_of_streamlit_take_them_and_are_handed_what_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[object, ...]] = []

    def run(self: object, data: object) -> None:
        told.append((self, data, turns._turns._holder is not None))

    assert callable(getattr(ScriptRunner, "_run_script", None))
    monkeypatch.setattr(ScriptRunner, "_run_script", run)
    run_in_turns()
    run_in_turns()
    data = RerunData(fragment_id_queue=["part"])
    ScriptRunner._run_script("runner", data)  # type: ignore[arg-type]
    assert told == [("runner", data, True)]
    assert turns._turns._holder is None
