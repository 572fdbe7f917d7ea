"""Translation of SQLite errors into messages that name the file and say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.errors import PeopleError

_PRIMARY_CODE = 0xFF  # the low byte of an extended result code names the family
_MESSAGES = {
    sqlite3.SQLITE_BUSY: (
        "{path} is busy: another program has been writing to it for too long. Please try again."
    ),
    sqlite3.SQLITE_LOCKED: (
        "{path} is busy: another program has been writing to it for too long. Please try again."
    ),
    sqlite3.SQLITE_READONLY: (
        "{path} cannot be written to. Please let Marquee write to the file and to its folder, "
        "or set MARQUEE_DATA_DIR to another folder."
    ),
    sqlite3.SQLITE_PERM: (
        "{path} cannot be opened. Please let Marquee read and write the file and its folder."
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened. Please let Marquee read and write the file and its folder."
    ),
    sqlite3.SQLITE_FULL: (
        "The disk that holds {path} is full. Nothing was changed; please make room and try again."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk that holds {path} could not be read or written. Nothing was changed; please "
        "check the disk and the room on it."
    ),
    sqlite3.SQLITE_CORRUPT: (
        "{path} is damaged. It was left unchanged; `python -m recommender restore` sets it aside "
        "and restores the latest daily backup."
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is damaged or not a database. It was left unchanged; `python -m recommender "
        "restore` sets it aside and restores the latest daily backup."
    ),
}


def translate_sqlite_error(error: Exception, path: Path) -> PeopleError:
    """Return a PeopleError whose message names the database file without its folder."""
    if isinstance(error, OSError):
        return PeopleError(
            f"{path.name} cannot be opened ({error.strerror or error}). Please let Marquee read "
            "and write the file and its folder."
        )
    code = getattr(error, "sqlite_errorcode", None)
    message = _MESSAGES.get(code & _PRIMARY_CODE) if isinstance(code, int) else None
    if message is None:
        return PeopleError(f"{path.name} could not be used: {error}.")
    return PeopleError(message.format(path=path.name))


def is_busy(error: BaseException | None) -> bool:
    """Return whether an SQLite error means that the wait for a lock timed out."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY_CODE == sqlite3.SQLITE_BUSY


def is_damage(error: BaseException | None) -> bool:
    """Return whether an SQLite error means that the file is corrupt or not a database."""
    code = getattr(error, "sqlite_errorcode", None)
    damage = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    return isinstance(code, int) and code & _PRIMARY_CODE in damage


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Translate ``sqlite3.Error`` and ``OSError`` of a block to PeopleError, with their cause."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise translate_sqlite_error(error, path) from error
