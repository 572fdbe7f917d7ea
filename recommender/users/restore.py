"""Putting a copy in the place of people's data, without opening doors that had been closed.

A copy remembers everybody who was signed in when it was made. Who signed out since, or revoked a
token, must not be signed in again by it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from recommender.errors import PeopleError
from recommender.users.backup import WAL_SUFFIXES, back_up, check_backup, copy_pages, flush
from recommender.users.connections import Connections
from recommender.users.migrations import migrate
from recommender.users.sqlite_errors import translated_errors
from recommender.users.times import to_micros

# https://www.sqlite.org/src/file?name=src/os.h: PENDING, RESERVED and the 510 bytes of SHARED.
_FIRST_LOCK_BYTE = 0x40000000
_LOCK_BYTES = 512
LOCK_TIMEOUT_S = 5.0


def restore(
    backup: Path, target: Path, *, now: datetime, lock_timeout_s: float = LOCK_TIMEOUT_S
) -> Path | None:
    """Replace people's data by a backup; return the path of the former data, if there was any.

    Sound data is copied aside and replaced in one transaction: the app may run meanwhile and sees
    the restored data at once. Damaged data is moved aside unchanged.

    Sessions and API tokens that are in both files continue; ended ones stay ended. When the former
    data cannot be read, every account has to sign in again. Guests continue: their cookie is
    the only way to their likes.

    Parameters
    ----------
    backup
        From `back_up`.
    target
        The file of people's data.
    now
        Time for the name of the file that is set aside.
    lock_timeout_s
        How long to wait for exclusive access to damaged data, in seconds.

    Raises
    ------
    PeopleError
        If the copy is not sound, a file cannot be written, or damaged data is in use by another
        program; the data is as it was then.
    """
    check_backup(backup)
    if target.exists() and target.samefile(backup):
        raise PeopleError(f"{backup} is people's data itself; please name a copy of it.")
    aside = target.with_name(f"{target.stem}-before-restore-{now:%Y%m%d-%H%M%S}{target.suffix}")
    draft = target.with_name(f".{target.name}.{os.getpid()}.restored")
    with translated_errors(target):
        try:
            back_up(backup, draft)
            if not target.exists():
                _end_sessions(draft, None, now=now)
                _put_in_place(draft, target)
                return None
            try:
                back_up(target, aside)
            except PeopleError:
                _end_sessions(draft, None, now=now)
                with _exclusive_access(target, lock_timeout_s):
                    _move_aside(target, aside)
                    _put_in_place(draft, target)
                return aside
            _end_sessions(draft, aside, now=now)
            copy_pages(draft, target)
            return aside
        finally:
            for suffix in ("", *WAL_SUFFIXES):
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _end_sessions(draft: Path, former: Path | None, *, now: datetime) -> None:
    """End in the draft what is not in the former data too; without it, whatever is an account's."""
    connections = Connections(draft, busy_timeout_ms=1000)
    try:
        migrate(connections, now=to_micros(now))  # an older copy has fewer tables
        if former is None:
            with connections.writing() as connection:
                connection.execute(
                    "DELETE FROM sessions WHERE user_id IN "
                    "(SELECT user_id FROM users WHERE name IS NOT NULL)"
                )
                connection.execute("DELETE FROM api_tokens")
            return
        with closing(sqlite3.connect(f"{former.absolute().as_uri()}?mode=ro", uri=True)) as source:
            sessions = _select(source, "sessions", "token_digest, user_id")
            tokens = _select(source, "api_tokens", "token_digest, user_id")
            ended = _select(source, "ended_identities", "digest, ended_at")
        with connections.writing() as connection:
            for table, still in (("sessions", sessions), ("api_tokens", tokens)):
                rows = connection.execute(f"SELECT token_digest, user_id FROM {table}").fetchall()
                connection.executemany(
                    f"DELETE FROM {table} WHERE token_digest = ? AND user_id = ?",
                    set(rows) - set(still),
                )
            connection.executemany(
                "INSERT INTO ended_identities (digest, ended_at) VALUES (?, ?) "
                "ON CONFLICT (digest) DO UPDATE SET ended_at = max(ended_at, excluded.ended_at)",
                ended,
            )
    finally:
        connections.close()


def _select(connection: sqlite3.Connection, table: str, columns: str) -> list[tuple[bytes, int]]:
    """Return a table's rows; none when the data is older than the table."""
    there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if connection.execute(there, (table,)).fetchone() is None:
        return []
    return connection.execute(f"SELECT {columns} FROM {table}").fetchall()


@contextmanager
def _exclusive_access(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold the lock that SQLite takes to be alone with a file.

    A program that has the file open would go on writing to it under its new name, and would
    delete the log of the new one at its end. A running Marquee lets go of a file as soon as it
    finds damage.

    Raises
    ------
    PeopleError
        If somebody has it open for longer than a moment.
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


def _put_in_place(draft: Path, target: Path) -> None:
    draft.replace(target)
    flush(target.parent)


def _move_aside(target: Path, aside: Path) -> None:
    for suffix in ("", *WAL_SUFFIXES):
        part = target.with_name(target.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
