"""The cache's file: lent connections, and a way out of everything that can happen to a file."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_LOGGER = logging.getLogger(__name__)
_VERSION = 1
_MOST_IDLE = 8
_BUSY_MS = 2000
_SCHEMA = f"""
CREATE TABLE films (
    tconst TEXT NOT NULL, language TEXT NOT NULL,
    answered_at REAL NOT NULL, failed_at REAL NOT NULL,
    tmdb_id INTEGER, poster_path TEXT, backdrop_path TEXT, overview TEXT,
    PRIMARY KEY (tconst, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE details (
    tconst TEXT NOT NULL, language TEXT NOT NULL, region TEXT NOT NULL,
    answered_at REAL NOT NULL, failed_at REAL NOT NULL, body TEXT,
    PRIMARY KEY (tconst, language, region)
) STRICT, WITHOUT ROWID;
CREATE TABLE configuration (
    one INTEGER PRIMARY KEY CHECK (one = 0), answered_at REAL NOT NULL, body TEXT NOT NULL
) STRICT;
PRAGMA user_version = {_VERSION};
"""


class CacheFile:
    """A SQLite file that is begun anew when it is of no use.

    Parameters
    ----------
    path
        The file; it and its folder are made on first use.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        # One writer at a time: waiting here is fair, SQLite's own waiting is not.
        self._writer = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._ready = False
        self._memory = f"file:marquee-tmdb-{id(self)}?mode=memory&cache=shared"
        self._anchor: sqlite3.Connection | None = None  # keeps a cache in memory alive

    def read(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none when the file cannot be read."""
        try:
            with self._lend() as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            self._recover(error)
            return []

    def write(self, statement: str, values: Sequence[object]) -> None:
        """Run one statement and keep what it did; when it cannot be kept, that is logged."""
        try:
            with self._writer, self._lend() as connection:
                connection.execute(statement, values)
        except sqlite3.Error as error:
            self._recover(error)

    def size_bytes(self) -> int:
        """Return how much of the disk it takes."""
        parts = (self._path.with_name(self._path.name + end) for end in ("", "-wal"))
        total = 0
        for part in parts:
            with contextlib.suppress(OSError):
                total += part.stat().st_size
        return total

    def forget(self) -> None:
        """Empty the file and give its room back."""
        with self._writer:
            for table in ("films", "details", "configuration"):
                self.write(f"DELETE FROM {table}", ())
            self.write("VACUUM", ())
            self.read("PRAGMA wal_checkpoint(TRUNCATE)", ())

    def close(self) -> None:
        """Close every connection that is not lent; the next use opens anew."""
        with self._lock:
            idle, self._idle, self._ready = self._idle, [], False
            if self._anchor is not None:
                idle.append(self._anchor)
                self._anchor = None
        for connection in idle:
            connection.close()

    @contextlib.contextmanager
    def _lend(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if not self._ready:
                self._prepare()
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._open()
        sound = False
        try:
            yield connection
            sound = True
        finally:
            with self._lock:
                keep = sound and self._ready and len(self._idle) < _MOST_IDLE
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path.absolute().as_uri() if self._anchor is None else self._memory,
            uri=True,
            timeout=_BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,  # handed on between threads, never shared
        )
        # A cache may lose its last moments with the power; it may not cost a disk's turn a film.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA read_uncommitted = ON")  # for the cache in memory
        return connection

    def _prepare(self) -> None:
        try:
            try:
                self._begin()
            except sqlite3.Error as error:
                if not _is_damage(error):
                    raise
                _LOGGER.warning("TMDb's cache %s is begun anew: %s", self._path, error)
                self._remove()
                self._begin()
        except (sqlite3.Error, OSError) as error:
            _LOGGER.warning("TMDb's cache %s stays in memory: %s", self._path, error)
            self._anchor = sqlite3.connect(self._memory, uri=True, check_same_thread=False)
            self._anchor.executescript(_SCHEMA)
        self._ready = True

    def _begin(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(self._open()) as connection:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("BEGIN IMMEDIATE")  # two processes may begin at once
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError(f"it is of version {version}, not {_VERSION}")
            if version == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
            connection.execute("COMMIT")
            connection.execute("SELECT 1 FROM films LIMIT 1").fetchone()

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def _recover(self, error: sqlite3.Error) -> None:
        _LOGGER.warning("TMDb's cache %s: %s", self._path, error)
        if not _is_damage(error):
            return
        with self._lock:
            if self._ready:
                self.close()
                with contextlib.suppress(OSError):
                    self._remove()


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is of no use, and not only locked, full or read-only."""
    return type(error) is sqlite3.DatabaseError
