"""Integrity check of a catalogue file, and a note that skips the full check at later starts.

The note holds the size, modification time and inode of a verified file; a write or a swap changes
one of them. ``doctor`` ignores the note, so it also finds damage by a failing disk.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from recommender.catalogue.database import open_read_only
from recommender.catalogue.schema import SCHEMA_VERSION

Identity = list[int]
"""Size in bytes, modification time in nanoseconds, inode."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """Result of an integrity check.

    Attributes
    ----------
    fault
        Why the catalogue cannot be used; empty when it is healthy.
    meta
        Entries of the ``meta`` table; empty when it cannot be read.
    outdated
        Whether the only fault is another schema version.
    """

    fault: str
    meta: dict[str, str]
    outdated: bool = False

    @property
    def healthy(self) -> bool:
        """Whether the catalogue is intact and has the schema of this version of Marquee."""
        return not self.fault


def inspect_catalogue(path: Path, *, every_page: bool = True) -> Inspection:
    """Check a catalogue without changing it.

    Parameters
    ----------
    path
        The database.
    every_page
        Read the whole file even if it is marked as verified. This takes seconds for all of IMDb,
        too long for every start.

    Returns
    -------
    Inspection
        With a fault when the file is missing, damaged, incomplete or of another version.
    """
    try:
        there = path.is_file()
    except OSError as error:
        return Inspection(fault=f"the catalogue cannot be read ({error.strerror})", meta={})
    if not there:
        return Inspection(fault="there is no catalogue yet", meta={})
    meta: dict[str, str] = {}
    verdict = "ok"
    try:
        with contextlib.closing(open_read_only(path)) as connection:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            if every_page or not is_verified(path):
                (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return Inspection(fault=f"the catalogue is damaged ({error})", meta=meta)
    if verdict != "ok":
        return Inspection(fault="the catalogue is damaged", meta=meta)
    if meta.get("schema_version") != str(SCHEMA_VERSION):
        fault = "the catalogue is of another version of Marquee"
        return Inspection(fault=fault, meta=meta, outdated=True)
    return Inspection(fault="", meta=meta)


def identity_of(path: Path) -> Identity | None:
    """Return the identity of a file, None when it is missing."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns, facts.st_ino]


def mark_verified(path: Path, identity: Identity) -> None:
    """Save a note that the file with this identity passed the check.

    In a read-only folder there is no note, and every start reads the whole file.
    """
    note = _note_of(path)
    if is_verified(path):
        return
    draft = note.with_name(f"{note.name}.tmp-{uuid4().hex[:8]}")
    with contextlib.suppress(OSError):
        try:
            draft.write_text(json.dumps(identity), encoding="utf-8")
            draft.replace(note)
        finally:
            draft.unlink(missing_ok=True)


def forget_verified(path: Path) -> None:
    """Remove the note, so that the next start reads the whole file."""
    with contextlib.suppress(OSError):
        _note_of(path).unlink(missing_ok=True)


def is_verified(path: Path) -> bool:
    """Return whether the file passed the check and has not changed since."""
    try:
        noted = json.loads(_note_of(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    identity = identity_of(path)
    return identity is not None and noted == identity


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sound")
