"""SQLite's errors in plain words: what happened to which file, and what a person can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.errors import PeopleError

_PRIMARY_CODE = 0xFF  # the low byte of an extended result code names the family
_WORDS = {
    sqlite3.SQLITE_BUSY: (
        "{path} is busy: something else has been writing to it for too long. Please try again."
    ),
    sqlite3.SQLITE_LOCKED: (
        "{path} is busy: something else has been writing to it for too long. Please try again."
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
        "{path} is damaged. It was left as it is; `python -m recommender restore` sets it aside "
        "and brings the latest daily copy back."
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is damaged or not a database. It was left as it is; `python -m recommender "
        "restore` sets it aside and brings the latest daily copy back."
    ),
}


def translate_sqlite_error(error: Exception, path: Path) -> PeopleError:
    """Return the error in words that name the file and what can be done.

    Visitors read them too, so of the file they say its name and not where it is.

    Parameters
    ----------
    error
        What SQLite or the operating system raised.
    path
        The file of people's data.
    """
    if isinstance(error, OSError):
        return PeopleError(
            f"{path.name} cannot be opened ({error.strerror or error}). Please let Marquee read "
            "and write the file and its folder."
        )
    code = getattr(error, "sqlite_errorcode", None)
    words = _WORDS.get(code & _PRIMARY_CODE) if isinstance(code, int) else None
    if words is None:
        return PeopleError(f"{path.name} could not be used: {error}.")
    return PeopleError(words.format(path=path.name))


def is_busy(error: BaseException | None) -> bool:
    """Return whether SQLite gave up because another connection was at work."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY_CODE == sqlite3.SQLITE_BUSY


def is_damage(error: BaseException | None) -> bool:
    """Return whether SQLite found that the file is not, or not any more, a sound database."""
    code = getattr(error, "sqlite_errorcode", None)
    damage = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    return isinstance(code, int) and code & _PRIMARY_CODE in damage


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Raise what SQLite and the operating system say of ``path`` as PeopleError.

    Raises
    ------
    PeopleError
        In place of ``sqlite3.Error`` and ``OSError``, which stays as its cause.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise translate_sqlite_error(error, path) from error
