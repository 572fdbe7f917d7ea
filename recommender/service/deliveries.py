"""How far each person's marks have come in, so that a wall knows what it is told is of when."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

_MOST_PEOPLE = 4096


class Deliveries:
    """The highest number of a mark that each person's browser has delivered to this process.

    A wall that is drawn while a mark is being written may be told what was before. It is told the
    number from here too, read first: what it delivered after that number is newer than the rest.
    Losing a number costs a moment in which the browser believes itself, or one run more of a page.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: OrderedDict[int, int] = OrderedDict()
        self._listen: Callable[[int], None] | None = None

    def note(self, user_id: int, number: int) -> None:
        """Note that a mark of this number is on the disk."""
        with self._lock:
            self._latest[user_id] = max(number, self._latest.pop(user_id, 0))
            if len(self._latest) > _MOST_PEOPLE:
                self._latest.popitem(last=False)
        if self._listen is not None:
            self._listen(user_id)

    def listen(self, call: Callable[[int], None]) -> None:
        """Have somebody told whose marks have come in, each time.

        Parameters
        ----------
        call
            Takes the user id; it must not take long.
        """
        self._listen = call

    def latest(self, user_id: int) -> int:
        """Return the highest number noted; 0 without one."""
        return self._latest.get(user_id, 0)
