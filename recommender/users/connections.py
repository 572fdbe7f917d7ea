"""Connection pool for the user database.

Streamlit runs every click in a new thread. A connection per thread would be opened and closed for
each click, and closing the last one makes SQLite write its whole log back into the file.
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
"""Device and inode of a file."""


class Connections:
    """Pool of connections to one database file, with one writer at a time.

    Parameters
    ----------
    path
        The database file; it and its folder are created when missing.
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
        # A fair queue for the threads of this process: SQLite waits by polling.
        self._writer = threading.Lock()
        with translated_errors(path):
            _make_private_file(path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Acquire a connection for reading; raise PeopleError if the database is unusable."""
        with translated_errors(self.path):
            identity = self._identity()
            connection = self._acquire(identity)
            intact = True
            try:
                yield connection
            except sqlite3.DatabaseError as error:
                intact = not is_damage(error)
                raise
            finally:
                self._release(identity, connection, intact=intact)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Acquire a connection inside a write transaction.

        The transaction is committed and flushed to disk after the block; an error rolls it back.

        Raises
        ------
        PeopleError
            If the file cannot be written, stays locked, or ``close`` was called.
        """
        if not self._writer.acquire(timeout=self._busy_timeout_ms / 1000):
            raise PeopleError(f"{self.path.name} is busy with other writes. Please try again.")
        try:
            with self.reading() as connection:
                # IMMEDIATE, because SQLite fails at once when a transaction that has read must
                # wait before its first write.
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    # SQLite rolls back by itself when the disk is full.
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            self._writer.release()

    def use_write_ahead_log(self) -> None:
        """Switch the database to a write-ahead log, so readers and writers do not block each other.

        Raises
        ------
        PeopleError
            If the file cannot be written or stays locked.
        """
        # SQLite does not wait for a lock here, so processes that start together retry.
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
        """Close the pool; connections in use are closed on release."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _identity(self) -> _Identity:
        """Return the identity of the file that is now at the database's path.

        SQLite writes to a moved or deleted file without an error, and the data would be lost.
        """
        found = self.path.stat()
        return found.st_dev, found.st_ino

    def _acquire(self, identity: _Identity) -> sqlite3.Connection:
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
        """Discard a connection to a replaced file, keeping the log of the new file.

        SQLite deletes the log by name on the last close, and that name is the new file's log.
        """
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
            connection.close()
        else:
            self._abandoned.append(connection)

    def _release(
        self, identity: _Identity, connection: sqlite3.Connection, *, intact: bool
    ) -> None:
        unwanted = []
        with self._guard:
            if intact and not self._closed and len(self._idle) < _MOST_IDLE:
                self._idle.append((identity, connection))
            else:
                unwanted.append(connection)
            if not intact:
                # Every connection to a damaged file is closed, so that a backup can replace it.
                unwanted += [idle for _, idle in self._idle]
                self._idle = []
        for one in unwanted:
            one.close()

    def _open(self) -> sqlite3.Connection:
        # rw, not rwc: a missing file is an error, and no empty one is created.
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=self._busy_timeout_ms / 1000,
            isolation_level=None,
            check_same_thread=False,  # used by one thread at a time
        )
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: with a write-ahead log, only this flushes every commit before it returns.
        connection.execute("PRAGMA synchronous = FULL")


def _make_private_file(path: Path) -> None:
    """Create the database's folder and an empty file that only its owner may read."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
