"""What the benchmarks share: percentiles, a quiet clock, and tables that can go into Markdown."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the smallest sample that at least this share of all does not exceed.

    Parameters
    ----------
    samples
        Any unit, at least one.
    share
        From 0 to 1.

    Raises
    ------
    ValueError
        Without samples.
    """
    if not samples:
        raise ValueError("There is nothing to take a percentile of.")
    ordered = sorted(samples)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def median(samples: Sequence[float]) -> float:
    """Return the median, of an even number the mean of the two in the middle."""
    return statistics.median(samples)


def time_ms(call: Callable[[], object]) -> float:
    """Return how long one call takes, in milliseconds, with the garbage collector off."""
    gc.disable()
    try:
        started = time.perf_counter()
        call()
        return (time.perf_counter() - started) * 1000
    finally:
        gc.enable()


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns line up: the first to the left, others to the right.

    Parameters
    ----------
    header, rows
        Cells as they are shown; every row is as long as the header.
    """
    widths = [max(len(row[n]) for row in (header, *rows)) for n in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        shown = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(shown)} |"

    ruler = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), f"| {' | '.join(ruler)} |", *map(line, rows)])
