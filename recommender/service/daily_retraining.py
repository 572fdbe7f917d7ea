"""Retrain on everyone's likes at most once a day, when enough of them are new.

Pages do not wait for it: the result becomes the saved model, which running processes reload. When
it fails, the error is logged and the current model stays.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from recommender.engine import Model
from recommender.errors import MarqueeError
from recommender.service.community import collect_likes, learn_community
from recommender.settings import Settings
from recommender.users import People

_LOGGER = logging.getLogger(__name__)
NEW_LIKES = 50
NEW_SHARE = 0.02
"""Retraining is due when the likes changed by this many, and by this share of all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _LastRun:
    """Day, number of likes and modification time of the model of the last retraining."""

    day: str
    likes: int
    model: int


def retrain_if_due(people: People, model: Model, settings: Settings, *, today: date) -> bool:
    """Retrain unless today's run is done or few likes changed; return whether it ran.

    Parameters
    ----------
    people
        Source of the app's own likes.
    model
        The model that the likes are added to.
    settings
        Paths of imported likes, the model and the record of the last run.
    today
        The current day.
    """
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
