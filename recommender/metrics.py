"""What is counted while Marquee runs, for whoever wants to look: nobody, unless a port is set.

Any room may count; who keeps the numbers is handed in by the server (``use``). Without it each
call costs a look at a name.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Keeper(Protocol):
    """Keeps numbers."""

    def count(self, name: str, **labels: str) -> None:
        """Add one to a number; the labels of a name are always the same ones."""

    def observe(self, name: str, seconds: float) -> None:
        """Take down how long something took."""


_keeper: Keeper | None = None


def use(keeper: Keeper | None) -> None:
    """Hand the numbers to somebody from now on; to nobody with None."""
    global _keeper  # noqa: PLW0603 - one process, one set of numbers
    _keeper = keeper


def count(name: str, **labels: str) -> None:
    """Count one more of something.

    Parameters
    ----------
    name
        Of the number.
    labels
        What tells one kind of it from another; few values, never anything a visitor typed.
    """
    if _keeper is not None:
        _keeper.count(name, **labels)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Take down how long the block takes."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        if _keeper is not None:
            _keeper.observe(name, time.perf_counter() - begun)
