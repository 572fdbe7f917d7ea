"""Runs of pages take turns at the processor, as Python can work on one at a time anyway.

Streamlit runs each visitor's page in a thread of its own. Several at once share the interpreter in
slices, so that all of them end late, and handing it on costs as much as a fifth of the work. One
after the other, most end early (ADR 88), and what nobody waits for goes last (ADR 92). A run that
takes long, because it waits for TMDb or shows how far an import is, holds nobody up: after a moment
the next one begins beside it.

Streamlit has no setting for this: one private function is wrapped, and a test fails when it is
called otherwise.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import wraps
from typing import Any, Final

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

MOMENT_S: Final = 0.15
_SHORTEST_S: Final = 0.01
_RUN: Final = "_run_script"


class Turn(IntEnum):
    """What a turn is taken for; what is greater goes first."""

    SPARE_TIME = 0
    """Work that nobody waits for."""
    RUN = 1
    """A run of a page, or of a part of one."""


class Turns:
    """Who is at work, and who comes next: runs as they came, then what nobody waits for.

    Parameters
    ----------
    moment_s
        After so long a turn the next one begins all the same, in seconds.
    """

    def __init__(self, moment_s: float = MOMENT_S) -> None:
        self._moment_s = moment_s
        self._lock = threading.Lock()
        self._waiting: deque[_Place] = deque()
        self._holder: _Place | None = None
        self._since = 0.0

    @contextmanager
    def take(self, turn: Turn = Turn.RUN) -> Iterator[None]:
        """Wait for a turn, and give it back after the block.

        Parameters
        ----------
        turn
            Goes before lesser ones, however long those have waited.
        """
        place = _Place(turn)
        self._wait(place)
        try:
            yield
        finally:
            with self._lock:
                if self._holder is place:
                    self._holder = None
                    if self._waiting:
                        self._hand_over()

    def _wait(self, place: _Place) -> None:
        with self._lock:
            self._line_up(place)
            if self._holder is None:
                self._hand_over()
            left = self._left_s()
        while not place.given.acquire(timeout=max(left, _SHORTEST_S)):
            with self._lock:
                left = self._left_s()
                if left <= 0 and self._waiting and self._waiting[0] is place:
                    self._hand_over()

    def _line_up(self, place: _Place) -> None:
        behind = len(self._waiting)
        while behind and place.turn > self._waiting[behind - 1].turn:
            behind -= 1
        self._waiting.insert(behind, place)

    def _hand_over(self) -> None:
        """Give the turn to who comes next, and wake nobody else: waking costs the one at work."""
        self._holder = self._waiting.popleft()
        self._since = time.monotonic()
        self._holder.given.release()

    def _left_s(self) -> float:
        return self._since + self._moment_s - time.monotonic()


class _Place:
    """Somebody's place in the line: it can be locked once the turn is given to it."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.given = threading.Lock()
        self.given.acquire()


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
    def run_in_turn(self: ScriptRunner, rerun_data: Any) -> None:
        with take_turn():
            run(self, rerun_data)

    setattr(ScriptRunner, _RUN, run_in_turn)
