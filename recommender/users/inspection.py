"""How the file of people's data is doing, for ``doctor``."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.entities import InteractionKind
from recommender.users.migrations import schema_version


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleInfo:
    """What ``doctor`` says of people's data.

    Attributes
    ----------
    path
        The file.
    size_bytes
        Its size, with what its log holds.
    schema_version
        Number of the latest migration done.
    people, guests
        How many people there are, and how many of them have no account.
    interactions
        How many rows of each kind.
    problems
        What SQLite's quick check finds wrong; empty when the file is sound.
    """

    path: Path
    size_bytes: int
    schema_version: int
    people: int
    guests: int
    interactions: Mapping[InteractionKind, int]
    problems: tuple[str, ...]


def inspect_people(connection: sqlite3.Connection, path: Path) -> PeopleInfo:
    """Return how the file is; reads all of it.

    Parameters
    ----------
    connection
        To the file.
    path
        Where it is.
    """
    people, guests = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE name IS NULL) FROM users"
    ).fetchone()
    interactions = dict.fromkeys(InteractionKind, 0)
    for kind, count in connection.execute(
        "SELECT kind, count(*) FROM interactions GROUP BY kind"
    ).fetchall():
        interactions[InteractionKind(kind)] = count
    return PeopleInfo(
        path=path,
        size_bytes=sum(
            part.stat().st_size
            for part in (path, path.with_name(f"{path.name}-wal"))
            if part.exists()
        ),
        schema_version=schema_version(connection),
        people=people,
        guests=guests,
        interactions=interactions,
        problems=find_problems(connection),
    )


def find_problems(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what SQLite's quick check finds wrong with the file; empty when it is sound."""
    try:
        rows = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
            raise
        return (str(error),)  # too damaged for the check itself
    lines = tuple(str(line) for (line,) in rows)
    return () if lines == ("ok",) else lines
