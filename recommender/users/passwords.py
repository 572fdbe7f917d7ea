"""Passwords: what makes one good enough, and how it is kept: argon2id, never the text."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from recommender.errors import AccountError, TooManyTries
from recommender.users.names import fold_name

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256

# OWASP asks for at least 19 MiB and 2 passes on one lane; this is more, and about 0.1 s.
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 2, 1
_AT_ONCE = 2  # each takes its memory: many sign-ins at once wait instead of filling the machine
_WAITING = 14  # more would keep threads from everybody else


class Passwords:
    """Keeps and checks passwords.

    Parameters
    ----------
    hasher
        How they are kept; argon2id with 64 MiB, 2 passes and one lane when None. When its
        parameters rise, ``is_outdated`` says so of what was kept with lower ones.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES
        )
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._room = threading.BoundedSemaphore(_AT_ONCE + _WAITING)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take part in what may wait for ``keep`` and ``belongs``; few may at once.

        Raises
        ------
        TooManyTries
            If too many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise TooManyTries(
                "Many people are signing in at this moment. Please try again in a few seconds.",
                retry_after_s=5,
            )
        try:
            yield
        finally:
            self._room.release()

    def keep(self, password: str) -> str:
        """Return what is stored of a password: argon2id in its usual text form, with its salt."""
        with self._places:
            return self._hasher.hash(_as_bytes(password))

    def belongs(self, password: str, kept: str | None) -> bool:
        """Return whether the password is the one kept.

        Parameters
        ----------
        password
            As it was typed.
        kept
            From ``keep``. None is never matched and takes as long as any other, so that time
            does not tell whether an account exists.
        """
        stand_in = self._stand_in  # made before either way is taken
        with self._places:
            try:
                self._hasher.verify(stand_in if kept is None else kept, _as_bytes(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Return whether it was kept with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _stand_in(self) -> str:
        return self.keep("nobody's password")


def check_new_password(password: str, *, name: str, field: str = "password") -> None:
    """Refuse a new password that is too short, too long, or easily guessed.

    Parameters
    ----------
    password
        As it was typed.
    name
        Of the account: a password that is the name is guessed first.
    field
        What the form calls it.

    Raises
    ------
    AccountError
        With what to do instead.
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
            "This is one of the passwords that are guessed first. Please choose another; a few "
            "words in a row are good.",
            field=field,
        )
    if folded == fold_name(name):
        raise AccountError("Please choose a password that is not your name.", field=field)


@cache
def common_passwords() -> frozenset[str]:
    """Return the commonest passwords of 8 characters and more, folded like names."""
    text = (files("recommender.users") / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _as_bytes(password: str) -> bytes:
    # One keyboard sends a letter and its accent as one character, another as two (RFC 8265).
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
