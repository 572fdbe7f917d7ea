"""Accounts: sign up, sign in, sign out, and the tokens that programs use.

Passwords are kept as argon2id, session and API tokens as SHA-256; nobody can read any of them
back. Every method may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from recommender.entities import User
from recommender.users.account_rows import get_account, insert_account, save_hash
from recommender.users.api_tokens import ApiTokens, end_api_tokens
from recommender.users.connections import Connections
from recommender.users.identities import Identities, end_identities
from recommender.users.merge_guest import merge_guest
from recommender.users.names import clean_name
from recommender.users.password_checks import PasswordVerifier
from recommender.users.passwords import Passwords, check_new_password
from recommender.users.sessions import (
    delete_old_sessions,
    end_sessions,
    find_session,
    insert_session,
    look_up,
)
from recommender.users.throttle import count_try, sign_up_limits
from recommender.users.times import span_micros
from recommender.users.tokens import is_token, new_token, token_digest

SESSION_LIFETIME = timedelta(days=30)
SIGN_IN_CODE_LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Who signed in, the new session's token for their cookie, and how many likes came along."""

    user: User
    token: str
    moved_likes: int = 0


class Accounts(ApiTokens):
    """Accounts in the file of people's data; ``People.accounts`` is where to find them.

    They are ``ApiTokens`` too: an account's tokens are made, listed and revoked here.

    Parameters
    ----------
    connections
        To people's data.
    clock
        Says what time it is, with a time zone.
    passwords
        How passwords are kept; ``Passwords()`` when None.

    Attributes
    ----------
    identities
        Accounts by the word of a provider of OpenID Connect.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        clock: Callable[[], datetime],
        passwords: Passwords | None = None,
    ) -> None:
        super().__init__(connections, clock=clock)
        self._passwords = passwords or Passwords()
        self._checks = PasswordVerifier(connections, self._passwords, now=self._now)
        self.identities = Identities(connections, clock=clock)

    # Coming and going

    def sign_up(
        self, name: str, password: str, *, address: str = "", guest_token: str | None = None
    ) -> SignedIn:
        """Make an account, sign in, and move over what the guest said.

        Parameters
        ----------
        name, password
            As they were typed.
        address
            Where the request came from, for the limit on new accounts; "" for none.
        guest_token
            What the guest's cookie holds.

        Raises
        ------
        AccountError
            If name or password will not do (``field`` says which), or the name is taken.
        TooManyTries
            If too many accounts were made from this address.
        PeopleError
            If the file cannot be written.
        """
        name = clean_name(name)
        check_new_password(password, name=name)
        now = self._now()
        with self._passwords.turn():
            with self._connections.writing() as connection:
                count_try(connection, sign_up_limits(address), now=now)
            kept = self._passwords.keep(password)
        with self._connections.writing() as connection:
            user = insert_account(connection, name, password_hash=kept, now=now)
            return self._begin_session(connection, user, guest_token, now=now)

    def sign_in(
        self, name: str, password: str, *, address: str = "", guest_token: str | None = None
    ) -> SignedIn:
        """Begin a new session and move over what the guest said.

        Parameters
        ----------
        name, password, address, guest_token
            As for ``sign_up``.

        Raises
        ------
        SignInRefused
            If name and password do not belong together; an unknown name gives the same answer
            in the same time.
        TooManyTries
            After 5 failures for this name or from this address; the wait doubles.
        PeopleError
            If the file cannot be written.
        """
        account = self._checks.check(name, password, address=address)
        now = self._now()
        with self._connections.writing() as connection:
            current = get_account(connection, account.user.user_id)
            self._checks.require_unchanged(account, current)
            return self._begin_session(connection, account.user, guest_token, now=now)

    def authenticate(self, name: str, password: str, *, address: str = "") -> User:
        """Return whose name and password these are, without beginning a session.

        The same limits count as for ``sign_in``, and the same errors are raised.
        """
        return self._checks.check(name, password, address=address).user

    def create_sign_in_code(self, user_id: int, guest_token: str) -> str:
        """Return a single-use code that signs one browser in within a minute.

        Parameters
        ----------
        user_id
            Account that a provider of OpenID Connect vouched for.
        guest_token
            Guest cookie of the browser; the code works only together with it.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        code, now = new_token(), self._now()
        with self._connections.writing() as connection:
            insert_session(
                connection,
                user_id,
                _code_digest(code, guest_token),
                now=now,
                until=now + span_micros(SIGN_IN_CODE_LIFETIME),
            )
        return code

    def redeem_sign_in_code(self, code: str, guest_token: str) -> SignedIn | None:
        """Begin a session for a code of `create_sign_in_code`; None if it is not valid.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        if not is_token(code) or not is_token(guest_token):
            return None
        digest, now = _code_digest(code, guest_token), self._now()
        with self._connections.writing() as connection:
            session = find_session(connection, digest, now=now)
            if session is None:
                return None
            connection.execute("DELETE FROM sessions WHERE token_digest = ?", (digest,))
            return self._begin_session(connection, session.user, guest_token, now=now)

    def sign_out(self, token: str | None) -> bool:
        """End the session of this token, wherever its cookie still is; False if there was none.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        user = self.find_user(token)
        if user is None or token is None:
            return False
        with self._connections.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE token_digest = ?", (token_digest(token),)
            )
        return True

    def sign_out_everywhere(self, user_id: int) -> int:
        """End every session of an account; return how many there were.

        API tokens go on: they are not sessions, and are revoked one by one.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        now = self._now()
        with self._connections.writing() as connection:
            ended = end_sessions(connection, user_id)
            return ended + end_identities(connection, user_id, now=now)

    def find_user(self, token: str | None) -> User | None:
        """Return the account a session token belongs to; None for guests, unknown and old ones.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        user = look_up(self._connections, token, now=self._now())
        return None if user is None or user.is_guest else user

    def take_over_guest(self, user_id: int, guest_token: str | None) -> int:
        """Move what a guest has said meanwhile to an account; return how many likes came along.

        Raises
        ------
        PeopleError
            If the file cannot be read or written.
        """
        if guest_token is None or not is_token(guest_token):
            return 0
        digest, now = token_digest(guest_token), self._now()
        with self._connections.reading() as connection:
            session = find_session(connection, digest, now=now)
        if session is None or not session.user.is_guest:
            return 0
        with self._connections.writing() as connection:
            get_account(connection, user_id)
            return merge_guest(connection, digest, user_id, now=now)

    def take_moved_likes(self, token: str) -> int:
        """Return how many likes moved at the sign-in of this session, the first time it is asked.

        Raises
        ------
        PeopleError
            If the file cannot be read or written.
        """
        digest = (token_digest(token),)
        count = "SELECT moved_likes FROM sessions WHERE token_digest = ? AND moved_likes > 0"
        with self._connections.reading() as connection:
            if connection.execute(count, digest).fetchone() is None:
                return 0
        with self._connections.writing() as connection:
            row = connection.execute(count, digest).fetchone()
            connection.execute("UPDATE sessions SET moved_likes = 0 WHERE token_digest = ?", digest)
        return 0 if row is None else int(row[0])

    # The account itself

    def has_password(self, user_id: int) -> bool:
        """Return whether an account can be signed in to with a password.

        Raises
        ------
        AccountError
            If there is no such account.
        """
        with self._connections.reading() as connection:
            return get_account(connection, user_id).password_hash is not None

    def change_password(
        self, user_id: int, password: str, new_password: str, *, address: str = ""
    ) -> SignedIn:
        """Change the password, end every session and API token, and begin a new session.

        Raises
        ------
        AccountError
            If the new password will not do, or the account has none to change.
        SignInRefused
            If the present password is wrong.
        TooManyTries
            As for ``sign_in``.
        PeopleError
            If the file cannot be written.
        """
        account = self._checks.check_signed_in(user_id, password, address=address)
        assert account.user.name is not None  # noqa: S101 - accounts have one
        check_new_password(new_password, name=account.user.name, field="new_password")
        kept, now = self._passwords.keep(new_password), self._now()
        with self._connections.writing() as connection:
            self._checks.require_unchanged(account, get_account(connection, user_id))
            save_hash(connection, user_id, kept, instead_of=account.password_hash or "")
            end_sessions(connection, user_id)
            end_api_tokens(connection, user_id)
            end_identities(connection, user_id, now=now)
            return self._begin_session(connection, account.user, None, now=now)

    def delete_account(self, user_id: int, password: str | None, *, address: str = "") -> None:
        """Delete an account and everything it said.

        Parameters
        ----------
        user_id
            Of the account.
        password
            Its password; None only for an account that has none.
        address
            Where the request came from.

        Raises
        ------
        SignInRefused
            If the password is wrong.
        TooManyTries
            As for ``sign_in``.
        AccountError
            If there is no such account.
        PeopleError
            If the file cannot be written.
        """
        if self.has_password(user_id):
            self._checks.check_signed_in(user_id, password or "", address=address)
        now = self._now()
        with self._connections.writing() as connection:
            end_identities(connection, user_id, now=now)
            connection.execute("DELETE FROM users WHERE user_id = ?", (user_id,))

    def _begin_session(
        self, connection: Connection, user: User, guest_token: str | None, *, now: int
    ) -> SignedIn:
        guest = token_digest(guest_token) if guest_token and is_token(guest_token) else None
        moved_likes = merge_guest(connection, guest, user.user_id, now=now)
        token = new_token()
        insert_session(
            connection,
            user.user_id,
            token_digest(token),
            now=now,
            until=now + span_micros(SESSION_LIFETIME),
            moved_likes=moved_likes,
        )
        delete_old_sessions(connection, user.user_id, now=now)
        return SignedIn(user=user, token=token, moved_likes=moved_likes)


def _code_digest(code: str, guest_token: str) -> bytes:
    # No session token has this digest, so a code is no session cookie.
    return token_digest(f"{code}:{guest_token}")
