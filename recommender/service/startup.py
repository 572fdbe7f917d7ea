"""Startup task: load the app's data once, report progress and keep the result.

The first caller (server, page or command) does the work. Every other caller waits for the same
result, or gets the same error.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Result = TypeVar("Result")
Progress = Callable[[float, str], None]
"""Callback: fraction done (0 to 1) and a description of the current step."""


class Stage(StrEnum):
    """Stage of a background task."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class StartupState:
    """Progress of the startup.

    ``fraction`` runs from 0 to 1; ``error`` is set when ``stage`` is failed.
    """

    stage: Stage = Stage.IDLE
    fraction: float = 0.0
    text: str = ""
    error: BaseException | None = None


class Startup(Generic[Result]):
    """Task that runs once and shares its result between threads.

    Parameters
    ----------
    work
        Returns the result; calls its argument to report progress.
    """

    def __init__(self, work: Callable[[Progress], Result]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._state = StartupState()
        self._result: Result | None = None
        self._done_at = -math.inf

    @property
    def state(self) -> StartupState:
        """Current progress."""
        return self._state

    def start(self) -> None:
        """Run in a background thread unless it runs or is done; retry after a failure."""
        if self._claim():
            threading.Thread(target=self._run, name="startup", daemon=True).start()

    def result(self) -> Result:
        """Return the result; do the work or wait for it first.

        Raises
        ------
        Exception
            The error that stopped the work.
        """
        if self._claim():
            self._run()
        self._finished.wait()
        if self._state.error is not None:
            raise self._state.error
        assert self._result is not None  # noqa: S101 - finished without an error
        return self._result

    def restart(self, *, after_s: float) -> bool:
        """Discard the result so that the next caller repeats the work; return whether it will.

        Parameters
        ----------
        after_s
            Minimum age of the result in seconds; a younger one is kept.
        """
        with self._lock:
            if self._state.stage is not Stage.DONE:
                return False
            if time.monotonic() - self._done_at < after_s:
                return False
            self._finished.clear()
            self._state = StartupState()
            return True

    def wait(self, timeout_s: float) -> bool:
        """Wait at most ``timeout_s`` seconds for the end; return whether it has ended."""
        return self._finished.wait(timeout_s)

    def _claim(self) -> bool:
        with self._lock:
            if self._state.stage in {Stage.RUNNING, Stage.DONE}:
                return False
            self._finished.clear()
            self._state = StartupState(stage=Stage.RUNNING, text="Getting ready")
            return True

    def _run(self) -> None:
        def report(fraction: float, text: str) -> None:
            bounded = min(1.0, max(0.0, fraction))
            self._state = StartupState(stage=Stage.RUNNING, fraction=bounded, text=text)

        try:
            self._result = self._work(report)
        except BaseException as error:
            self._state = StartupState(stage=Stage.FAILED, error=error)
        else:
            self._done_at = time.monotonic()
            self._state = StartupState(stage=Stage.DONE, fraction=1.0, text="Ready")
        finally:
            self._finished.set()
