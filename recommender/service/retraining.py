"""Everybody's likes join the ranking by themselves: at most once a day, when there are new ones."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from recommender.errors import MarqueeError
from recommender.service.community import collect_likes, learn_community

if TYPE_CHECKING:
    from recommender.service.marquee import Marquee

_LOGGER = logging.getLogger(__name__)
_LOOK_EVERY_S = 3600.0
NEW_LIKES = 50
NEW_SHARE = 0.02
"""Likes that came or went since the last time from which learning again is worth it: so many,
and this share of all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Learned:
    """When everybody's likes were learned from last, how many they were, and what came of it."""

    day: str
    likes: int
    model: int


def _today() -> date:
    return datetime.now().astimezone().date()


class Retraining:
    """Looks every hour whether learning from everybody is due, in a thread of its own.

    No page waits for it: what is learned becomes the saved model, which running processes take
    up by themselves. When it fails, that is logged and the model of before carries on. Several
    processes on one folder may do it at once; each saves a whole model.

    Parameters
    ----------
    marquee
        Whose people, imported ratings and model it is about.
    today
        Says the day.
    """

    def __init__(self, marquee: Marquee, *, today: Callable[[], date] = _today) -> None:
        self._marquee = marquee
        self._today = today
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._page = marquee.settings.community_file.with_name("community.json")

    def start(self) -> None:
        """Begin, in a thread of its own."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="retraining", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; what is being learned is finished first."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def learn_if_due(self) -> bool:
        """Learn unless it was done today or hardly anything changed; tell whether it was done."""
        day = self._today().isoformat()
        before = self._last()
        if before is not None and before.day == day:
            return False
        try:
            likes = len(collect_likes(self._marquee))
            if not likes or (before is not None and not self._is_due(before, likes)):
                return False
            found = learn_community(self._marquee)
        except MarqueeError as error:
            _LOGGER.warning("Everybody's likes could not be learned from: %s", error)
            return False
        self._note(_Learned(day=day, likes=found.likes, model=self._saved_model()))
        return True

    def _is_due(self, before: _Learned, likes: int) -> bool:
        enough = max(NEW_LIKES, NEW_SHARE * before.likes)
        # A model that was fitted anew knows nothing of anybody.
        return abs(likes - before.likes) >= enough or self._saved_model() != before.model

    def _saved_model(self) -> int:
        try:
            return (self._marquee.settings.model_dir / "model.json").stat().st_mtime_ns
        except OSError:
            return 0

    def _last(self) -> _Learned | None:
        try:
            return _Learned(**json.loads(self._page.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _note(self, learned: _Learned) -> None:
        draft = self._page.with_name(f"{self._page.name}.tmp")
        try:
            draft.write_text(json.dumps(asdict(learned)) + "\n", encoding="utf-8")
            draft.replace(self._page)
        except OSError as error:
            _LOGGER.warning("It cannot be noted in %s what was learned: %s", self._page, error)

    def _run(self) -> None:
        while True:
            try:
                self.learn_if_due()
            except Exception:
                _LOGGER.exception("Learning from everybody failed; the ranking stays as it was.")
            if self._stopped.wait(_LOOK_EVERY_S):
                return
