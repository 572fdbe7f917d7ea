"""Daily work of a running server: back up people's data, then retrain on everyone's likes.

Several processes on one data folder may run both jobs: each checks first whether today's is done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from recommender.errors import PeopleError
from recommender.service.daily_retraining import retrain_if_due
from recommender.service.marquee import Marquee
from recommender.settings import Settings
from recommender.users import find_latest_copy, keep_daily_copy

_LOGGER = logging.getLogger(__name__)
_CHECK_EVERY_S = 3600.0


class DailyJob:
    """Background thread that checks every hour which tasks are due.

    Parameters
    ----------
    tasks
        Each checks itself whether it is due; one that fails is logged and tried again.
    """

    def __init__(self, tasks: Sequence[Callable[[], object]]) -> None:
        self._tasks = tasks
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; the first check is at once."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="daily-job", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread; wait at most ten seconds for a task that runs."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def _run(self) -> None:
        while True:
            for task in self._tasks:
                if self._stopped.is_set():
                    return
                try:
                    task()
                except Exception:
                    _LOGGER.exception("A daily task failed and is tried again in an hour.")
            if self._stopped.wait(_CHECK_EVERY_S):
                return


def build_daily_job(marquee: Marquee) -> DailyJob:
    """Return the job that backs up and retrains this app."""

    def retrain() -> None:
        retrain_if_due(marquee.people, marquee.model, marquee.settings, today=_today())

    return DailyJob([lambda: backup_if_due(marquee.settings), retrain])


def backup_if_due(settings: Settings) -> bool:
    """Back up people's data unless today's backup exists; return whether one was made.

    A backup that fails is logged: no page depends on it.
    """
    try:
        made = keep_daily_copy(settings.people_db, settings.backup_dir, today=_today())
    except PeopleError as error:
        _LOGGER.warning("Today's backup of people's data failed: %s", error)
        return False
    return made is not None


def find_latest_copy_day(settings: Settings) -> date | None:
    """Return the day of the newest intact backup; None without one."""
    folder = settings.backup_dir
    try:
        return _copy_day(folder, folder.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _copy_day(folder: Path, changed_ns: int) -> date | None:
    """Return the day; cached, because the check reads the whole backup."""
    found = find_latest_copy(folder)
    return None if found is None else date.fromisoformat(found.stem.removeprefix("people-"))


def _today() -> date:
    return datetime.now().astimezone().date()
