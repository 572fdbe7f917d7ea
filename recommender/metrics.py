"""Counters and timings of the process, sent to a configurable metrics sink.

Without a sink, each call costs one comparison.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class MetricsSink(Protocol):
    """Interface of a receiver of metrics, such as the Prometheus exporter."""

    def count(self, name: str, **labels: str) -> None:
        """Increment a counter; a counter's label names never change."""

    def observe(self, name: str, seconds: float) -> None:
        """Record a duration in a histogram."""


_sink: MetricsSink | None = None


def set_sink(sink: MetricsSink | None) -> None:
    """Set the process-wide metrics sink; None disables metrics."""
    global _sink  # noqa: PLW0603 - one process, one sink
    _sink = sink


def count(name: str, **labels: str) -> None:
    """Increment a counter.

    Parameters
    ----------
    name
        Name of the counter.
    labels
        Values from a small fixed set, never text that a visitor typed.
    """
    if _sink is not None:
        _sink.count(name, **labels)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Record the duration of a block in the metrics sink."""
    started = time.perf_counter()
    try:
        yield
    finally:
        if _sink is not None:
            _sink.observe(name, time.perf_counter() - started)
