"""Startup task: load the app's data once in the background, report progress, keep the result."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
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
    """Task that runs once and shares its result, or its error, between threads.

    ``work`` returns the result and calls its argument to report progress.
    """

    def __init__(self, work: Callable[[Progress], Result]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._future: Future[Result] = Future()
        self._done_at = -math.inf
        self.state = StartupState()
        """Current progress."""

    def start(self) -> None:
        """Start in a background thread unless it runs or is done; retry after a failure."""
        self._ensure_started()

    def _ensure_started(self) -> Future[Result]:
        with self._lock:
            if self.state.stage not in {Stage.RUNNING, Stage.DONE}:
                self._future = Future()
                self.state = StartupState(stage=Stage.RUNNING, text="Getting ready")
                args = (self._future,)
                threading.Thread(target=self._run, args=args, name="startup", daemon=True).start()
            return self._future

    def result(self) -> Result:
        """Return the result; start the task if needed and wait for it.

        Raises
        ------
        Exception
            The error that stopped the task.
        """
        return self._ensure_started().result()

    def restart(self, *, after_s: float) -> bool:
        """Discard a result at least ``after_s`` seconds old; return whether the work repeats."""
        with self._lock:
            age_s = time.monotonic() - self._done_at
            if self.state.stage is not Stage.DONE or age_s < after_s:
                return False
            self._future, self.state = Future(), StartupState()
            return True

    def wait(self, timeout_s: float) -> bool:
        """Wait at most ``timeout_s`` seconds for the end; return whether it has ended."""
        return bool(wait([self._future], timeout_s).done)

    def _run(self, future: Future[Result]) -> None:
        def report(fraction: float, text: str) -> None:
            bounded = min(1.0, max(0.0, fraction))
            self.state = StartupState(stage=Stage.RUNNING, fraction=bounded, text=text)

        try:
            result = self._work(report)
        except BaseException as error:
            self.state = StartupState(stage=Stage.FAILED, error=error)
            future.set_exception(error)
        else:
            self._done_at = time.monotonic()
            self.state = StartupState(stage=Stage.DONE, fraction=1.0, text="Ready")
            future.set_result(result)
