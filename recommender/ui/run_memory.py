"""What holds for one run of a page, from top to bottom; what runs by itself later looks anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Memory(threading.local):
    kept: dict[str, Any] | None = None


_memory = _Memory()


@contextmanager
def remember_run() -> Iterator[None]:
    """Keep what is looked up within the block, which is one run of a page in one thread."""
    _memory.kept = {}
    try:
        yield
    finally:
        _memory.kept = None


def find_kept() -> dict[str, Any] | None:
    """Return what this run has looked up so far; None where nothing is to be kept."""
    return _memory.kept
