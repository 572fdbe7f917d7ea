"""Copies of people's data: made while people click, checked, kept for a week.

SQLite's own backup makes the copy, so it is of one moment even while others write. A copy takes
its name only when it has been checked and is on the disk; nothing half made is ever found.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from recommender.errors import PeopleError
from recommender.users.inspection import find_problems
from recommender.users.migrations import MIGRATIONS, schema_version
from recommender.users.sqlite_errors import translated_errors

KEPT_DAYS = 7
"""So many daily copies are kept."""

_PAGES_AT_ONCE = 500
"""Writers get their turn between so many pages."""

_DAILY = re.compile(r"people-(\d{4}-\d{2}-\d{2})\.db")
WAL_SUFFIXES = ("-wal", "-shm")
"""What SQLite lays beside a database that is in use."""

Progress = Callable[[float], None]


def back_up(source: Path, target: Path, *, progress: Progress | None = None) -> int:
    """Copy people's data to a new file, check the copy, and return its size in bytes.

    Safe while the app runs: writers go on, and the copy is of one moment.

    Parameters
    ----------
    source
        The file of people's data.
    target
        The copy; a copy of that name is replaced once the new one is sound. Its folder is made.
    progress
        Told how far it is, 0 to 1.

    Raises
    ------
    PeopleError
        If the source cannot be read or is damaged, or the copy cannot be written. Whatever stood
        at ``target`` is still there then.
    """
    if not source.is_file():
        raise PeopleError(f"{source} does not exist, so there is nothing to copy.")
    if target.exists() and target.samefile(source):
        raise PeopleError(f"{target} is people's data itself; please name another file.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with translated_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            copy_pages(source, part, progress)
            with closing(_open(part, writable=True)) as copy:
                # A copy is one file: without this, reading it would lay a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            check_backup(part)
            flush(part)
            part.replace(target)
            flush(target.parent)
        finally:
            for suffix in ("", *WAL_SUFFIXES):
                part.with_name(part.name + suffix).unlink(missing_ok=True)
        return target.stat().st_size


def check_backup(path: Path) -> None:
    """Make sure a file is a sound copy of people's data that this Marquee can use.

    Raises
    ------
    PeopleError
        If it is missing, damaged, something else, or from a newer Marquee.
    """
    if not path.is_file():
        raise PeopleError(f"There is no file {path}.")
    with translated_errors(path), closing(_open(path, writable=False)) as connection:
        problems = find_problems(connection)
        if problems:
            raise PeopleError(f"{path} is damaged: {problems[0]}.")
        try:
            version = schema_version(connection)
        except LookupError as error:
            raise PeopleError(f"{path} is not a copy of people's data.") from error
        if version == 0:
            raise PeopleError(f"{path} is empty.")
        if version > len(MIGRATIONS):
            raise PeopleError(f"{path} was written by a newer Marquee; please update Marquee.")


def keep_daily_copy(source: Path, folder: Path, *, today: date) -> Path | None:
    """Make today's copy unless it is there, and let go of those older than a week.

    Parameters
    ----------
    source
        The file of people's data; without one there is nothing to do.
    folder
        Of the daily copies.
    today
        Names the copy.

    Returns
    -------
    Path or None
        The copy, when one was made.

    Raises
    ------
    PeopleError
        If it could not be made; older copies are all kept then.
    """
    target = folder / f"people-{today:%Y-%m-%d}.db"
    with translated_errors(target):
        if target.exists() or not _holds_something(source):
            return None
        back_up(source, target)
        oldest = today - timedelta(days=KEPT_DAYS - 1)
        for day, path in _daily_copies(folder):
            if day < oldest:
                path.unlink(missing_ok=True)
    return target


def find_latest_copy(folder: Path) -> Path | None:
    """Return the newest daily copy that is sound, None without one."""
    for _, path in sorted(_daily_copies(folder), reverse=True):
        try:
            check_backup(path)
        except PeopleError:
            continue
        return path
    return None


def _holds_something(source: Path) -> bool:
    """Return whether the file is there and past the moment of being made."""
    if not source.is_file():
        return False
    with translated_errors(source), closing(_open(source, writable=False)) as connection:
        try:
            return schema_version(connection) > 0
        except LookupError:
            return True  # something else: `back_up` says what


def _daily_copies(folder: Path) -> list[tuple[date, Path]]:
    if not folder.is_dir():
        return []
    named = [(_DAILY.fullmatch(path.name), path) for path in folder.iterdir()]
    return [(date.fromisoformat(found[1]), path) for found, path in named if found]


def copy_pages(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Make one database what another is, in one transaction; both may be in use.

    Parameters
    ----------
    source, target
        The database that is read, and the one that is overwritten.
    progress
        Told how far it is, 0 to 1.
    """

    def tell(status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(1.0 - remaining / max(total, 1))

    with (
        closing(_open(source, writable=False)) as reader,
        closing(_open(target, writable=True)) as writer,
    ):
        reader.backup(writer, pages=_PAGES_AT_ONCE, progress=tell, sleep=0.01)


def _open(path: Path, *, writable: bool) -> sqlite3.Connection:
    mode = "rw" if writable else "ro"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=10)
    if writable:
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def flush(path: Path) -> None:
    """Return once a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
