"""Runs are done by threads that are kept: each alone, in a context and a session of its own."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
)

from recommender.server.script_threads import ScriptThreads, keep_script_threads

PATIENCE_S = 20
said: contextvars.ContextVar[str] = contextvars.ContextVar("said", default="nothing")


class Run:
    """What is run, as far as a thread knows it."""

    def __init__(self, do: Callable[[], None] = lambda: None) -> None:
        self._script_thread: threading.Thread | None = None
        self._do = do
        self.done = threading.Event()
        self.found: tuple[object, ...] = ()

    def _run_script_thread(self) -> None:
        thread = threading.current_thread()
        assert thread is self._script_thread
        self.found = (thread, said.get(), getattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME, None))
        said.set("something")
        setattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME, "a session")
        try:
            self._do()
        finally:
            self.done.set()


def run(threads: ScriptThreads, one: Run) -> threading.Thread:
    threads.run(one)  # type: ignore[arg-type]
    assert one.done.wait(PATIENCE_S)
    thread = one._script_thread
    assert thread is not None
    for _ in range(PATIENCE_S * 200):  # it has said so before it is free again
        if threads._waiting or not thread.is_alive():
            return thread
        threading.Event().wait(0.005)
    pytest.fail("the thread did not come back")


def test_a_thread_is_taken_again_and_knows_nothing_of_before() -> None:
    threads = ScriptThreads()
    first, second = Run(), Run()
    thread = run(threads, first)
    assert run(threads, second) is thread
    assert first.found == second.found == (thread, "nothing", None)
    assert thread.daemon


def test_a_session_is_let_go_of_when_its_run_ends() -> None:
    threads = ScriptThreads()
    thread = run(threads, Run())
    assert not hasattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME)


def test_runs_at_once_have_a_thread_each_and_few_are_kept() -> None:
    threads = ScriptThreads(most_waiting=2)
    together = threading.Barrier(5)

    def meet() -> None:
        together.wait(PATIENCE_S)

    runs = [Run(meet) for _ in range(5)]
    for one in runs:
        threads.run(one)  # type: ignore[arg-type]
    for one in runs:
        assert one.done.wait(PATIENCE_S)
    workers = {one._script_thread for one in runs}
    assert len(workers) == 5
    for _ in range(PATIENCE_S * 200):
        if sum(thread.is_alive() for thread in workers if thread) == 2:
            break
        threading.Event().wait(0.005)
    assert len(threads._waiting) == 2


def test_a_run_that_fails_costs_no_thread(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("odd")

    threads = ScriptThreads()
    thread = run(threads, Run(fail))
    assert "odd" in caplog.text
    assert run(threads, Run()) is thread


def test_a_run_can_be_begun_once() -> None:
    threads = ScriptThreads()
    one = Run()
    run(threads, one)
    with pytest.raises(RuntimeError, match="once"):
        threads.run(one)  # type: ignore[arg-type]


def test_streamlits_runs_begin_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []

    class Tested(ScriptRunner):
        """What Streamlit's tests run is waited for, and its thread has to end."""

    assert "_script_thread" in ScriptRunner.__init__.__code__.co_names
    monkeypatch.setattr(ScriptRunner, "start", begun.append)
    keep_script_threads()
    replaced = ScriptRunner.start
    keep_script_threads()  # the second time changes nothing
    assert ScriptRunner.start is replaced
    runner: Any = object.__new__(ScriptRunner)
    runner._script_thread, done = None, threading.Event()
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", lambda _: done.set())
    runner.start()
    assert done.wait(PATIENCE_S)
    assert runner._script_thread.name == "ScriptRunner.scriptThread"
    tested: Any = object.__new__(Tested)
    tested.start()
    assert begun == [tested]
