"""Times as people's data holds them: whole microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now_utc() -> datetime:
    """Return the time it is, in UTC."""
    return datetime.now(UTC)


def to_micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of a moment that has a time zone, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the moment, in UTC, of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def span_micros(span: timedelta) -> int:
    """Return how many microseconds a span lasts."""
    return span // _MICROSECOND
