"""Runs of pages take turns at the processor, as Python can work on one at a time anyway.

Streamlit runs each visitor's page in a thread of its own. Several at once share the interpreter in
slices, so that all of them end late, and handing it on costs as much as a fifth of the work. One
after the other, most end early (ADR 88). A run that takes long, because it waits for TMDb or shows
how far an import is, holds nobody up: after a moment the next one begins beside it.

Streamlit has no setting for this: one private function is wrapped, and a test fails when it is
called otherwise.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

MOMENT_S: Final = 0.15
_RUN: Final = "_run_script"


class Turns:
    """Who is at work, and who comes next, in the order they came.

    Parameters
    ----------
    moment_s
        After so long a turn the next one begins all the same, in seconds.
    clock
        Tells the time in seconds.
    """

    def __init__(
        self, moment_s: float = MOMENT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._moment_s = moment_s
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._holder: object = None
        self._since = 0.0

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and give it back after the block."""
        me = object()
        self._wait(me)
        try:
            yield
        finally:
            with self._changed:
                if self._holder is me:
                    self._holder = None
                    self._changed.notify_all()

    def _wait(self, me: object) -> None:
        with self._changed:
            self._waiting.append(me)
            while True:
                if self._waiting[0] is not me:
                    self._changed.wait()
                    continue
                left = self._since + self._moment_s - self._clock()
                if self._holder is None or left <= 0:
                    break
                self._changed.wait(left)
            self._waiting.popleft()
            self._holder, self._since = me, self._clock()
            self._changed.notify_all()


_turns = Turns()
take_turn = _turns.take


def run_in_turns() -> None:
    """Have all runs of pages take turns; the second call does nothing.

    Raises
    ------
    AttributeError
        If this Streamlit has another name for it.
    """
    run = getattr(ScriptRunner, _RUN)
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_in_turn(self: ScriptRunner, *args: Any, **kwargs: Any) -> None:
        with take_turn():
            run(self, *args, **kwargs)

    setattr(ScriptRunner, _RUN, run_in_turn)
