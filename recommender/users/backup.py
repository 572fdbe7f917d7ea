"""Backups of the user database: daily copies kept for a week, integrity checks, restore.

SQLite's online backup copies a consistent state while the app writes. A backup gets its final
name after the integrity check and the flush to disk, so no incomplete backup is ever used.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from recommender.errors import PeopleError
from recommender.users.connections import Connections
from recommender.users.inspection import find_problems
from recommender.users.migrations import MIGRATIONS, migrate, schema_version
from recommender.users.sqlite_errors import translated_errors
from recommender.users.times import to_micros

KEPT_DAYS = 7
LOCK_TIMEOUT_S = 5.0

_PAGES_PER_STEP = 500  # other connections can write between two steps
_DAILY = re.compile(r"people-(\d{4}-\d{2}-\d{2})\.db")
_WAL_SUFFIXES = ("-wal", "-shm")

# https://www.sqlite.org/src/file?name=src/os.h: PENDING, RESERVED and the 510 bytes of SHARED.
_FIRST_LOCK_BYTE = 0x40000000
_LOCK_BYTES = 512

Progress = Callable[[float], None]


def back_up(source: Path, target: Path, *, progress: Progress | None = None) -> int:
    """Copy the user database to a file, check the copy, and return its size in bytes.

    The app may run meanwhile.

    Parameters
    ----------
    source
        The file of user data.
    target
        The backup; its folder is created. An older file of this name is replaced at the end.
    progress
        Called with the fraction done, 0 to 1.

    Raises
    ------
    PeopleError
        If the source cannot be read or is damaged, or the target cannot be written. An older
        file at ``target`` stays then.
    """
    if not source.is_file():
        raise PeopleError(f"{source} does not exist, so there is nothing to copy.")
    if target.exists() and target.samefile(source):
        raise PeopleError(f"{target} is the user data itself; please name another file.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with translated_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            _copy_pages(source, part, progress)
            with closing(_open(part, writable=True)) as copy:
                # Without this, reading the backup creates a write-ahead log beside it.
                copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            check_backup(part)
            _flush(part)
            part.replace(target)
            _flush(target.parent)
        finally:
            _delete_with_log(part)
        return target.stat().st_size


def check_backup(path: Path) -> None:
    """Raise PeopleError unless a backup file is intact and has a schema this version supports."""
    if not path.is_file():
        raise PeopleError(f"There is no file {path}.")
    with translated_errors(path), closing(_open(path, writable=False)) as connection:
        problems = find_problems(connection)
        if problems:
            raise PeopleError(f"{path} is damaged: {problems[0]}.")
        try:
            version = schema_version(connection)
        except LookupError as error:
            raise PeopleError(f"{path} is not a copy of user data.") from error
        if version == 0:
            raise PeopleError(f"{path} is empty.")
        if version > len(MIGRATIONS):
            raise PeopleError(f"{path} was written by a newer Marquee; please update Marquee.")


def keep_daily_copy(source: Path, folder: Path, *, today: date) -> Path | None:
    """Create today's backup and delete daily backups older than a week.

    Parameters
    ----------
    source
        The user database; no backup is made if it is missing or empty.
    folder
        Folder of the daily backups.
    today
        The day, for the name of the backup.

    Returns
    -------
    Path or None
        The new backup; None if none was made, for example because today's backup exists.

    Raises
    ------
    PeopleError
        If the backup cannot be created. No older backup is deleted then.
    """
    target = folder / f"people-{today:%Y-%m-%d}.db"
    with translated_errors(target):
        if target.exists() or not _has_tables(source):
            return None
        back_up(source, target)
        oldest = today - timedelta(days=KEPT_DAYS - 1)
        for day, path in _daily_copies(folder):
            if day < oldest:
                path.unlink(missing_ok=True)
    return target


def find_latest_copy(folder: Path) -> Path | None:
    """Return the path of the newest intact daily backup; None if there is none."""
    for _, path in sorted(_daily_copies(folder), reverse=True):
        try:
            check_backup(path)
        except PeopleError:
            continue
        return path
    return None


def restore(
    backup: Path, target: Path, *, now: datetime, lock_timeout_s: float = LOCK_TIMEOUT_S
) -> Path | None:
    """Replace the user database by a backup; return the path of the old database's copy, or None.

    An intact database is copied first and then replaced in one transaction, so the app may run
    meanwhile. A damaged database is renamed and kept unchanged.

    A restore must not undo a sign-out: only sessions and API tokens in both files stay valid.
    If the old database is unreadable, all sessions of accounts are revoked. Sessions of guests
    stay valid, because a guest cannot sign in again.

    Parameters
    ----------
    backup
        From `back_up`.
    target
        The file of user data.
    now
        Time in the file name of the old database's copy.
    lock_timeout_s
        How long to wait for exclusive access to damaged data, in seconds.

    Raises
    ------
    PeopleError
        If the backup is damaged, a file cannot be written, or damaged data is in use by another
        program. The data is unchanged then.
    """
    check_backup(backup)
    if target.exists() and target.samefile(backup):
        raise PeopleError(f"{backup} is the user data itself; please name a copy of it.")
    aside = target.with_name(f"{target.stem}-before-restore-{now:%Y%m%d-%H%M%S}{target.suffix}")
    draft = target.with_name(f".{target.name}.{os.getpid()}.restored")
    with translated_errors(target):
        try:
            back_up(backup, draft)
            if not target.exists():
                _end_sessions(draft, None, now=now)
                _move_into_place(draft, target)
                return None
            try:
                back_up(target, aside)
            except PeopleError:
                _end_sessions(draft, None, now=now)
                with _exclusive_access(target, lock_timeout_s):
                    _move_aside(target, aside)
                    _move_into_place(draft, target)
                return aside
            _end_sessions(draft, aside, now=now)
            _copy_pages(draft, target)
            return aside
        finally:
            _delete_with_log(draft)


def _end_sessions(draft: Path, former: Path | None, *, now: datetime) -> None:
    """Revoke sessions and tokens missing in the old data, or all of accounts without old data."""
    connections = Connections(draft, busy_timeout_ms=1000)
    try:
        migrate(connections, now=to_micros(now))  # an older backup has fewer tables
        if former is None:
            with connections.writing() as connection:
                connection.execute(
                    "DELETE FROM sessions WHERE user_id IN "
                    "(SELECT user_id FROM users WHERE name IS NOT NULL)"
                )
                connection.execute("DELETE FROM api_tokens")
            return
        with closing(_open(former, writable=False)) as source:
            sessions = _select(source, "sessions", "token_digest, user_id")
            tokens = _select(source, "api_tokens", "token_digest, user_id")
            ended = _select(source, "ended_identities", "digest, ended_at")
        with connections.writing() as connection:
            for table, valid in (("sessions", sessions), ("api_tokens", tokens)):
                rows = connection.execute(f"SELECT token_digest, user_id FROM {table}").fetchall()
                connection.executemany(
                    f"DELETE FROM {table} WHERE token_digest = ? AND user_id = ?",
                    set(rows) - set(valid),
                )
            connection.executemany(
                "INSERT INTO ended_identities (digest, ended_at) VALUES (?, ?) "
                "ON CONFLICT (digest) DO UPDATE SET ended_at = max(ended_at, excluded.ended_at)",
                ended,
            )
    finally:
        connections.close()


def _select(connection: sqlite3.Connection, table: str, columns: str) -> list[tuple[bytes, int]]:
    """Return the rows of a table; an empty list if an older schema lacks the table."""
    tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if connection.execute(tables, (table,)).fetchone() is None:
        return []
    return connection.execute(f"SELECT {columns} FROM {table}").fetchall()


@contextmanager
def _exclusive_access(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold SQLite's exclusive byte-range lock on a database file during the block.

    Without the lock, another process could keep writing to the renamed file. On closing it would
    delete the new file's log. A running Marquee closes its connections once it detects damage.
    """
    with path.open("r+b") as file:
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _FIRST_LOCK_BYTE)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise PeopleError(
                        f"{path} is damaged, and a program has it open. Please stop Marquee, "
                        "restore, and start it again."
                    ) from error
            time.sleep(0.05)
        yield


def _has_tables(source: Path) -> bool:
    if not source.is_file():
        return False
    with translated_errors(source), closing(_open(source, writable=False)) as connection:
        try:
            return schema_version(connection) > 0
        except LookupError:
            return True  # a database of another kind: `back_up` reports it


def _daily_copies(folder: Path) -> list[tuple[date, Path]]:
    if not folder.is_dir():
        return []
    named = [(_DAILY.fullmatch(path.name), path) for path in folder.iterdir()]
    return [(date.fromisoformat(found[1]), path) for found, path in named if found]


def _copy_pages(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Overwrite the target database with the source in one transaction; both may be in use."""

    def report(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(1.0 - remaining / max(total, 1))

    with (
        closing(_open(source, writable=False)) as reader,
        closing(_open(target, writable=True)) as writer,
    ):
        reader.backup(writer, pages=_PAGES_PER_STEP, progress=report, sleep=0.01)


def _open(path: Path, *, writable: bool) -> sqlite3.Connection:
    mode = "rw" if writable else "ro"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=10)
    if writable:
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def _flush(path: Path) -> None:
    """Flush a file's content, or a folder's directory entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move_into_place(draft: Path, target: Path) -> None:
    draft.replace(target)
    _flush(target.parent)


def _move_aside(target: Path, aside: Path) -> None:
    for suffix in ("", *_WAL_SUFFIXES):
        part = target.with_name(target.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))


def _delete_with_log(path: Path) -> None:
    for suffix in ("", *_WAL_SUFFIXES):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
