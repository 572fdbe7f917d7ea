"""People: who somebody is, what they said of films, and the profile that follows from it.

One ``People`` serves the whole process; every method may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from recommender import metrics
from recommender.entities import Interaction, InteractionKind, Profile, User
from recommender.errors import PeopleError
from recommender.users.accounts import Accounts
from recommender.users.connections import Connections
from recommender.users.history.imports import Imports
from recommender.users.inspection import PeopleInfo, find_problems, inspect_people
from recommender.users.interactions import (
    build_profile,
    check_tconst,
    clear_rows,
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
    """People's data in one SQLite file.

    Parameters
    ----------
    path
        The database file; made, with its folder, when missing.
    clock
        Says what time it is, with a time zone.
    busy_timeout_ms
        How long a write waits for another, in milliseconds.

    Raises
    ------
    PeopleError
        If the file cannot be made, opened or brought up to date, is damaged, or was written by a
        newer Marquee. What is there is never overwritten.

    Attributes
    ----------
    accounts
        The accounts of these people, in the same file.
    imports
        What they imported of their histories, in the same file.

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
        """Close the file; later calls raise PeopleError."""
        self._connections.close()

    # Who somebody is

    def find_user(self, token: str | None) -> User | None:
        """Return whom the token belongs to; None when it is missing, malformed, unknown or old.

        Parameters
        ----------
        token
            What the visitor's cookie holds.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        return look_up(self._connections, token, now=to_micros(self._clock()))

    def open_guest(self, token: str) -> User:
        """Return whom the token belongs to, and make them a guest first when nobody is.

        Called on a visitor's first write, so people who only look leave no row. Calling it again,
        or from two threads at once, gives the same guest.

        Parameters
        ----------
        token
            From ``new_token``, as the visitor's cookie holds it.

        Raises
        ------
        PeopleError
            If the token is malformed or the file cannot be written.
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
            if session is not None:  # another thread was quicker
                return session.user
            return insert_guest(connection, digest, now=now, until=until)

    # What they say of films

    def set_interaction(
        self,
        user_id: int,
        tconst: str,
        kind: InteractionKind,
        *,
        on: bool,
        at: datetime | None = None,
    ) -> bool:
        """Set whether a person says this of a film; return whether that changed anything.

        It sets and never toggles: the same call twice is the same as once, and the first time
        stands. Liking or putting on the watchlist un-hides; hiding un-likes and takes off the
        watchlist; liking takes back "less like this", and that un-likes. The rest go together.

        Parameters
        ----------
        user_id
            From ``open_guest`` or ``find_user``.
        tconst
            IMDb's id of the film; whether the catalogue holds it is not asked here.
        kind
            What is said.
        on
            True to say it, False to take it back.
        at
            When, with a time zone; now when None.

        Raises
        ------
        PeopleError
            If the id is malformed, nobody has this ``user_id``, or the file cannot be written.
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
        """Set several at once, all or none; return how many changed anything.

        Parameters
        ----------
        user_id
            From ``open_guest`` or ``find_user``.
        changes
            (tconst, kind, on), oldest first; each is a microsecond later than the one before.
        at
            When the first was said, with a time zone; now when None.
        source
            Where they come from, as in `Interaction`; empty for clicks.

        Raises
        ------
        PeopleError
            As ``set_interaction``; nothing is changed then.
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
        """Remove all a person said, or all of one kind; return it, newest first, for an undo.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        with self._connections.writing() as connection:
            return clear_rows(connection, user_id, kind)

    def restore(self, user_id: int, removed: Sequence[Interaction]) -> int:
        """Put back what ``clear_interactions`` removed, with its times; return how many came back.

        What the person has said since stands: it is not repeated and not contradicted.

        Parameters
        ----------
        user_id
            Whose it was; what belongs to anybody else is refused.
        removed
            Newest first, as ``clear_interactions`` returns it.

        Raises
        ------
        PeopleError
            If an interaction is somebody else's, or the file cannot be written.
        """
        if any(interaction.user_id != user_id for interaction in removed):
            raise PeopleError("What one person removed cannot be given to another.")
        with self._connections.writing() as connection:
            require_user(connection, user_id)
            return restore_rows(connection, user_id, removed)

    def list_likes(self) -> list[tuple[int, str]]:
        """Return every like of everybody as (user id, tconst), oldest first."""
        with self._connections.reading() as connection:
            return select_likes(connection)

    def list_interactions(
        self, user_id: int, kind: InteractionKind | None = None
    ) -> list[Interaction]:
        """Return what a person says of films, newest first, of one kind or of all.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        with self._connections.reading() as connection:
            return select_rows(connection, user_id, kind)

    def marks(self, user_id: int) -> dict[str, frozenset[InteractionKind]]:
        """Return what a person says of each film they spoke of: tconst to kinds, for the walls.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        return self.load_interactions(user_id, limit=0)[1]

    def counts(self, user_id: int) -> dict[InteractionKind, int]:
        """Return how many films a person likes, hides, ...; every kind is there, 0 included.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        with self._connections.reading() as connection:
            said = select_by_kind(connection, user_id)
        return {kind: len(films) for kind, films in said.items()}

    def load_profile(self, user_id: int, *, limit: int) -> Profile:
        """Return what ranking is told about a person; an empty profile for nobody.

        Parameters
        ----------
        user_id
            Whose profile.
        limit
            How many of the latest likes it holds. Older likes are among ``seen``, so that no
            ranking offers a film again that the person has long liked.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        return self.load_interactions(user_id, limit=limit)[0]

    def load_interactions(
        self, user_id: int, *, limit: int
    ) -> tuple[Profile, dict[str, frozenset[InteractionKind]]]:
        """Return ``load_profile`` and ``marks`` with one look at the file.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        with self._connections.reading() as connection:
            said = select_by_kind(connection, user_id)
        return build_profile(said, limit=limit), group_by_film(said)

    # How the file is

    def info(self) -> PeopleInfo:
        """Return the file's version, size, numbers and soundness, for ``doctor``.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        with self._connections.reading() as connection:
            return inspect_people(connection, self.path)

    def quick_check(self) -> tuple[str, ...]:
        """Return what SQLite finds wrong with the file; empty when it is sound.

        Raises
        ------
        PeopleError
            If the file is too damaged to be looked at.
        """
        with self._connections.reading() as connection:
            return find_problems(connection)
