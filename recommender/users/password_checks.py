"""Whether a name and a password belong together, within the limits on tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from recommender.errors import AccountError, SignInRefused
from recommender.users.account_rows import Account, find_account, get_account, save_hash
from recommender.users.connections import Connections
from recommender.users.names import fold_name
from recommender.users.passwords import Passwords
from recommender.users.throttle import count_try, forgive_try, sign_in_limits

_REFUSED = "Name and password do not belong together. Please check both and try again."
_REFUSED_AGAIN = "This is not the password of your account. Please try again."


class PasswordVerifier:
    """Checks passwords; a try is counted before it is looked at.

    Parameters
    ----------
    connections
        To people's data.
    passwords
        How they are kept.
    now
        Says what time it is, in microseconds since 1970, UTC.
    """

    def __init__(
        self, connections: Connections, passwords: Passwords, *, now: Callable[[], int]
    ) -> None:
        self._connections = connections
        self._passwords = passwords
        self._now = now

    def check(self, name: str, password: str, *, address: str) -> Account:
        """Return the account that name and password belong to.

        A hash that was made with lower parameters than today's is made anew.

        Raises
        ------
        SignInRefused
            If they do not belong together, in the same words and time for an unknown name.
        TooManyTries
            If there were too many tries, or too many people try at this moment.
        """
        with self._passwords.turn():
            limits = sign_in_limits(name, address)
            with self._connections.writing() as connection:
                count_try(connection, limits, now=self._now())
            with self._connections.reading() as connection:
                account = find_account(connection, fold_name(name))
            kept = None if account is None else account.password_hash
            if not self._passwords.belongs(password, kept) or account is None or kept is None:
                raise SignInRefused(_REFUSED)
            anew = self._passwords.keep(password) if self._passwords.is_outdated(kept) else None
        with self._connections.writing() as connection:
            forgive_try(connection, limits, now=self._now())
            if anew and save_hash(connection, account.user.user_id, anew, instead_of=kept):
                return replace(account, password_hash=anew)
        return account

    def check_signed_in(self, user_id: int, password: str, *, address: str) -> Account:
        """Return the account of somebody signed in who gave their own password again.

        Raises
        ------
        SignInRefused, TooManyTries
            As for ``check``.
        AccountError
            If there is no such account, or it has no password.
        """
        with self._connections.reading() as connection:
            account = get_account(connection, user_id)
        if account.password_hash is None:
            raise AccountError("This account has no password: you sign in with another service.")
        assert account.user.name is not None  # noqa: S101 - accounts have one
        try:
            return self.check(account.user.name, password, address=address)
        except SignInRefused as error:
            raise SignInRefused(_REFUSED_AGAIN, field="password") from error

    def require_unchanged(self, account: Account, current: Account) -> None:
        """Refuse when the password was changed between its check and what it is to allow.

        Raises
        ------
        SignInRefused
            If it was.
        """
        if account != current:
            raise SignInRefused(_REFUSED)
