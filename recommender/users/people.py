"""User data: users, their interactions, and the profiles built from them, in one SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from recommender import metrics
from recommender.entities import Interaction, InteractionKind, Profile, User
from recommender.errors import PeopleError
from recommender.users.accounts import Accounts
from recommender.users.connections import Connections
from recommender.users.imports import Imports
from recommender.users.inspection import PeopleInfo, find_problems, inspect_people
from recommender.users.interactions import (
    build_profile,
    check_tconst,
    clear_rows,
    delete_source,
    group_by_film,
    require_user,
    restore_rows,
    select_by_kind,
    select_likes,
    select_rows,
    set_rows,
)
from recommender.users.migrations import migrate
from recommender.users.sessions import (
    find_session,
    insert_guest,
    is_token,
    look_up,
    token_digest,
)
from recommender.users.times import now_utc, span_micros, to_micros

GUEST_LIFETIME = timedelta(days=400)  # the longest that browsers keep a cookie
BUSY_TIMEOUT_MS = 5000


class People:
    """User data in one SQLite file.

    Every method may be called from any thread, and raises PeopleError if the file cannot be read
    or written.

    Parameters
    ----------
    path
        The database file; created, with its folder, when missing.
    clock
        Returns the time, with a time zone.
    busy_timeout_ms
        How long a write waits for another, in milliseconds.

    Raises
    ------
    PeopleError
        If the file cannot be created, opened or migrated, is damaged, or was written by a newer
        version. The file is not changed then.

    Attributes
    ----------
    accounts
        The accounts, in the same file.
    imports
        The imported histories, in the same file.

    Examples
    --------
    ::

        people = People(Path("people.db"))
        guest = people.open_guest(new_token())
        people.set_interaction(guest.user_id, "tt0113277", InteractionKind.LIKE, on=True)
        people.load_profile(guest.user_id, limit=15).likes  # ('tt0113277',)
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = now_utc,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    ) -> None:
        self.path = path
        self._clock = clock
        self._connections = Connections(path, busy_timeout_ms=busy_timeout_ms)
        self.accounts = Accounts(self._connections, clock=clock)
        self.imports = Imports(self._connections, clock=clock)
        try:
            migrate(self._connections, now=to_micros(clock()))
        except BaseException:
            self._connections.close()
            raise

    def close(self) -> None:
        """Close the user database; later calls raise PeopleError."""
        self._connections.close()

    # Users

    def find_user(self, token: str | None) -> User | None:
        """Return the user of a session token; None if missing, malformed, unknown or expired."""
        return look_up(self._connections, token, now=to_micros(self._clock()))

    def open_guest(self, token: str) -> User:
        """Return the user of a session token; create a guest user if the token is unknown.

        Called on a visitor's first write, so visitors who only look leave no row. Calls with the
        same token, in parallel too, return the same guest.

        Parameters
        ----------
        token
            Session token from ``new_token``, as in the visitor's cookie.

        Raises
        ------
        PeopleError
            If the token is malformed.
        """
        if not is_token(token):
            raise PeopleError("This visit has no valid token. Please reload the page.")
        user = self.find_user(token)
        if user is not None:
            return user
        digest, now = token_digest(token), to_micros(self._clock())
        until = now + span_micros(GUEST_LIFETIME)
        with self._connections.writing() as connection:
            session = find_session(connection, digest, now=now)
            if session is not None:  # inserted by another thread meanwhile
                return session.user
            return insert_guest(connection, digest, now=now, until=until)

    # Interactions

    def set_interaction(
        self,
        user_id: int,
        tconst: str,
        kind: InteractionKind,
        *,
        on: bool,
        at: datetime | None = None,
    ) -> bool:
        """Set or remove an interaction; return whether the stored interactions changed.

        The call is idempotent: repeating it keeps the interaction's first time. A like removes
        a hide and "less like this". A hide removes a like and a watchlist entry. A watchlist
        entry removes a hide. "Less like this" removes a like.

        Parameters
        ----------
        user_id
            From ``open_guest`` or ``find_user``.
        tconst
            IMDb id of the film; it need not be in the catalogue.
        kind
            Kind of the interaction.
        on
            True to set it, False to remove it.
        at
            Its time, with a time zone; now when None.

        Raises
        ------
        PeopleError
            If the id is malformed or there is no such user.
        """
        return bool(self.set_interactions(user_id, [(tconst, kind, on)], at=at))

    def set_interactions(
        self,
        user_id: int,
        changes: Iterable[tuple[str, InteractionKind, bool]],
        *,
        at: datetime | None = None,
        source: str = "",
    ) -> int:
        """Set or remove several interactions in one transaction; return how many changed.

        Parameters
        ----------
        user_id
            From ``open_guest`` or ``find_user``.
        changes
            (tconst, kind, on), oldest first; each is a microsecond later than the one before.
        at
            Time of the first, with a time zone; now when None.
        source
            Origin of the interactions, as in `Interaction`; empty for clicks.

        Raises
        ------
        PeopleError
            As for `set_interaction`. Nothing is changed then.
        """
        first = to_micros(self._clock() if at is None else at)
        checked = [(check_tconst(film), InteractionKind(kind), on) for film, kind, on in changes]
        if not checked:
            return 0
        with self._connections.writing() as connection:
            changed = set_rows(connection, user_id, checked, first=first, source=source)
        for _, kind, on in checked:
            metrics.count("interactions", kind=kind.value, on=str(on).lower())
        return changed

    def clear_interactions(
        self, user_id: int, kind: InteractionKind | None = None
    ) -> list[Interaction]:
        """Delete a user's interactions of one kind or of all; return them, newest first."""
        with self._connections.writing() as connection:
            return clear_rows(connection, user_id, kind)

    def remove_source(self, user_id: int, source: str) -> int:
        """Delete a user's interactions of one source, such as a persona; return their number."""
        with self._connections.writing() as connection:
            return delete_source(connection, user_id, source)

    def restore(self, user_id: int, removed: Sequence[Interaction]) -> int:
        """Restore interactions deleted by ``clear_interactions``; return the number restored.

        Interactions that contradict newer ones are not restored.

        Parameters
        ----------
        user_id
            Owner of the interactions.
        removed
            Newest first, as from ``clear_interactions``.

        Raises
        ------
        PeopleError
            If an interaction belongs to another user.
        """
        if any(interaction.user_id != user_id for interaction in removed):
            raise PeopleError("These interactions belong to another user.")
        with self._connections.writing() as connection:
            require_user(connection, user_id)
            return restore_rows(connection, user_id, removed)

    def list_likes(self) -> list[tuple[int, str]]:
        """Return the likes of all users as (user id, tconst), oldest first."""
        with self._connections.reading() as connection:
            return select_likes(connection)

    def list_interactions(
        self, user_id: int, kind: InteractionKind | None = None
    ) -> list[Interaction]:
        """Return a user's interactions of one kind or of all, newest first."""
        with self._connections.reading() as connection:
            return select_rows(connection, user_id, kind)

    def kinds_by_film(self, user_id: int) -> dict[str, frozenset[InteractionKind]]:
        """Return a user's kinds of interaction with each film, keyed by tconst."""
        return self.load_interactions(user_id, limit=0)[1]

    def counts(self, user_id: int) -> dict[InteractionKind, int]:
        """Return the number of a user's films by kind; every kind is a key."""
        with self._connections.reading() as connection:
            films = select_by_kind(connection, user_id)
        return {kind: len(tconsts) for kind, tconsts in films.items()}

    def load_profile(self, user_id: int, *, limit: int) -> Profile:
        """Return a user's profile for ranking; an empty profile for an unknown user.

        Parameters
        ----------
        user_id
            The user.
        limit
            Number of latest likes in the profile. Older likes are part of ``seen``, so they are
            not recommended again.
        """
        return self.load_interactions(user_id, limit=limit)[0]

    def load_interactions(
        self, user_id: int, *, limit: int
    ) -> tuple[Profile, dict[str, frozenset[InteractionKind]]]:
        """Return the results of `load_profile` and `kinds_by_film`, read with one query."""
        with self._connections.reading() as connection:
            films = select_by_kind(connection, user_id)
        return build_profile(films, limit=limit), group_by_film(films)

    # Database file

    def info(self) -> PeopleInfo:
        """Return schema version, size, row counts and integrity of the database, for ``doctor``."""
        with self._connections.reading() as connection:
            return inspect_people(connection, self.path)

    def quick_check(self) -> tuple[str, ...]:
        """Return the findings of SQLite's quick check; empty when the file is intact."""
        with self._connections.reading() as connection:
            return find_problems(connection)
