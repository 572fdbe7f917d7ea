"""A model saved while the app runs is taken up by itself, and never on a page's time."""

from __future__ import annotations

import logging
import math
import threading
import time
from pathlib import Path

from recommender.engine import Model, load_model
from recommender.errors import ModelError

_LOGGER = logging.getLogger(__name__)
_LOOK_EVERY_S = 2.0


class NewerModel:
    """Looks now and then whether a model's folder was written again, and loads it beside.

    Parameters
    ----------
    folder
        Where models are saved.
    look_every_s
        How long between two looks.
    """

    def __init__(self, folder: Path, *, look_every_s: float = _LOOK_EVERY_S) -> None:
        self._folder = folder
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._looked_at = -math.inf
        self._seen: int | None = None
        self._model: Model | None = None
        self.edition = 0
        """How many newer models have been taken up."""

    def instead_of(self, model: Model) -> Model:
        """Return the newest model of the same catalogue that is loaded; ``model`` if none is."""
        if time.monotonic() - self._looked_at >= self._look_every_s and self._lock.acquire(False):
            try:
                self._look(model.fingerprint)
            finally:
                self._lock.release()
        return model if self._model is None else self._model

    def _look(self, fingerprint: str) -> None:
        self._looked_at = time.monotonic()
        try:
            written = (self._folder / "model.json").stat().st_mtime_ns
        except OSError:
            return
        if self._seen is not None and written != self._seen:
            threading.Thread(target=self._load, args=(fingerprint,), daemon=True).start()
        self._seen = written

    def _load(self, fingerprint: str) -> None:
        try:
            self._model = load_model(self._folder, fingerprint=fingerprint)
        except ModelError as error:
            _LOGGER.warning("A newer model was saved and is not used: %s", error)
            return
        self.edition += 1
