"""Getting ready: catalogue built, model fitted, with progress anybody may watch.

The work is done once, by whoever comes first (the server's start, a page, the command line);
everyone else watches the same progress and gets the same result or the same error.
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
"""Told how far the work is (0 to 1) and what is being done."""


class Stage(StrEnum):
    """Where a preparation stands."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far a preparation is.

    ``fraction`` runs from 0 to 1; ``error`` is what stopped it, when ``stage`` is failed.
    """

    stage: Stage = Stage.IDLE
    fraction: float = 0.0
    text: str = ""
    error: BaseException | None = None


class Preparation(Generic[Result]):
    """Work that is done once and watched by many.

    Parameters
    ----------
    work
        Does it, telling its progress.
    """

    def __init__(self, work: Callable[[Progress], Result]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._standing = Standing()
        self._result: Result | None = None
        self._done_at = -math.inf

    @property
    def standing(self) -> Standing:
        """How far it is now."""
        return self._standing

    def start(self) -> None:
        """Begin in a thread of its own unless it runs or is done; after a failure, try again."""
        if self._claim():
            threading.Thread(target=self._run, name="preparation", daemon=True).start()

    def result(self) -> Result:
        """Return the result, doing the work or waiting for it first.

        Raises
        ------
        Exception
            Whatever stopped the work.
        """
        if self._claim():
            self._run()
        self._finished.wait()
        if self._standing.error is not None:
            raise self._standing.error
        assert self._result is not None  # noqa: S101 - finished without an error
        return self._result

    def again(self, *, after_s: float) -> bool:
        """Let the work be done once more by whoever comes next; tell whether it will be.

        Parameters
        ----------
        after_s
            Not when it was done less than so many seconds ago: it would change nothing.
        """
        with self._lock:
            if self._standing.stage is not Stage.DONE:
                return False
            if time.monotonic() - self._done_at < after_s:
                return False
            self._finished.clear()
            self._standing = Standing()
            return True

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is finished, at most this long; tell whether it is."""
        return self._finished.wait(timeout_s)

    def _claim(self) -> bool:
        with self._lock:
            if self._standing.stage in {Stage.RUNNING, Stage.DONE}:
                return False
            self._finished.clear()
            self._standing = Standing(stage=Stage.RUNNING, text="Getting ready")
            return True

    def _run(self) -> None:
        def tell(fraction: float, text: str) -> None:
            bounded = min(1.0, max(0.0, fraction))
            self._standing = Standing(stage=Stage.RUNNING, fraction=bounded, text=text)

        try:
            self._result = self._work(tell)
        except BaseException as error:
            self._standing = Standing(stage=Stage.FAILED, error=error)
        else:
            self._done_at = time.monotonic()
            self._standing = Standing(stage=Stage.DONE, fraction=1.0, text="Ready")
        finally:
            self._finished.set()
