"""The daily copy of people's data, kept by whatever process runs."""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from recommender.errors import PeopleError
from recommender.settings import Settings
from recommender.users import find_latest_copy, keep_daily_copy

_LOGGER = logging.getLogger(__name__)
_LOOK_EVERY_S = 3600.0


class Safekeeping:
    """Makes the daily copy when the process starts and whenever a new day has begun.

    Several processes on one folder may do it at once: whoever comes first makes the day's copy,
    and two at the same moment replace one sound copy by another.

    Parameters
    ----------
    settings
        Where people's data and its copies are.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="safekeeping", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; a copy that is being made is finished first."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def copy_if_due(self) -> bool:
        """Make today's copy unless it is there; tell whether one was made.

        A copy that cannot be made costs nobody a page: it is logged, and tried again later.
        """
        today = datetime.now().astimezone().date()
        try:
            made = keep_daily_copy(self._settings.people_db, self._settings.backup_dir, today=today)
        except PeopleError as error:
            _LOGGER.warning("Today's copy of people's data could not be made: %s", error)
            return False
        return made is not None

    def _run(self) -> None:
        while True:
            self.copy_if_due()
            if self._stopped.wait(_LOOK_EVERY_S):
                return


def find_latest_copy_day(settings: Settings) -> date | None:
    """Return the day of the newest daily copy that is sound; None without one.

    Parameters
    ----------
    settings
        Where the copies are.
    """
    folder = settings.backup_dir
    try:
        return _copy_day(folder, folder.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _copy_day(folder: Path, changed_ns: int) -> date | None:
    """Return the day; a copy is read as a whole, so not on every click."""
    found = find_latest_copy(folder)
    return None if found is None else date.fromisoformat(found.stem.removeprefix("people-"))
