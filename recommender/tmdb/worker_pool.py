"""Worker pool that runs each named task once, newest tasks first."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum

_BATCH_S = 1.0

_LOGGER = logging.getLogger(__name__)


class Priority(IntEnum):
    """Order of tasks: films in view before refreshes."""

    VISIBLE = 0
    BACKGROUND = 1


@dataclass(slots=True)
class _Task:
    run: Callable[[], None]
    done: Future[None] = field(default_factory=Future)
    started: bool = False


class WorkerPool:
    """Deduplicating priority queue with daemon worker threads.

    Tasks of the same second run in the order of submission, before those of earlier seconds: the
    films of a wall that a person has left may wait. The threads start with the first task.
    """

    def __init__(self, *, workers: int) -> None:
        self._workers = workers
        self._tasks: dict[Hashable, _Task] = {}
        self._queue: list[tuple[int, int, int, Hashable]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closed = self._running = False

    def submit(
        self, name: Hashable, run: Callable[[], None], priority: Priority = Priority.VISIBLE
    ) -> Future[None]:
        """Queue a task, or return the future of the task of that name.

        ``priority`` may raise the priority of a waiting task, and never lowers it. The future is
        done when the task has ended, or cancelled when it was dropped.
        """
        with self._changed:
            task = self._tasks.setdefault(name, _Task(run))
            if self._closed:
                self._cancel(name)
            elif not task.started:
                second = -int(time.monotonic() / _BATCH_S)
                heapq.heappush(self._queue, (priority, second, next(self._order), name))
                self._start_workers()
                self._changed.notify()
            return task.done

    def pending(self, names: set[Hashable]) -> set[Hashable]:
        """Return those of the names that wait or run."""
        with self._changed:
            return names & self._tasks.keys()

    def cancel_waiting(self) -> None:
        """Cancel all waiting tasks; running ones go on."""
        with self._changed:
            self._queue.clear()
            for name in [name for name, task in self._tasks.items() if not task.started]:
                self._cancel(name)

    def close(self) -> None:
        """Cancel all waiting tasks and end the threads, without waiting for them."""
        with self._changed:
            self._closed = True
            self.cancel_waiting()
            self._changed.notify_all()

    def _cancel(self, name: Hashable) -> None:
        dropped = self._tasks.pop(name).done
        if dropped.cancel():
            dropped.set_running_or_notify_cancel()  # wakes those who wait for it

    def _start_workers(self) -> None:
        if not self._running:
            self._running = True
            for number in range(self._workers):
                # Daemons: a server that stops does not wait for TMDb.
                threading.Thread(target=self._work, name=f"tmdb-{number}", daemon=True).start()

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            name, task = taken
            try:
                task.run()
            except Exception:
                _LOGGER.exception("A request to TMDb failed unexpectedly.")
            with self._changed:
                self._tasks.pop(name, None)
            task.done.set_result(None)

    def _take(self) -> tuple[Hashable, _Task] | None:
        with self._changed:
            while not self._closed:
                while self._queue:
                    *_, name = heapq.heappop(self._queue)
                    task = self._tasks.get(name)
                    if task is not None and not task.started:
                        task.started = task.done.set_running_or_notify_cancel()
                        return name, task
                self._changed.wait()
            return None
