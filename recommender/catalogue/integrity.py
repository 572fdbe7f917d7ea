"""Which catalogue file was read from end to end and found sound, so that starts need not again.

A note beside the file says its size, when it was written and which file it is. Anything that
writes to the file, cuts it or puts another in its place changes one of them. What a failing disk
changes behind the file system's back is found by ``doctor``, which always reads everything.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from uuid import uuid4

Identity = list[int]
"""Size in bytes, time of writing in nanoseconds, inode."""


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
