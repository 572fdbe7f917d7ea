"""What holds for one run, of a page or of a part that runs alone; the next run looks anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Memory(threading.local):
    kept: dict[str, Any] | None = None


_memory = _Memory()


@contextmanager
def run_cache() -> Iterator[None]:
    """Keep what is looked up within the block, which is one run in one thread.

    A part of a page that runs alone has a memory of its own; run with the page, the page's.
    """
    if _memory.kept is not None:
        yield
        return
    _memory.kept = {}
    try:
        yield
    finally:
        _memory.kept = None


def cached_for_run(name: str, look_up: Callable[[], _T]) -> _T:
    """Return what is looked up, from the memory of this run when it was there before.

    Parameters
    ----------
    name
        Of it in the memory.
    look_up
        Finds it; where nothing is to be kept, each time.
    """
    kept = _memory.kept
    if kept is None:
        return look_up()
    if name not in kept:
        kept[name] = look_up()
    found: _T = kept[name]
    return found


def clear_run_cache(name: str = "") -> None:
    """Have something looked up anew in this run; without a name, everything."""
    if _memory.kept is not None:
        if name:
            _memory.kept.pop(name, None)
        else:
            _memory.kept.clear()
