"""A guest becomes somebody: what they said moves to the account, and the guest is gone."""

from __future__ import annotations

import sqlite3

from recommender.entities import InteractionKind
from recommender.users.history.imports import move_imports
from recommender.users.interactions import CONTRADICTIONS
from recommender.users.sessions import find_session


def merge_guest(
    connection: sqlite3.Connection, guest_digest: bytes | None, user_id: int, *, now: int
) -> int:
    """Move what a guest said to an account; return how many of the guest's likes it likes now.

    Nothing is lost: the account has what either said, with the newer of two times, and where the
    two contradict each other the newer word stands. Moving again, or for nobody, does nothing.

    Parameters
    ----------
    connection
        Inside a transaction.
    guest_digest
        Of the guest's token; None when there is none.
    user_id
        Of the account.
    now
        In microseconds since 1970, UTC.
    """
    session = guest_digest and find_session(connection, guest_digest, now=now)
    if not session or not session.user.is_guest or session.user.user_id == user_id:
        return 0
    guest_id = session.user.user_id
    liked = _likes(connection, guest_id)
    _merge_rows(connection, guest_id, user_id)
    move_imports(connection, guest_id, user_id)
    connection.execute("DELETE FROM users WHERE user_id = ?", (guest_id,))
    return len(liked & _likes(connection, user_id))


def _merge_rows(connection: sqlite3.Connection, guest_id: int, user_id: int) -> None:
    rows = connection.execute(
        "SELECT tconst, kind, created_at, source FROM interactions WHERE user_id IN (?, ?) "
        "ORDER BY created_at, user_id = ?, interaction_id",  # at one moment the guest spoke last
        (guest_id, user_id, guest_id),
    ).fetchall()
    said: dict[tuple[str, InteractionKind], tuple[int, str]] = {}
    for tconst, kind_text, created_at, source in rows:
        kind = InteractionKind(kind_text)
        for other in CONTRADICTIONS[kind]:
            said.pop((tconst, other), None)
        said.pop((tconst, kind), None)  # so that the newer time also comes later in order
        said[tconst, kind] = (created_at, source)
    connection.execute("DELETE FROM interactions WHERE user_id = ?", (user_id,))
    connection.executemany(
        "INSERT INTO interactions (user_id, tconst, kind, created_at, source) "
        "VALUES (?, ?, ?, ?, ?)",
        [(user_id, *film, *rest) for film, rest in said.items()],
    )


def _likes(connection: sqlite3.Connection, user_id: int) -> set[str]:
    rows = connection.execute(
        "SELECT tconst FROM interactions WHERE user_id = ? AND kind = ?",
        (user_id, InteractionKind.LIKE),
    )
    return {tconst for (tconst,) in rows}
