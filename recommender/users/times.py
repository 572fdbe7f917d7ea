"""Conversion between datetimes and the stored times, in microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now_utc() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def to_micros(moment: datetime) -> int:
    """Convert an aware datetime to microseconds since 1970, UTC, without rounding."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Convert microseconds since 1970 to a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def span_micros(span: timedelta) -> int:
    """Convert a duration to microseconds."""
    return span // _MICROSECOND
