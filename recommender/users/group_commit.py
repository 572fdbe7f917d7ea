"""Writes that come at the same time share one transaction, and so one wait for the disk.

A commit waits until the disk has it, some milliseconds during which nobody else can write. One
after the other, a hundred people who click at once would wait for each other. Here whoever gets
the file writes for all who wait by then, and nobody is answered before the disk has it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from recommender.errors import PeopleError
from recommender.users.connections import Connections
from recommender.users.sqlite_errors import translated_errors

_T = TypeVar("_T")


class GroupCommit:
    """Writes for many threads at once; each sees its own result, or its own error.

    Parameters
    ----------
    connections
        To the file that is written.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._guard = threading.Lock()
        self._waiting: list[_Job] = []
        self._is_led = False

    def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do some work inside a transaction and return its result once it is on the disk.

        Work that refuses with an error is undone, and others' work in the same transaction stays.

        Parameters
        ----------
        work
            Reads and writes with the connection it is given, quickly; it may run in another
            thread.

        Raises
        ------
        PeopleError
            If the file cannot be written or stays locked; nothing of the work is there then.
        """
        errand = _Job(work)
        with self._guard:
            self._waiting.append(errand)
            errand.leads = not self._is_led
            self._is_led = True
        if not errand.leads:
            self._wait(errand)
        if not errand.done:
            self._lead()
        with translated_errors(self._connections.path):
            result: _T = errand.result()
        return result

    def _wait(self, errand: _Job) -> None:
        """Wait until the errand is done, or it is its turn to lead."""
        try:
            errand.woken.wait()
        except BaseException:
            with self._guard:
                if errand in self._waiting:
                    self._waiting.remove(errand)
            if errand.leads:
                self._pass_on()
            raise

    def _lead(self) -> None:
        """Write for all who wait by now, and let the first who came meanwhile lead then."""
        with self._guard:
            errands, self._waiting = self._waiting, []
        try:
            self._write_all(errands)
        finally:
            self._pass_on()
            for errand in errands:
                errand.woken.set()

    def _pass_on(self) -> None:
        # One is woken, and not all for a lock that each of them would have to take in turn.
        with self._guard:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].woken.set()

    def _write_all(self, errands: list[_Job]) -> None:
        try:
            with self._connections.writing() as connection:
                for errand in errands:
                    errand.run(connection)
        except BaseException as error:
            # Also when this thread alone is stopped: nothing of anybody's is on the disk then.
            stopped = not isinstance(error, Exception)
            told = PeopleError("Writing was interrupted. Please try again.") if stopped else error
            for errand in errands:
                errand.error = errand.error or told
            if stopped:
                raise
        finally:
            for errand in errands:
                errand.done = True


class _Job:
    """One thread's work, and what came of it."""

    def __init__(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        self._work = work
        self._value: Any = None
        self.error: BaseException | None = None
        self.done = False
        self.leads = False
        self.woken = threading.Event()

    def run(self, connection: sqlite3.Connection) -> None:
        connection.execute("SAVEPOINT errand")
        try:
            self._value = self._work(connection)
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                raise  # the file's trouble, not this errand's: nobody's work is kept
            self.error = error
            connection.execute("ROLLBACK TO errand")
        connection.execute("RELEASE errand")

    def result(self) -> Any:
        """Return what the work returned, or raise what went wrong, anew for each thread."""
        if self.error is None:
            return self._value
        if isinstance(self.error, PeopleError):
            raise PeopleError(str(self.error)) from self.error
        raise self.error
