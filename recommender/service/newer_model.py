"""A model saved while the app runs is taken up by itself, and never on a page's time."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path

from recommender.engine import Model, load_model
from recommender.errors import CatalogueError, ModelError

_LOGGER = logging.getLogger(__name__)
_LOOK_EVERY_S = 2.0


class NewerModel:
    """Looks now and then whether a model's folder was written again, and loads it beside.

    Parameters
    ----------
    folder
        Where models are saved.
    fingerprint
        Says which catalogue is there now; that of the model in use when None.
    look_every_s
        How long between two looks.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fingerprint: Callable[[], str] | None = None,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._looked_at = -math.inf
        self._seen: int | None = None
        self._model: Model | None = None
        self.edition = 0
        """How many newer models have been taken up."""

    def instead_of(self, model: Model) -> Model:
        """Return the newest model of the catalogue that is loaded; ``model`` if none is."""
        model = self._model or model
        if time.monotonic() - self._looked_at >= self._look_every_s and self._lock.acquire(False):
            try:
                self._look(model.fingerprint)
            finally:
                self._lock.release()
        return self._model or model

    def _look(self, used: str) -> None:
        self._looked_at = time.monotonic()
        try:
            written = (self._folder / "model.json").stat().st_mtime_ns
        except OSError:
            return
        try:
            fingerprint = self._fingerprint() if self._fingerprint else used
        except CatalogueError:
            return  # between two catalogues, or none: the next look will tell
        # At the first look only another catalogue says that the model in use is not the newest.
        if written != self._seen and (self._seen is not None or fingerprint != used):
            threading.Thread(target=self._load, args=(fingerprint,), daemon=True).start()
        self._seen = written

    def _load(self, fingerprint: str) -> None:
        try:
            self._model = load_model(self._folder, fingerprint=fingerprint)
        except ModelError as error:
            _LOGGER.warning("A newer model was saved and is not used: %s", error)
            return
        self.edition += 1
