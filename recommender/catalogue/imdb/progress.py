"""Progress of an import: bytes, rows, and a fraction that never falls."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Step of an import."""

    FETCH = "Fetching the files"
    READ = "Reading the files"
    WRITE = "Writing films and people"
    FIT = "Learning what films have in common"
    SWAP = "Putting it in place"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportProgress:
    """Progress of an import.

    Attributes
    ----------
    step
        Current step.
    fraction
        Part of the whole import that is done, 0 to 1.
    text
        Step with its numbers: ``Reading title.basics: 1,200,000 rows``.
    bytes_done, bytes_total
        Bytes of the files while downloading or reading; 0 in other steps.
    rows
        Rows read so far.
    seconds_left
        Estimated remaining time; None at the beginning.
    """

    step: Step
    fraction: float
    text: str
    bytes_done: int = 0
    bytes_total: int = 0
    rows: int = 0
    seconds_left: float | None = None


Watch = Callable[[ImportProgress], None]
"""Called with the progress; an exception stops the import."""

# Measured shares of the time; that of a download is an estimate.
_SHARES = {Step.READ: 0.12, Step.WRITE: 0.40, Step.FIT: 0.47, Step.SWAP: 0.01}
_FETCH_SHARE = 0.35
_ENOUGH_S, _ENOUGH = 3.0, 0.01


class Tracker:
    """Progress of the whole import, computed from its steps.

    Parameters
    ----------
    watch
        Called with each progress report.
    fetches
        Whether files are downloaded first.
    clock
        Returns seconds of a monotonic clock.
    """

    def __init__(
        self, watch: Watch, *, fetches: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._watch, self._clock = watch, clock
        self._begun = clock()
        fetch = _FETCH_SHARE if fetches else 0.0
        shares = {Step.FETCH: fetch} | {s: part * (1 - fetch) for s, part in _SHARES.items()}
        self._from: dict[Step, tuple[float, float]] = {}
        before = 0.0
        for step, share in shares.items():
            self._from[step] = (before, share)
            before += share
        self._fraction = 0.0

    def tell(
        self,
        step: Step,
        part: float,
        text: str,
        *,
        bytes_done: int = 0,
        bytes_total: int = 0,
        rows: int = 0,
    ) -> None:
        """Report the part of a step (0 to 1) that is done."""
        before, share = self._from[step]
        now = before + share * min(1.0, max(0.0, part))
        self._fraction = max(self._fraction, min(now, 1.0))
        self._watch(
            ImportProgress(
                step=step,
                fraction=self._fraction,
                text=text,
                bytes_done=bytes_done,
                bytes_total=bytes_total,
                rows=rows,
                seconds_left=self._seconds_left(),
            )
        )

    def _seconds_left(self) -> float | None:
        elapsed = self._clock() - self._begun
        if elapsed < _ENOUGH_S or self._fraction < _ENOUGH:
            return None
        return elapsed * (1 - self._fraction) / self._fraction
