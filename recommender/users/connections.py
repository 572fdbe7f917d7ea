"""Connections to people's data, each used by one thread at a time.

Streamlit runs every click in a thread of its own. A connection bound to its thread would be
opened and closed for each, and closing the last one makes SQLite fold the whole log back into
the file. So connections are lent: a thread holds one alone, gives it back, and the next thread
takes it over.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.errors import PeopleError
from recommender.users.sqlite_errors import is_busy, is_damage, translated_errors

_MOST_IDLE = 8
_Identity = tuple[int, int]
"""Which file it is, whatever its name: device and inode."""


class Connections:
    """Lends connections to one database file; at most one writes at a time.

    Parameters
    ----------
    path
        The database file; it and its folder are made when missing.
    busy_timeout_ms
        How long to wait for another writer, in milliseconds.

    Raises
    ------
    PeopleError
        If the folder or the file cannot be made.
    """

    def __init__(self, path: Path, *, busy_timeout_ms: int) -> None:
        self.path = path
        self._busy_timeout_ms = busy_timeout_ms
        self._idle: list[tuple[_Identity, sqlite3.Connection]] = []
        self._abandoned: list[sqlite3.Connection] = []
        self._closed = False
        self._guard = threading.Lock()
        # Threads of this process queue here, in turn; SQLite's own waiting polls and is unfair.
        self._writer = threading.Lock()
        with translated_errors(path):
            _make_private_file(path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for reading; each statement sees its own moment.

        Raises
        ------
        PeopleError
            If the file cannot be opened or read, or ``close`` was called.
        """
        with translated_errors(self.path):
            identity = self._identity()
            connection = self._take(identity)
            sound = True
            try:
                yield connection
            except sqlite3.DatabaseError as error:
                sound = not is_damage(error)
                raise
            finally:
                self._give_back(identity, connection, sound=sound)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a transaction: all of it is kept, or nothing.

        When the block has ended without an error, what it wrote is on the disk.

        Raises
        ------
        PeopleError
            If the file cannot be written, stays locked, or ``close`` was called.
        """
        if not self._writer.acquire(timeout=self._busy_timeout_ms / 1000):
            raise PeopleError(f"{self.path.name} is busy with other writes. Please try again.")
        try:
            with self.reading() as connection:
                # IMMEDIATE: a transaction that reads first and writes later could not wait for
                # another writer; SQLite would refuse it at once.
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    # A full disk has rolled back already.
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            self._writer.release()

    def use_write_ahead_log(self) -> None:
        """Let readers go on while one writes; the file remembers it.

        Raises
        ------
        PeopleError
            If the file cannot be written or stays locked.
        """
        # SQLite does not wait for its turn here, so processes that start together must.
        deadline = time.monotonic() + self._busy_timeout_ms / 1000
        while True:
            try:
                with self.reading() as connection:
                    connection.execute("PRAGMA journal_mode = WAL").fetchall()
            except PeopleError as error:
                if not is_busy(error.__cause__) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def close(self) -> None:
        """Close every connection; those still lent are closed when they come back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _identity(self) -> _Identity:
        """Return which file is there now.

        An open connection goes on writing to a file that was moved or deleted, without an error:
        what is acknowledged then would be found nowhere.
        """
        found = self.path.stat()
        return found.st_dev, found.st_ino

    def _take(self, identity: _Identity) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise PeopleError(f"{self.path.name} was closed; Marquee is shutting down.")
            outdated = [connection for of, connection in self._idle if of != identity]
            self._idle = [(of, connection) for of, connection in self._idle if of == identity]
            found = self._idle.pop()[1] if self._idle else None
        for connection in outdated:
            self._abandon(connection)
        return found or self._open()

    def _abandon(self, connection: sqlite3.Connection) -> None:
        """Let go of a connection to a file that is not in its place any more.

        Closing the last one deletes the log by its name, which is that of another file by now.
        """
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
            connection.close()
        else:
            self._abandoned.append(connection)

    def _give_back(
        self, identity: _Identity, connection: sqlite3.Connection, *, sound: bool
    ) -> None:
        unwanted = []
        with self._guard:
            if sound and not self._closed and len(self._idle) < _MOST_IDLE:
                self._idle.append((identity, connection))
            else:
                unwanted.append(connection)
            if not sound:
                # A damaged file is let go of altogether, so that a copy can take its place.
                unwanted += [idle for _, idle in self._idle]
                self._idle = []
        for one in unwanted:
            one.close()

    def _open(self) -> sqlite3.Connection:
        # rw, not rwc: a file that has gone is an error, never a reason to begin an empty one.
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=self._busy_timeout_ms / 1000,
            isolation_level=None,
            check_same_thread=False,  # handed on between threads, never shared
        )
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: in WAL mode only this makes every commit reach the disk before it is answered.
        connection.execute("PRAGMA synchronous = FULL")


def _make_private_file(path: Path) -> None:
    """Make the folder and an empty file that only its owner may read, unless they are there."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
