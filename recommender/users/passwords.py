"""Passwords: rules for new ones, argon2id hashes, and verification with limits on attempts."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, cached_property
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from recommender.errors import AccountError, SignInRefused, TooManyTries
from recommender.users.account_rows import Account, find_account, get_account, save_hash
from recommender.users.connections import Connections
from recommender.users.names import fold_name
from recommender.users.throttle import count_try, forgive_try, sign_in_limits

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256

# OWASP asks for at least 19 MiB and 2 passes on one lane. These parameters take about 0.1 s.
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 2, 1
_PARALLEL = 2  # limits memory: further hashes wait
_WAITING = 14  # limits waiting threads: further hashes raise TooManyTries

_REFUSED = "That name and password don't match."
_REFUSED_AGAIN = "That is not the password of your account. Please try again."


class Passwords:
    """Password hashing with argon2id and a limit on concurrent hashes.

    Parameters
    ----------
    hasher
        The hash function; argon2id with 64 MiB, 2 passes and one lane when None.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES
        )
        self._running = threading.BoundedSemaphore(_PARALLEL)
        self._admitted = threading.BoundedSemaphore(_PARALLEL + _WAITING)

    @contextmanager
    def queue(self) -> Iterator[None]:
        """Reserve a slot in the queue for `hash` and `verify`; raise TooManyTries if it is full."""
        if not self._admitted.acquire(blocking=False):
            raise TooManyTries(
                "Many people are signing in right now. Please try again in a few seconds.",
                retry_after_s=5,
            )
        try:
            yield
        finally:
            self._admitted.release()

    def hash(self, password: str) -> str:
        """Return the argon2id hash of a password as encoded text that includes the salt."""
        with self._running:
            return self._hasher.hash(_as_bytes(password))

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Return whether a password matches an argon2id hash.

        A hash of None never matches and takes equally long, so the time does not reveal whether
        an account exists.
        """
        dummy_hash = self._dummy_hash  # computed in both cases, to take the same time
        with self._running:
            try:
                self._hasher.verify(password_hash or dummy_hash, _as_bytes(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a hash was made with parameters other than the current ones."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _dummy_hash(self) -> str:
        return self.hash("the password of no account")


class PasswordVerifier:
    """Verification of names and passwords; each attempt is counted before it is checked."""

    def __init__(
        self, connections: Connections, passwords: Passwords, *, now: Callable[[], int]
    ) -> None:
        self._connections = connections
        self._passwords = passwords
        self._now = now

    def check(self, name: str, password: str, *, address: str) -> Account:
        """Verify a name and password and return the account.

        A password hash with outdated parameters is replaced.

        Raises
        ------
        SignInRefused
            If they do not match; an unknown name gives the same message after the same time.
        TooManyTries
            If there were too many attempts, or the queue is full.
        """
        with self._passwords.queue():
            limits = sign_in_limits(name, address)
            with self._connections.writing() as connection:
                count_try(connection, limits, now=self._now())
            with self._connections.reading() as connection:
                account = find_account(connection, fold_name(name))
            old_hash = None if account is None else account.password_hash
            matches = self._passwords.verify(password, old_hash)
            if not matches or account is None or old_hash is None:
                raise SignInRefused(_REFUSED)
            outdated = self._passwords.is_outdated(old_hash)
            new_hash = self._passwords.hash(password) if outdated else None
        with self._connections.writing() as connection:
            forgive_try(connection, limits, now=self._now())
            if new_hash and save_hash(
                connection, account.user.user_id, new_hash, instead_of=old_hash
            ):
                return replace(account, password_hash=new_hash)
        return account

    def check_signed_in(self, user_id: int, password: str, *, address: str) -> Account:
        """Verify the password of a signed-in user again and return the account.

        Raises
        ------
        SignInRefused, TooManyTries
            As for `check`.
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
        """Raise SignInRefused if an account changed after its password was verified."""
        if account != current:
            raise SignInRefused(_REFUSED)


def check_new_password(password: str, *, name: str, field: str = "password") -> None:
    """Check that a new password is neither too short, too long, nor easily guessed.

    Parameters
    ----------
    password
        The new password.
    name
        Name of the account; a password equal to it is refused.
    field
        Name of the form field, for the error.

    Raises
    ------
    AccountError
        If the password is refused; the message says what to do instead.
    """
    length = len(unicodedata.normalize("NFC", password))
    if length < SHORTEST_PASSWORD:
        raise AccountError(
            f"Please choose a password of {SHORTEST_PASSWORD} characters or more; a few words "
            "in a row are easy to remember.",
            field=field,
        )
    if length > LONGEST_PASSWORD:
        raise AccountError(
            f"Please choose a password of at most {LONGEST_PASSWORD} characters.", field=field
        )
    folded = fold_name(password)
    if folded in common_passwords() or len(set(folded)) == 1:
        raise AccountError(
            "This password is easily guessed. Please choose another; a few words in a row are "
            "good.",
            field=field,
        )
    if folded == fold_name(name):
        raise AccountError("Please choose a password that is not your name.", field=field)


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords of 8 or more characters, folded with `fold_name`."""
    text = (files("recommender.users") / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _as_bytes(password: str) -> bytes:
    # Keyboards send an accented letter as one character or as two (RFC 8265).
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
