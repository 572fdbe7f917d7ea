"""Imports of viewing histories: write, list and undo.

An import only adds interactions and is stored as their source. Undoing an import deletes the
interactions with this source; a later click by the user changes the source.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from recommender.entities import InteractionKind
from recommender.users.connections import Connections
from recommender.users.interactions import (
    CONTRADICTIONS,
    check_tconst,
    delete_source,
    require_user,
    select_by_kind,
    set_row,
)
from recommender.users.times import from_micros, to_micros

_REPORT_EVERY = 200  # rows
_SOURCE = "import:"

ImportRow = tuple[str, InteractionKind, datetime]
"""Imported interaction: tconst, kind and time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """Result of an import.

    ``added`` counts new interactions. ``kept`` counts rows skipped because they contradict an
    existing interaction. ``import_id`` is 0 if nothing was added.
    """

    import_id: int
    source: str
    at: datetime
    added: int
    kept: int = 0


class Imports:
    """Store of all users' imports; methods raise PeopleError if the user database is unusable."""

    def __init__(self, connections: Connections, *, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock

    def write(
        self,
        user_id: int,
        rows: Sequence[ImportRow],
        *,
        source: str,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Import:
        """Import a history's interactions in one transaction.

        Existing interactions keep their time, so repeating an import changes nothing.

        Parameters
        ----------
        user_id
            From ``open_guest`` or ``find_user``.
        rows
            The interactions; a row that contradicts an earlier row is skipped.
        source
            Name of the service, for the list of imports.
        progress
            Called with the fraction written, 0 to 1.

        Raises
        ------
        PeopleError
            If an id is malformed or there is no such user. Nothing is changed then.
        """
        now = self._clock()
        checked = [(check_tconst(t), InteractionKind(kind), to_micros(at)) for t, kind, at in rows]
        added = kept = 0
        with self._connections.writing() as connection:
            require_user(connection, user_id)
            current = {kind: set(t) for kind, t in select_by_kind(connection, user_id).items()}
            import_id = _insert_import(connection, user_id, source, now=to_micros(now))
            row_source = f"{_SOURCE}{import_id}"
            for number, (tconst, kind, at) in enumerate(checked):
                if number % _REPORT_EVERY == 0:
                    progress(number / len(checked))
                if any(tconst in current[other] for other in CONTRADICTIONS[kind]):
                    kept += 1
                elif set_row(connection, user_id, tconst, kind, on=True, at=at, source=row_source):
                    current[kind].add(tconst)
                    added += 1
            if not added:
                connection.execute("DELETE FROM imports WHERE import_id = ?", (import_id,))
                import_id = 0
        progress(1.0)
        return Import(import_id=import_id, source=source, at=now, added=added, kept=kept)

    def list(self, user_id: int) -> list[Import]:
        """Return a user's imports that can be undone, newest first."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                """
                SELECT i.import_id, i.source, i.imported_at, count(*)
                FROM imports i JOIN interactions a
                    ON a.user_id = i.user_id AND a.source = ?2 || i.import_id
                WHERE i.user_id = ?1 GROUP BY i.import_id ORDER BY i.import_id DESC
                """,
                (user_id, _SOURCE),
            ).fetchall()
        return [
            Import(import_id=number, source=source, at=from_micros(at), added=added)
            for number, source, at, added in rows
        ]

    def undo(self, user_id: int, import_id: int) -> int:
        """Undo an import; return the number of deleted interactions.

        Interactions that the user has clicked since the import are kept. Undoing an unknown
        import or one of another user deletes nothing.
        """
        with self._connections.writing() as connection:
            removed = delete_source(connection, user_id, f"{_SOURCE}{import_id}")
            connection.execute(
                "DELETE FROM imports WHERE import_id = ? AND user_id = ?", (import_id, user_id)
            )
        return removed


def move_imports(connection: sqlite3.Connection, guest_id: int, user_id: int) -> None:
    """Assign a guest's imports to an account."""
    connection.execute("UPDATE imports SET user_id = ? WHERE user_id = ?", (user_id, guest_id))


def _insert_import(connection: sqlite3.Connection, user_id: int, source: str, *, now: int) -> int:
    cursor = connection.execute(
        "INSERT INTO imports (user_id, source, imported_at) VALUES (?, ?, ?)",
        (user_id, source, now),
    )
    return cursor.lastrowid or 0
