"""Daily work of a running server: back up people's data, then retrain on everyone's likes.

Several processes on one data folder may run both tasks: each checks first whether today's is done.
Pages do not wait: retraining saves a model, which running processes reload.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from recommender.engine import Model
from recommender.errors import MarqueeError, PeopleError
from recommender.service.community import collect_likes, learn_community
from recommender.service.marquee import Marquee
from recommender.settings import Settings
from recommender.users import People, find_latest_copy, keep_daily_copy

_LOGGER = logging.getLogger(__name__)
_CHECK_EVERY_S = 3600.0
NEW_LIKES = 50
NEW_SHARE = 0.02
"""Retraining is due when the likes changed by this many, and by this share of all."""


class DailyJob:
    """Background thread that runs tasks every hour; each checks itself whether it is due.

    A task that fails is logged and tried again.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _LastRun:
    """Day, number of likes and modification time of the model of the last retraining."""

    day: str
    likes: int
    model: int


def retrain_if_due(people: People, model: Model, settings: Settings, *, today: date) -> bool:
    """Retrain unless today's run is done or few likes changed; return whether it ran."""
    last = _read_last_run(settings)
    if last is not None and last.day == today.isoformat():
        return False
    try:
        likes = len(collect_likes(people, settings))
        if not likes or (last is not None and not _is_due(last, likes, settings)):
            return False
        found = learn_community(people, model, settings)
    except MarqueeError as error:
        _LOGGER.warning("Retraining on everyone's likes failed: %s", error)
        return False
    run = _LastRun(day=today.isoformat(), likes=found.likes, model=_model_mtime(settings))
    _save_last_run(settings, run)
    return True


def _is_due(last: _LastRun, likes: int, settings: Settings) -> bool:
    enough = max(NEW_LIKES, NEW_SHARE * last.likes)
    # A model fitted since the last run has not learned from people at all.
    return abs(likes - last.likes) >= enough or _model_mtime(settings) != last.model


def _model_mtime(settings: Settings) -> int:
    try:
        return (settings.model_dir / "model.json").stat().st_mtime_ns
    except OSError:
        return 0


def _record_file(settings: Settings) -> Path:
    return settings.community_file.with_name("community.json")


def _read_last_run(settings: Settings) -> _LastRun | None:
    try:
        return _LastRun(**json.loads(_record_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _save_last_run(settings: Settings, run: _LastRun) -> None:
    target = _record_file(settings)
    draft = target.with_name(f"{target.name}.tmp")
    try:
        draft.write_text(json.dumps(asdict(run)) + "\n", encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        _LOGGER.warning("The record of the retraining cannot be saved in %s: %s", target, error)
