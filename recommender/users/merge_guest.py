"""Merge of a guest's interactions and imports into an account at sign-in."""

from __future__ import annotations

import sqlite3

from recommender.entities import InteractionKind
from recommender.users.imports import move_imports
from recommender.users.interactions import CONTRADICTIONS, select_by_kind
from recommender.users.sessions import find_session


def merge_guest(
    connection: sqlite3.Connection, guest_digest: bytes | None, user_id: int, *, now: int
) -> int:
    """Merge a guest into an account and delete the guest; return the number of merged likes.

    If the digest is None or belongs to no guest, nothing is merged.
    """
    session = guest_digest and find_session(connection, guest_digest, now=now)
    if not session or not session.user.is_guest or session.user.user_id == user_id:
        return 0
    guest_id = session.user.user_id
    guest_likes = set(select_by_kind(connection, guest_id)[InteractionKind.LIKE])
    _merge_rows(connection, guest_id, user_id)
    move_imports(connection, guest_id, user_id)
    connection.execute("DELETE FROM users WHERE user_id = ?", (guest_id,))
    return len(guest_likes.intersection(select_by_kind(connection, user_id)[InteractionKind.LIKE]))


def _merge_rows(connection: sqlite3.Connection, guest_id: int, user_id: int) -> None:
    """Move a guest's interactions to an account; of equal interactions, keep the newer time.

    Of two contradicting interactions, the newer is kept. If the guest or the account clicked an
    interaction, the merged one counts as clicked.
    """
    rows = connection.execute(
        "SELECT tconst, kind, created_at, source FROM interactions WHERE user_id IN (?, ?) "
        "ORDER BY created_at, user_id = ?, interaction_id",  # of equal times the guest's is newer
        (guest_id, user_id, guest_id),
    ).fetchall()
    merged: dict[tuple[str, InteractionKind], tuple[int, str]] = {}
    for tconst, kind_text, created_at, source in rows:
        kind = InteractionKind(kind_text)
        for other in CONTRADICTIONS[kind]:
            merged.pop((tconst, other), None)
        # The older entry is removed first, so rows are inserted in order of their time.
        _, earlier_source = merged.pop((tconst, kind), (0, source))
        merged[tconst, kind] = (created_at, source if earlier_source else "")
    connection.execute("DELETE FROM interactions WHERE user_id = ?", (user_id,))
    connection.executemany(
        "INSERT INTO interactions (user_id, tconst, kind, created_at, source) "
        "VALUES (?, ?, ?, ?, ?)",
        [(user_id, *film, *rest) for film, rest in merged.items()],
    )
