"""Cache of TMDb's answers in a SQLite file of its own, which may be lost at any time.

A file that cannot be read is replaced, and where no file can be written the cache lives in
memory: no page depends on it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from recommender.errors import TmdbError
from recommender.tmdb.enrichment import Details, Offer, Provider
from recommender.tmdb.parsing import Basics

DAY_S: Final = 86_400.0
MAX_AGE_S: Final = 180 * DAY_S
"""Age until which an answer may be shown; TMDb's terms allow six months."""
REFRESH_AGE_S: Final = 30 * DAY_S
"""Age from which an answer is fetched again in the background."""
MISS_AGE_S: Final = DAY_S
FAILURE_AGE_S: Final = 60.0
MAX_FILMS: Final = 50_000
"""About 40 MB."""
BUSY_TIMEOUT_S = 2.0
_TRIM_EVERY = 500
_VERSION = 2
_SCHEMA = f"""
CREATE TABLE answers (
    kind TEXT NOT NULL, tconst TEXT NOT NULL, language TEXT NOT NULL, region TEXT NOT NULL,
    answered_at REAL NOT NULL, failed_at REAL NOT NULL, body TEXT,
    PRIMARY KEY (kind, tconst, language, region)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""
_FILM, _DETAILS = "film", "details"

_LOGGER = logging.getLogger(__name__)
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheEntry(Generic[Value]):
    """Cached answer of one film.

    Attributes
    ----------
    value
        TMDb's answer; None for "no such film" and when there is none yet.
    answered_at, failed_at
        Times of the latest answer and of the latest failure: seconds since 1970, 0 for never.
    """

    value: Value | None
    answered_at: float
    failed_at: float

    def is_fresh(self, now: float) -> bool:
        """Return whether there is a value that may be shown."""
        return self.value is not None and _is_within(now, self.answered_at, MAX_AGE_S)

    def needs_fetch(self, now: float) -> bool:
        """Return whether the entry has expired: neither answer nor failure counts any more."""
        if _is_within(now, self.failed_at, FAILURE_AGE_S):
            return False
        return not _is_within(now, self.answered_at, MAX_AGE_S if self.value else MISS_AGE_S)

    def needs_refresh(self, now: float) -> bool:
        """Return whether the value may be shown and should be fetched again."""
        old = not _is_within(now, self.answered_at, REFRESH_AGE_S)
        failed = _is_within(now, self.failed_at, FAILURE_AGE_S)
        return self.is_fresh(now) and old and not failed

    @property
    def fetched_at(self) -> datetime:
        """Time of the latest answer."""
        return datetime.fromtimestamp(self.answered_at, UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheSize:
    """Number of films TMDb knows and of films it does not know, and bytes on disk."""

    films: int
    unknown: int
    size_bytes: int


class Cache:
    """Cache of one language (of overviews) and region (of providers and certificates).

    The file is created on first use. Above ``max_films`` the oldest entries are removed;
    ``clock`` returns seconds since 1970.
    """

    def __init__(
        self,
        path: Path,
        *,
        language: str,
        region: str,
        clock: Callable[[], float] = time.time,
        max_films: int = MAX_FILMS,
    ) -> None:
        self.clock = clock
        self.region = region
        self._language = language
        self._max_films = max_films
        self._path = path
        # One connection for all threads: a query takes a fraction of a millisecond.
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._saves = 0

    def find(self, tconsts: Sequence[str]) -> dict[str, CacheEntry[Basics]]:
        """Return the entries of films; films that were never fetched are left out."""
        return self._find(_FILM, tconsts, lambda body: Basics(**body))

    def find_details(self, tconst: str) -> CacheEntry[Details] | None:
        """Return the entry of a film's details; None when they were never fetched."""
        return self._find(_DETAILS, [tconst], _build_details).get(tconst)

    def save(self, tconst: str, basics: Basics | None) -> None:
        """Save TMDb's answer for a film; None for "no such film"."""
        self._save(_FILM, tconst, basics)

    def save_failure(self, tconst: str) -> None:
        """Save that a fetch failed; an earlier answer stays."""
        self._save_failure(_FILM, tconst)

    def save_details(self, tconst: str, details: Details) -> None:
        """Save a film's details."""
        self._save(_DETAILS, tconst, details)

    def save_details_failure(self, tconst: str) -> None:
        """Save that a fetch of details failed; earlier details stay."""
        self._save_failure(_DETAILS, tconst)

    def size(self) -> CacheSize:
        """Return the size of the cache entries that have not expired."""
        rows = self._run(
            "SELECT count(body), count(*) FROM answers WHERE kind = ? AND answered_at > ?",
            (_FILM, self.clock() - MAX_AGE_S),
        )
        known, all_films = rows[0] if rows else (0, 0)
        size_bytes = 0
        for end in ("", "-wal"):
            with contextlib.suppress(OSError):
                size_bytes += self._path.with_name(self._path.name + end).stat().st_size
        return CacheSize(films=known, unknown=all_films - known, size_bytes=size_bytes)

    def holds_films(self) -> bool:
        """Return whether any film was found at TMDb."""
        query = "SELECT 1 FROM answers WHERE kind = ? AND body IS NOT NULL LIMIT 1"
        return bool(self._run(query, (_FILM,)))

    def purge(self) -> None:
        """Delete everything and shrink the file.

        Raises
        ------
        TmdbError
            If the file cannot be changed.
        """
        with self._lock:
            self.close()
            try:
                with contextlib.closing(self._open_file()) as connection:
                    connection.execute("DELETE FROM answers")
                    connection.execute("VACUUM")
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except (sqlite3.Error, OSError) as error:
                if isinstance(error, sqlite3.Error) and _is_damage(error):
                    self._delete_file()
                    return
                raise TmdbError(f"{self._path} cannot be emptied: {error}.") from error

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _find(
        self, kind: str, tconsts: Sequence[str], build: Callable[[Any], Value]
    ) -> dict[str, CacheEntry[Value]]:
        rows = self._run(
            "SELECT tconst, answered_at, failed_at, body FROM answers WHERE kind = ? "
            "AND tconst IN (SELECT value FROM json_each(?)) AND language = ? AND region = ?",
            (kind, json.dumps(list(tconsts)), *self._locale(kind)),
        )
        return {
            tconst: CacheEntry(
                value=build(json.loads(body)) if body else None,
                answered_at=answered_at,
                failed_at=failed_at,
            )
            for tconst, answered_at, failed_at, body in rows
        }

    def _save(self, kind: str, tconst: str, value: Basics | Details | None) -> None:
        body = json.dumps(asdict(value)) if value is not None else None
        self._run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, 0, ?)",
            (kind, tconst, *self._locale(kind), self.clock(), body),
        )
        self._trim()

    def _save_failure(self, kind: str, tconst: str) -> None:
        self._run(
            "INSERT INTO answers VALUES (?, ?, ?, ?, 0, ?, NULL) "
            "ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at",
            (kind, tconst, *self._locale(kind), self.clock()),
        )
        self._trim()

    def _locale(self, kind: str) -> tuple[str, str]:
        """Return the language and region that an answer of this kind depends on."""
        return self._language, self.region if kind == _DETAILS else ""

    def _run(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; an error is logged and returns none."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                _LOGGER.warning("TMDb's cache %s: %s", self._path, error)
                if _is_damage(error):
                    self.close()
                    with contextlib.suppress(OSError):
                        self._delete_file()
                return []

    def _open(self) -> sqlite3.Connection:
        try:
            try:
                return self._open_file()
            except sqlite3.Error as error:
                if not _is_damage(error):
                    raise
                _LOGGER.warning("TMDb's cache %s is replaced: %s", self._path, error)
                self._delete_file()
                return self._open_file()
        except (sqlite3.Error, OSError) as error:
            _LOGGER.warning("TMDb's cache %s stays in memory: %s", self._path, error)
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            connection.executescript(_SCHEMA)
            return connection

    def _open_file(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            # A power cut may cost the latest answers; a full sync of the disk for each may not.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")  # two processes may create the file at once
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in {0, _VERSION}:
                raise sqlite3.DatabaseError(f"version {version} instead of {_VERSION}")
            if version == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
            connection.execute("COMMIT")
            connection.execute("SELECT 1 FROM answers LIMIT 1").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _delete_file(self) -> None:
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def _trim(self) -> None:
        """Delete old entries now and then, starting with the first save of a process."""
        with self._lock:
            self._saves += 1
            due = self._saves % _TRIM_EVERY == 1
        if not due:
            return
        self._run(
            "DELETE FROM answers WHERE max(answered_at, failed_at) < ?",
            (self.clock() - MAX_AGE_S,),
        )
        for kind in (_FILM, _DETAILS):
            self._run(
                "DELETE FROM answers WHERE kind = ? AND (tconst, language, region) IN ("
                "SELECT tconst, language, region FROM answers WHERE kind = ? "
                "ORDER BY max(answered_at, failed_at) DESC LIMIT -1 OFFSET ?)",
                (kind, kind, self._max_films),
            )


def _is_damage(error: sqlite3.Error) -> bool:
    """Return whether the file itself is unusable, and not only locked, full or read-only."""
    return type(error) is sqlite3.DatabaseError


def _is_within(now: float, moment: float, max_age_s: float) -> bool:
    # A time more than a day in the future comes from a wrong clock.
    return -DAY_S < now - moment < max_age_s


def _build_details(body: dict[str, Any]) -> Details:
    providers = tuple(
        Provider(name=provider["name"], offer=Offer(provider["offer"]))
        for provider in body["providers"]
    )
    lists = {"music": tuple(body["music"]), "keywords": tuple(body["keywords"])}
    return Details(**{**body, **lists, "providers": providers})
