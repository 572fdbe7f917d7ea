"""SQL queries for interactions, and the profile built from them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence

from recommender.entities import Interaction, InteractionKind, Profile
from recommender.errors import PeopleError
from recommender.users.times import from_micros, to_micros

# Setting one of these removes the others.
CONTRADICTIONS: dict[InteractionKind, tuple[InteractionKind, ...]] = {
    InteractionKind.LIKE: (InteractionKind.HIDE, InteractionKind.LESS),
    InteractionKind.HIDE: (InteractionKind.LIKE, InteractionKind.WATCHLIST),
    InteractionKind.WATCHLIST: (InteractionKind.HIDE,),
    InteractionKind.SEEN: (),
    InteractionKind.LESS: (InteractionKind.LIKE,),
}

_TCONST = re.compile(r"tt[0-9]{7,10}")
_NEWEST_FIRST = "ORDER BY created_at DESC, interaction_id DESC"


def check_tconst(tconst: str) -> str:
    """Return a valid IMDb id unchanged; raise PeopleError for a malformed one."""
    if _TCONST.fullmatch(tconst) is None:
        raise PeopleError(
            f"{tconst[:40]!r} is not the id of a film: tt and 7 to 10 digits, like tt0113277."
        )
    return tconst


def require_user(connection: sqlite3.Connection, user_id: int) -> None:
    """Raise PeopleError if a user id does not exist."""
    if not connection.execute("SELECT 1 FROM users WHERE user_id = ?", (user_id,)).fetchone():
        raise PeopleError("This visitor is not known any more. Please reload the page.")


def set_row(
    connection: sqlite3.Connection,
    user_id: int,
    tconst: str,
    kind: InteractionKind,
    *,
    on: bool,
    at: int,
    source: str = "",
) -> bool:
    """Set or remove an interaction; return whether the stored rows changed.

    ``at`` is in microseconds since 1970, UTC; ``source`` is as in the entity `Interaction`.
    """
    if not on:
        return _delete_rows(connection, user_id, tconst, (kind,)) > 0
    replaced = _delete_rows(connection, user_id, tconst, CONTRADICTIONS[kind])
    return _insert_row(connection, user_id, tconst, kind, at=at, source=source) or replaced > 0


def set_rows(
    connection: sqlite3.Connection,
    user_id: int,
    changes: Sequence[tuple[str, InteractionKind, bool]],
    *,
    first: int,
    source: str = "",
) -> int:
    """Set several interactions of a known user, one microsecond apart; return how many changed."""
    require_user(connection, user_id)
    return sum(
        set_row(connection, user_id, tconst, kind, on=on, at=first + position, source=source)
        for position, (tconst, kind, on) in enumerate(changes)
    )


def clear_rows(
    connection: sqlite3.Connection, user_id: int, kind: InteractionKind | None
) -> list[Interaction]:
    """Delete a user's interactions of one kind or of all; return them, newest first."""
    removed = select_rows(connection, user_id, kind)
    connection.execute(
        "DELETE FROM interactions WHERE user_id = ?1 AND (?2 IS NULL OR kind = ?2)",
        (user_id, kind),
    )
    return removed


def delete_source(connection: sqlite3.Connection, user_id: int, source: str) -> int:
    """Delete a user's interactions of one source; return their number."""
    return connection.execute(
        "DELETE FROM interactions WHERE user_id = ? AND source = ?", (user_id, source)
    ).rowcount


def restore_rows(
    connection: sqlite3.Connection, user_id: int, removed: Sequence[Interaction]
) -> int:
    """Insert deleted interactions, except those that contradict newer ones; return the count."""
    current = {kind: set(films) for kind, films in select_by_kind(connection, user_id).items()}
    return sum(
        _insert_row(
            connection,
            user_id,
            row.tconst,
            row.kind,
            at=to_micros(row.created_at),
            source=row.source,
        )
        for row in reversed(removed)
        if not any(row.tconst in current[other] for other in CONTRADICTIONS[row.kind])
    )


def select_rows(
    connection: sqlite3.Connection, user_id: int, kind: InteractionKind | None
) -> list[Interaction]:
    """Return a user's interactions of one kind or of all, newest first."""
    rows = connection.execute(
        "SELECT tconst, kind, created_at, source FROM interactions "
        f"WHERE user_id = ?1 AND (?2 IS NULL OR kind = ?2) {_NEWEST_FIRST}",
        (user_id, kind),
    ).fetchall()
    return [
        Interaction(
            user_id=user_id,
            tconst=tconst,
            kind=InteractionKind(kind_text),
            created_at=from_micros(created_at),
            source=source,
        )
        for tconst, kind_text, created_at, source in rows
    ]


def select_likes(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return the likes of all users as (user id, tconst), oldest first."""
    return connection.execute(
        "SELECT user_id, tconst FROM interactions WHERE kind = ? ORDER BY created_at, tconst",
        (InteractionKind.LIKE,),
    ).fetchall()


def select_by_kind(
    connection: sqlite3.Connection, user_id: int
) -> dict[InteractionKind, list[str]]:
    """Return a user's films by kind of interaction, newest first; every kind is a key."""
    rows = connection.execute(
        f"SELECT kind, tconst FROM interactions WHERE user_id = ? {_NEWEST_FIRST}", (user_id,)
    ).fetchall()
    # Plain text keys: creating an enum member for each of thousands of rows is slow.
    films: dict[str, list[str]] = {kind.value: [] for kind in InteractionKind}
    for kind, tconst in rows:
        films[kind].append(tconst)
    return {kind: films[kind.value] for kind in InteractionKind}


def build_profile(films: Mapping[InteractionKind, Sequence[str]], *, limit: int) -> Profile:
    """Build a user's profile from the films of each kind of interaction, newest first.

    The profile holds the latest ``limit`` likes; older likes are part of ``seen``.
    """
    likes = films[InteractionKind.LIKE]
    return Profile(
        likes=tuple(likes[:limit]),
        hidden=tuple(films[InteractionKind.HIDE]),
        seen=tuple(dict.fromkeys([*films[InteractionKind.SEEN], *likes[limit:]])),
        less=tuple(films[InteractionKind.LESS]),
    )


def group_by_film(
    films: Mapping[InteractionKind, Sequence[str]],
) -> dict[str, frozenset[InteractionKind]]:
    """Return the kinds of interaction of each film, keyed by tconst."""
    kinds: dict[str, frozenset[InteractionKind]] = {}
    for kind, tconsts in films.items():
        for tconst in tconsts:
            kinds[tconst] = kinds.get(tconst, frozenset()) | {kind}
    return kinds


def _insert_row(
    connection: sqlite3.Connection,
    user_id: int,
    tconst: str,
    kind: InteractionKind,
    *,
    at: int,
    source: str,
) -> bool:
    # The first time is kept, as a browser may repeat a request. A click clears the source, so
    # removing a persona or an import keeps the interaction.
    cursor = connection.execute(
        "INSERT INTO interactions (user_id, tconst, kind, created_at, source) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id, tconst, kind) "
        "DO UPDATE SET source = '' WHERE excluded.source = '' AND source <> ''",
        (user_id, tconst, kind, at, source),
    )
    return cursor.rowcount > 0


def _delete_rows(
    connection: sqlite3.Connection,
    user_id: int,
    tconst: str,
    kinds: tuple[InteractionKind, ...],
) -> int:
    return sum(
        connection.execute(
            "DELETE FROM interactions WHERE user_id = ? AND tconst = ? AND kind = ?",
            (user_id, tconst, kind),
        ).rowcount
        for kind in kinds
    )
