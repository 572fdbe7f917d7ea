"""Inspection of the user database, for ``doctor`` and for backups."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.entities import InteractionKind
from recommender.users.migrations import schema_version


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleInfo:
    """Size, schema version, row counts and integrity of the user database.

    Attributes
    ----------
    path
        The file.
    size_bytes
        Size of the file and its write-ahead log.
    schema_version
        Number of the latest migration.
    people, guests
        Number of all users, and of guests (users without an account).
    interactions
        Number of interactions by kind.
    problems
        Findings of SQLite's quick check; empty when the file is intact.
    """

    path: Path
    size_bytes: int
    schema_version: int
    people: int
    guests: int
    interactions: Mapping[InteractionKind, int]
    problems: tuple[str, ...]


def inspect_people(connection: sqlite3.Connection, path: Path) -> PeopleInfo:
    """Return a `PeopleInfo` of the user database; reads the whole file."""
    people, guests = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE name IS NULL) FROM users"
    ).fetchone()
    interactions = dict.fromkeys(InteractionKind, 0)
    rows = connection.execute("SELECT kind, count(*) FROM interactions GROUP BY kind").fetchall()
    for kind, count in rows:
        interactions[InteractionKind(kind)] = count
    parts = (path, path.with_name(f"{path.name}-wal"))
    return PeopleInfo(
        path=path,
        size_bytes=sum(part.stat().st_size for part in parts if part.exists()),
        schema_version=schema_version(connection),
        people=people,
        guests=guests,
        interactions=interactions,
        problems=find_problems(connection),
    )


def find_problems(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the findings of SQLite's quick check; empty when the file is intact."""
    try:
        rows = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
            raise
        return (str(error),)  # too damaged for the check itself
    lines = tuple(str(line) for (line,) in rows)
    return () if lines == ("ok",) else lines
