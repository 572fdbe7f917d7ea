"""Which catalogue file was read from end to end and found sound, so that starts need not again.

A note beside the file says its size, when it was written and which file it is. Anything that
writes to the file, cuts it or puts another in its place changes one of them. What a failing disk
changes behind the file system's back is found by ``doctor``, which always reads everything.
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
"""Size in bytes, time of writing in nanoseconds, inode."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """What was found at the catalogue's place.

    Attributes
    ----------
    fault
        Why the catalogue cannot be used, in plain words; empty when it can.
    meta
        What the database says of itself; empty when it cannot be read.
    outdated
        Whether nothing is wrong with it but that another version wrote it.
    """

    fault: str
    meta: dict[str, str]
    outdated: bool = False

    @property
    def healthy(self) -> bool:
        """Whether the catalogue can be used by this version."""
        return not self.fault


def inspect_catalogue(path: Path, *, every_page: bool = True) -> Inspection:
    """Look at a catalogue without changing it.

    Parameters
    ----------
    path
        The database.
    every_page
        Read the whole file even when `note_sound` says that this very file was found sound:
        12 seconds at 700,000 films and a load of 8, which is too long for every start.

    Returns
    -------
    Inspection
        With a fault when the file is missing, damaged, half-written or of another version.
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
    """Return what tells this file, as it is, from any other; None when there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns, facts.st_ino]


def mark_verified(path: Path, identity: Identity) -> None:
    """Note that the file was found sound when it had this identity.

    A folder that cannot be written to keeps no note, and every start looks at the whole file.
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
    """Forget that the file was found sound: whoever opens it next reads all of it again."""
    with contextlib.suppress(OSError):
        _note_of(path).unlink(missing_ok=True)


def is_verified(path: Path) -> bool:
    """Tell whether the file is noted as sound and is still the one that was looked at."""
    try:
        noted = json.loads(_note_of(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    identity = identity_of(path)
    return identity is not None and noted == identity


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sound")
