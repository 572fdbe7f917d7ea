"""Rate limits on sign-in and sign-up attempts, with exponential backoff.

An attempt is counted before the password is checked, so parallel attempts count too. The counts
are stored with user data and survive a restart. Times are in microseconds since 1970, UTC.
"""

from __future__ import annotations

import hashlib
import ipaddress
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from recommender.errors import TooManyTries
from recommender.users.names import fold_name
from recommender.users.times import span_micros

_IPV6_NETWORK_BITS = 64  # the network of one subscriber
_LONGEST_MEMORY = timedelta(days=1)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """Rate limit on the attempts for one name or from one address.

    Attributes
    ----------
    digest
        Digest of the counted name or address.
    free
        Number of attempts before the first wait.
    forgotten_after
        The count resets after this time without an attempt.
    """

    digest: bytes
    free: int = 5
    forgotten_after: timedelta = _LONGEST_MEMORY

    def wait_micros(self, attempts: int) -> int:
        """Return the wait after a number of attempts, doubling from 30 s up to 15 min."""
        if attempts < self.free:
            return 0
        doubled = span_micros(_FIRST_WAIT) << min(attempts - self.free, 20)
        return min(doubled, span_micros(_LONGEST_WAIT))


def client_network(address: str) -> str:
    """Return the network used to count an IP address: the IPv4 address, or the IPv6 /64 prefix.

    Text that is not an IP address is returned unchanged.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK_BITS), strict=False))
    return str(parsed)


def sign_in_limits(name: str, address: str) -> list[Limit]:
    """Return the rate limits on signing in with a name from an address ("" if unknown)."""
    limits = [Limit(digest=_digest("name", fold_name(name)))]
    if address:
        # Households and offices share an address, so its count resets sooner.
        digest = _digest("address", client_network(address))
        limits.append(Limit(digest=digest, forgotten_after=timedelta(hours=1)))
    return limits


def sign_up_limits(address: str) -> list[Limit]:
    """Return the rate limits on creating accounts from an address ("" if unknown)."""
    if not address:
        return []
    digest = _digest("sign up", client_network(address))
    return [Limit(digest=digest, free=20, forgotten_after=timedelta(hours=1))]


def count_try(connection: sqlite3.Connection, limits: list[Limit], *, now: int) -> None:
    """Count an attempt under every limit; if any limit requires a wait, raise TooManyTries."""
    states = {limit.digest: _state(connection, limit, now=now) for limit in limits}
    wait = max((blocked_until - now for _, blocked_until in states.values()), default=0)
    if wait > 0:
        seconds = -(-wait // span_micros(timedelta(seconds=1)))
        raise TooManyTries(
            f"Too many attempts. Please wait {_format_wait(seconds)} and try again.",
            retry_after_s=seconds,
        )
    for limit in limits:
        _save(connection, limit, attempts=states[limit.digest][0] + 1, now=now)
    connection.execute(
        "DELETE FROM sign_in_attempts WHERE last_at < ?", (now - span_micros(_LONGEST_MEMORY),)
    )


def forgive_try(connection: sqlite3.Connection, limits: list[Limit], *, now: int) -> None:
    """After a successful sign-in, reset the account's count and lower the address's by one.

    Resetting the address's count would let attackers clear it with their own account.
    """
    account, *others = limits
    connection.execute("DELETE FROM sign_in_attempts WHERE subject_digest = ?", (account.digest,))
    for limit in others:
        attempts = _state(connection, limit, now=now)[0]
        if attempts > 0:
            _save(connection, limit, attempts=attempts - 1, now=now)


def _state(connection: sqlite3.Connection, limit: Limit, *, now: int) -> tuple[int, int]:
    """Return the number of counted attempts and the time at which the wait ends."""
    row = connection.execute(
        "SELECT failures, blocked_until FROM sign_in_attempts "
        "WHERE subject_digest = ? AND last_at > ?",
        (limit.digest, now - span_micros(limit.forgotten_after)),
    ).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def _save(connection: sqlite3.Connection, limit: Limit, *, attempts: int, now: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO sign_in_attempts "
        "(subject_digest, failures, last_at, blocked_until) VALUES (?, ?, ?, ?)",
        (limit.digest, attempts, now, now + limit.wait_micros(attempts)),
    )


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _format_wait(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    minutes = -(-seconds // 60)
    return f"{minutes} minute{'s' if minutes != 1 else ''}"
