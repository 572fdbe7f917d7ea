"""What people say of films, as rows: the SQL behind ``People``, inside its transactions."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence

from recommender.entities import Interaction, InteractionKind, Profile
from recommender.errors import PeopleError
from recommender.users.times import from_micros, to_micros

# Saying one of these takes back the others: they cannot both be meant.
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
    """Return the id when it has the form of IMDb's.

    Raises
    ------
    PeopleError
        If it has not.
    """
    if _TCONST.fullmatch(tconst) is None:
        raise PeopleError(
            f"{tconst[:40]!r} is not the id of a film: tt and 7 to 10 digits, like tt0113277."
        )
    return tconst


def require_user(connection: sqlite3.Connection, user_id: int) -> None:
    """Refuse to write for a person who is not there.

    Raises
    ------
    PeopleError
        If nobody has this id.
    """
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
    """Set or remove an interaction; return whether that changed anything.

    ``at`` is in microseconds since 1970, UTC; ``source`` is that of the entity `Interaction`.
    """
    if not on:
        return _delete_rows(connection, user_id, tconst, (kind,)) > 0
    taken_back = _delete_rows(connection, user_id, tconst, CONTRADICTIONS[kind])
    return _insert_row(connection, user_id, tconst, kind, at=at, source=source) or taken_back > 0


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
    """Delete a person's rows of one kind or of all, and return them, newest first."""
    removed = select_rows(connection, user_id, kind)
    connection.execute(
        "DELETE FROM interactions WHERE user_id = ?1 AND (?2 IS NULL OR kind = ?2)",
        (user_id, kind),
    )
    return removed


def restore_rows(
    connection: sqlite3.Connection, user_id: int, removed: Sequence[Interaction]
) -> int:
    """Put rows back, newest first in, unless the person has said otherwise since; count them."""
    said = {kind: set(films) for kind, films in select_by_kind(connection, user_id).items()}
    restored = 0
    for row in reversed(removed):
        if not any(row.tconst in said[other] for other in CONTRADICTIONS[row.kind]):
            at = to_micros(row.created_at)
            restored += _insert_row(
                connection, user_id, row.tconst, row.kind, at=at, source=row.source
            )
    return restored


def select_rows(
    connection: sqlite3.Connection, user_id: int, kind: InteractionKind | None
) -> list[Interaction]:
    """Return a person's rows of one kind or of all, newest first."""
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
    """Return every like of everybody as (user id, tconst), oldest first."""
    return connection.execute(
        "SELECT user_id, tconst FROM interactions WHERE kind = ? ORDER BY created_at, tconst",
        (InteractionKind.LIKE,),
    ).fetchall()


def select_by_kind(
    connection: sqlite3.Connection, user_id: int
) -> dict[InteractionKind, list[str]]:
    """Return the films of each kind, newest first; every kind is there."""
    rows = connection.execute(
        f"SELECT kind, tconst FROM interactions WHERE user_id = ? {_NEWEST_FIRST}", (user_id,)
    ).fetchall()
    # Keyed by plain text while it is filled: an import has thousands of rows.
    films: dict[str, list[str]] = {kind.value: [] for kind in InteractionKind}
    for kind, tconst in rows:
        films[kind].append(tconst)
    return {kind: films[kind.value] for kind in InteractionKind}


def build_profile(said: Mapping[InteractionKind, Sequence[str]], *, limit: int) -> Profile:
    """Return the profile of what was said, newest first, with the latest ``limit`` likes.

    Older likes are among ``seen``.
    """
    likes = said[InteractionKind.LIKE]
    return Profile(
        likes=tuple(likes[:limit]),
        hidden=tuple(said[InteractionKind.HIDE]),
        seen=tuple(dict.fromkeys([*said[InteractionKind.SEEN], *likes[limit:]])),
        less=tuple(said[InteractionKind.LESS]),
    )


def group_by_film(
    said: Mapping[InteractionKind, Sequence[str]],
) -> dict[str, frozenset[InteractionKind]]:
    """Return the kinds that were said of each film."""
    marks: dict[str, frozenset[InteractionKind]] = {}
    for kind, films in said.items():
        for tconst in films:
            marks[tconst] = marks.get(tconst, frozenset()) | {kind}
    return marks


def _insert_row(
    connection: sqlite3.Connection,
    user_id: int,
    tconst: str,
    kind: InteractionKind,
    *,
    at: int,
    source: str,
) -> bool:
    # The first time stays: a browser may repeat a request.
    cursor = connection.execute(
        "INSERT INTO interactions (user_id, tconst, kind, created_at, source) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id, tconst, kind) DO NOTHING",
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
