"""How often somebody may try: a few times at once, then after waits that double.

A try is counted before the password is looked at, so many at once are counted too. The rows are
in people's data: a restart clears nothing. All times are in microseconds since 1970, UTC.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from recommender.errors import TooManyTries
from recommender.users.client_network import client_network
from recommender.users.names import fold_name
from recommender.users.times import span_micros

_LONGEST_MEMORY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """What may be tried how often.

    Attributes
    ----------
    digest
        Of what is counted.
    free
        So many tries are free; then comes the first wait.
    first_wait, longest_wait
        The wait doubles with each further try, up to the longest.
    forgotten_after
        Without a try for so long, counting begins anew.
    """

    digest: bytes
    free: int = 5
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=15)
    forgotten_after: timedelta = _LONGEST_MEMORY

    def wait_micros(self, tries: int) -> int:
        """Return how long to wait after so many tries."""
        if tries < self.free:
            return 0
        doubled = span_micros(self.first_wait) << min(tries - self.free, 20)
        return min(doubled, span_micros(self.longest_wait))


def sign_in_limits(name: str, address: str) -> list[Limit]:
    """Return the limits on signing in with this name from this address; "" for no address."""
    limits = [Limit(digest=_digest("name", fold_name(name)))]
    if address:
        # Shared by households and offices: their slips are forgotten sooner.
        limits.append(
            Limit(
                digest=_digest("address", client_network(address)),
                forgotten_after=timedelta(hours=1),
            )
        )
    return limits


def sign_up_limits(address: str) -> list[Limit]:
    """Return the limits on new accounts from this address; "" for no address."""
    if not address:
        return []
    digest = _digest("sign up", client_network(address))
    return [Limit(digest=digest, free=20, forgotten_after=timedelta(hours=1))]


def count_try(connection: sqlite3.Connection, limits: list[Limit], *, now: int) -> None:
    """Count a try under every limit.

    Raises
    ------
    TooManyTries
        If one of them asks to wait; nothing is counted then.
    """
    standing = {limit.digest: _standing(connection, limit, now=now) for limit in limits}
    wait = max((blocked_until - now for _, blocked_until in standing.values()), default=0)
    if wait > 0:
        seconds = -(-wait // span_micros(timedelta(seconds=1)))
        raise TooManyTries(
            f"That was too many tries. Please wait {_say_wait(seconds)} and try again.",
            retry_after_s=seconds,
        )
    for limit in limits:
        tries = standing[limit.digest][0] + 1
        _save(connection, limit, tries=tries, now=now)
    connection.execute(
        "DELETE FROM sign_in_attempts WHERE last_at < ?", (now - span_micros(_LONGEST_MEMORY),)
    )


def forgive_try(connection: sqlite3.Connection, limits: list[Limit], *, now: int) -> None:
    """Take back a try that succeeded: the account starts anew, an address gets this one back.

    An address is not cleared: who guesses at others' accounts could do so with their own.
    """
    account, *others = limits
    connection.execute("DELETE FROM sign_in_attempts WHERE subject_digest = ?", (account.digest,))
    for limit in others:
        tries = _standing(connection, limit, now=now)[0]
        if tries > 0:
            _save(connection, limit, tries=tries - 1, now=now)


def _standing(connection: sqlite3.Connection, limit: Limit, *, now: int) -> tuple[int, int]:
    """Return how many tries were counted, and until when to wait."""
    row = connection.execute(
        "SELECT failures, blocked_until FROM sign_in_attempts "
        "WHERE subject_digest = ? AND last_at > ?",
        (limit.digest, now - span_micros(limit.forgotten_after)),
    ).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def _save(connection: sqlite3.Connection, limit: Limit, *, tries: int, now: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO sign_in_attempts "
        "(subject_digest, failures, last_at, blocked_until) VALUES (?, ?, ?, ?)",
        (limit.digest, tries, now, now + limit.wait_micros(tries)),
    )


def _digest(kind: str, what: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{what}".encode("utf-8", "surrogatepass")).digest()


def _say_wait(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    minutes = -(-seconds // 60)
    return f"{minutes} minute{'s' if minutes != 1 else ''}"
