"""Merge of a guest into an account at sign-in: interactions and imports move, the guest goes."""

from __future__ import annotations

import sqlite3

from recommender.entities import InteractionKind
from recommender.users.imports import move_imports
from recommender.users.interactions import merge_rows, select_by_kind
from recommender.users.sessions import find_session


def merge_guest(
    connection: sqlite3.Connection, guest_digest: bytes | None, user_id: int, *, now: int
) -> int:
    """Merge a guest into an account; return how many of the guest's likes the account has now.

    Parameters
    ----------
    connection
        Inside a transaction.
    guest_digest
        Digest of the guest's token. None, or one that is no guest's, merges nothing.
    user_id
        The account.
    now
        In microseconds since 1970, UTC.
    """
    session = guest_digest and find_session(connection, guest_digest, now=now)
    if not session or not session.user.is_guest or session.user.user_id == user_id:
        return 0
    guest_id = session.user.user_id
    guest_likes = set(select_by_kind(connection, guest_id)[InteractionKind.LIKE])
    merge_rows(connection, guest_id, user_id)
    move_imports(connection, guest_id, user_id)
    connection.execute("DELETE FROM users WHERE user_id = ?", (guest_id,))
    return len(guest_likes.intersection(select_by_kind(connection, user_id)[InteractionKind.LIKE]))
