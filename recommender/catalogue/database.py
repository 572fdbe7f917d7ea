"""The catalogue's database file: read-only connections, and replacement as a whole."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from recommender.errors import CatalogueError

_MOST_IDLE = 8
_Identity = tuple[int, int, int]


class Connections:
    """Pool of read-only connections to one database file.

    A connection belongs to a call and not to a thread, because Streamlit runs pages on short-lived
    threads. After a swap, the next call opens the new file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[tuple[_Identity, sqlite3.Connection]] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextlib.contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to the file as it is now.

        Raises
        ------
        CatalogueError
            If the file is missing, damaged or cannot be read, or the pool is closed.
        """
        identity = self.identity()
        connection = self._take(identity)
        is_healthy = True
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            is_healthy = False
            raise CatalogueError(
                f"The catalogue {self._path} cannot be read ({error}). "
                "Run `python -m recommender build` to build it again."
            ) from error
        finally:
            self._give_back(identity, connection, is_healthy=is_healthy)

    def identity(self) -> _Identity:
        """Return inode, modification time and size of the file.

        Raises
        ------
        CatalogueError
            If there is no file, or the pool is closed.
        """
        if self._closed:
            raise CatalogueError("The catalogue was closed.")
        try:
            found = self._path.stat()
        except OSError as error:
            raise CatalogueError(
                f"There is no catalogue at {self._path}. Run `python -m recommender build`."
            ) from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def close(self) -> None:
        """Close every idle connection; lent ones are closed on return."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _take(self, identity: _Identity) -> sqlite3.Connection:
        outdated = []
        with self._lock:
            if self._closed:
                raise CatalogueError("The catalogue was closed.")
            found = None
            while self._idle and found is None:
                age, connection = self._idle.pop()
                if age == identity:
                    found = connection
                else:
                    outdated.append(connection)
        for connection in outdated:
            connection.close()
        return found or open_read_only(self._path)

    def _give_back(
        self, identity: _Identity, connection: sqlite3.Connection, *, is_healthy: bool
    ) -> None:
        with self._lock:
            keep = is_healthy and not self._closed and len(self._idle) < _MOST_IDLE
            if keep:
                self._idle.append((identity, connection))
        if not keep:
            connection.close()


def open_read_only(path: Path) -> sqlite3.Connection:
    """Return a read-only connection to a catalogue.

    Raises
    ------
    CatalogueError
        If the file cannot be opened.
    """
    # A catalogue file is replaced as a whole and never changed, so it needs no locks.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise CatalogueError(f"The catalogue {path} cannot be opened: {error}.") from error
    connection.execute("PRAGMA mmap_size = 268435456")
    return connection


def move_into_place(beside: Path, target: Path) -> None:
    """Rename a file to the target and sync the folder."""
    beside.replace(target)
    make_durable(target.parent)


def make_durable(path: Path) -> None:
    """Sync a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cannot_be_written(target: Path, error: Exception) -> CatalogueError:
    """Return an error with the reason and what to do."""
    why = (getattr(error, "strerror", None) or str(error)).lower()
    return CatalogueError(
        f"The catalogue cannot be written to {target}: {why}. "
        "Free some space, or set MARQUEE_DATA_DIR to a folder that can be written to."
    )
