"""Conversion of times to the microseconds since 1970, UTC, that are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now_utc() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def to_micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of a time with a time zone, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the time in UTC of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def span_micros(span: timedelta) -> int:
    """Return the microseconds of a duration."""
    return span // _MICROSECOND
