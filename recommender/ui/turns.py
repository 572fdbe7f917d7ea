"""Pages take turns at the processor, as Python can work on one at a time anyway.

Streamlit runs each visitor's page in a thread of its own. Twenty at once share the interpreter in
slices, so that all of them end late; two after two, most end early. Measured with a hundred
visitors: half of the time that 95 in 100 wait for (ADR 87).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

AT_ONCE: Final = 2
"""One may wait for a disk or for TMDb while the other one works."""
PATIENCE_S: Final = 1.0
"""A page that is being prepared for the first time holds its turn long: nobody waits for that."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def take_turn(patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Wait for a turn, but not long, and give it back after the block.

    Parameters
    ----------
    patience_s
        How long to wait for a turn before going on without one, in seconds.
    """
    taken = _turns.acquire(timeout=patience_s)
    try:
        yield
    finally:
        if taken:
            _turns.release()
