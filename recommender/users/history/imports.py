"""Imported histories: written all at once, remembered, and taken back as if they had never been.

An import only ever adds. What the person has said in Marquee stands, so nothing is replaced and
taking an import back is removing what it added, unless the person has said it anew since.
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
    require_user,
    select_by_kind,
    set_row,
)
from recommender.users.times import from_micros, to_micros

_REPORT_EVERY = 200  # rows
_SOURCE = "import:"

ImportRow = tuple[str, InteractionKind, datetime]
"""A film's tconst, what is said of it, and when."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """What one import brought.

    ``added`` counts what was new; ``kept`` what was left out because the person has said otherwise
    in Marquee. ``import_id`` is 0 when nothing was new: there is nothing to take back then.
    """

    import_id: int
    source: str
    at: datetime
    added: int
    kept: int = 0


class Imports:
    """The imports of people, in the file of people's data.

    Parameters
    ----------
    connections
        To that file.
    clock
        Says what time it is, with a time zone.
    """

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
        """Write what a history says, all or nothing; return what came of it.

        What was said before stands with its time, so writing the same again changes nothing.

        Parameters
        ----------
        user_id
            From ``open_guest`` or ``find_user``.
        rows
            What is said; of two that contradict each other the first counts.
        source
            Whose history it was, to be shown.
        progress
            Told the part written so far, 0 to 1.

        Raises
        ------
        PeopleError
            If an id is malformed, nobody has this ``user_id``, or the file cannot be written;
            nothing is changed then.
        """
        now = self._clock()
        checked = [(check_tconst(t), InteractionKind(kind), to_micros(at)) for t, kind, at in rows]
        kept = 0
        with self._connections.writing() as connection:
            require_user(connection, user_id)
            said = {kind: set(t) for kind, t in select_by_kind(connection, user_id).items()}
            import_id = _insert_import(connection, user_id, source, now=to_micros(now))
            added = 0
            for number, (tconst, kind, at) in enumerate(checked):
                if number % _REPORT_EVERY == 0:
                    progress(number / len(checked))
                if any(tconst in said[other] for other in CONTRADICTIONS[kind]):
                    kept += 1
                elif set_row(
                    connection,
                    user_id,
                    tconst,
                    kind,
                    on=True,
                    at=at,
                    source=f"{_SOURCE}{import_id}",
                ):
                    said[kind].add(tconst)
                    added += 1
            if not added:
                connection.execute("DELETE FROM imports WHERE import_id = ?", (import_id,))
                import_id = 0
        progress(1.0)
        return Import(import_id=import_id, source=source, at=now, added=added, kept=kept)

    def list(self, user_id: int) -> list[Import]:
        """Return a person's imports that can be taken back, the latest first.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
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
        """Take an import back; return how many things it had said were still there.

        What the person has taken back themselves stays so; what they have said anew stays too.
        Nothing happens when it was taken back before, or is somebody else's.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        with self._connections.writing() as connection:
            removed = connection.execute(
                "DELETE FROM interactions WHERE user_id = ? AND source = ?",
                (user_id, f"{_SOURCE}{import_id}"),
            ).rowcount
            connection.execute(
                "DELETE FROM imports WHERE import_id = ? AND user_id = ?", (import_id, user_id)
            )
        return removed


def move_imports(connection: sqlite3.Connection, guest_id: int, user_id: int) -> None:
    """Let an account take back what it imported as a guest."""
    connection.execute("UPDATE imports SET user_id = ? WHERE user_id = ?", (user_id, guest_id))


def _insert_import(connection: sqlite3.Connection, user_id: int, source: str, *, now: int) -> int:
    cursor = connection.execute(
        "INSERT INTO imports (user_id, source, imported_at) VALUES (?, ?, ?)",
        (user_id, source, now),
    )
    return cursor.lastrowid or 0
