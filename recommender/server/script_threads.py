"""Threads that run pages are kept for the next run.

Streamlit begins a thread for each run, and the thread of the server, which speaks with every
browser, stands still until the new one has begun: while a page is at work that is two turns of the
interpreter, in which nobody is answered. Handing a run to a thread that waits costs nothing.

Streamlit has no setting for this: one function is wrapped, and a test fails when runs no longer
begin with it.
"""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
from collections import deque
from functools import wraps
from typing import Final

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
)

_LOGGER = logging.getLogger(__name__)
MOST_WAITING: Final = 8
"""So many wait for the next run; what a rush has needed beyond that ends."""
_START: Final = "start"
_RUN: Final = "_run_script_thread"
_THREAD: Final = "_script_thread"


class ScriptThreads:
    """Threads that wait for a run, the one that worked last first.

    Parameters
    ----------
    most_waiting
        How many of them are kept.
    """

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._waiting: deque[_ScriptThread] = deque()
        self._lock = threading.Lock()

    def run(self, runner: ScriptRunner) -> None:
        """Have a thread run it, and return at once.

        Raises
        ------
        RuntimeError
            If it has been begun before.
        """
        if getattr(runner, _THREAD) is not None:
            raise RuntimeError("A run can be begun once.")
        try:
            thread = self._waiting.pop()
        except IndexError:
            thread = _ScriptThread(self)
            thread.start()
        # Before it runs: it asks whether it is in the thread it belongs to.
        setattr(runner, _THREAD, thread)
        thread.runs.put(runner)

    def take_back(self, thread: _ScriptThread) -> bool:
        """Return whether a thread that has done its work is kept."""
        with self._lock:
            if len(self._waiting) >= self._most_waiting:
                return False
            self._waiting.append(thread)
            return True


class _ScriptThread(threading.Thread):
    """One of them; a daemon, as Streamlit's are, so that no page keeps the server from ending."""

    def __init__(self, threads: ScriptThreads) -> None:
        super().__init__(name="ScriptRunner.scriptThread", daemon=True)
        self.runs: queue.SimpleQueue[ScriptRunner] = queue.SimpleQueue()
        self._threads = threads

    def run(self) -> None:
        """Do one run after the other, each in a context of its own, as in a thread of its own."""
        while True:
            self._run_once(self.runs.get())
            if not self._threads.take_back(self):
                return

    def _run_once(self, runner: ScriptRunner) -> None:
        try:
            contextvars.Context().run(getattr(runner, _RUN))
        except Exception:
            _LOGGER.exception("A run ended otherwise than Streamlit foresees.")
        finally:
            # It holds a whole session, which may be closed by the next run.
            self.__dict__.pop(SCRIPT_RUN_CONTEXT_ATTR_NAME, None)


def keep_script_threads() -> None:
    """Have all runs done by threads that are kept; the second call does nothing.

    Raises
    ------
    AttributeError
        If this Streamlit has other names.
    """
    begin = getattr(ScriptRunner, _START)
    if hasattr(begin, "__wrapped__"):
        return
    getattr(ScriptRunner, _RUN)
    threads = ScriptThreads()

    @wraps(begin)
    def start(self: ScriptRunner) -> None:
        # Streamlit's tests wait for the end of a runner's thread.
        if type(self) is ScriptRunner:
            threads.run(self)
        else:
            begin(self)

    setattr(ScriptRunner, _START, start)
