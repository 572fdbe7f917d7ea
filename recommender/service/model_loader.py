"""Load the catalogue and its model at startup, and reload the model when a newer one is saved."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from recommender.catalogue import Catalogue, ensure_catalogue
from recommender.engine import Model, adopt_model, fit_model, load_model, save_model
from recommender.errors import CatalogueError, ModelError
from recommender.service.startup import Progress
from recommender.settings import Settings

_LOGGER = logging.getLogger(__name__)
_CATALOGUE_SHARE = 0.7
"""Share of a first start spent on the catalogue; the model takes the rest."""
_CHECK_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class LoadedData:
    """Catalogue and the model fitted to it."""

    catalogue: Catalogue
    model: Model


def load_data(settings: Settings, progress: Progress) -> LoadedData:
    """Open the catalogue and its model; build or fit what is missing.

    Raises
    ------
    CatalogueError
        If the catalogue cannot be built.
    """
    path = ensure_catalogue(
        settings, progress=lambda done, text: progress(done * _CATALOGUE_SHARE, text)
    )
    catalogue = Catalogue(path)
    model = load_or_fit_model(settings, catalogue, progress)
    # The products of one ranking are small: BLAS threads would only wait for each other.
    threadpool_limits(limits=1, user_api="blas")
    return LoadedData(catalogue, model)


def load_or_fit_model(settings: Settings, catalogue: Catalogue, progress: Progress) -> Model:
    """Load the saved model of this catalogue; fit and save one when none can be used."""
    folder = settings.model_dir
    progress(_CATALOGUE_SHARE, "Opening the model")
    try:
        # An import that was killed before its last step left its model in the import folder.
        adopt_model(settings.imdb_dir / "model", folder, fingerprint=catalogue.fingerprint)
        return load_model(folder, fingerprint=catalogue.fingerprint)
    except ModelError as error:
        _LOGGER.info("Fitting a new model: %s", error)
    progress(_CATALOGUE_SHARE + 0.05, "Learning what films have in common")
    tables = catalogue.read_tables()
    model = fit_model(
        tables.films, tables.roles, people=tables.people, fingerprint=catalogue.fingerprint
    )
    progress(0.95, "Saving the model")
    try:
        save_model(model, folder)
    except (ModelError, OSError) as error:
        _LOGGER.warning("The model could not be saved and stays in memory: %s", error)
        return model
    return load_model(folder, fingerprint=catalogue.fingerprint)


class ModelReloader:
    """Watches the model folder and loads a newer model in a background thread.

    ``fingerprint`` returns the fingerprint of the current catalogue.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fingerprint: Callable[[], str],
        check_every_s: float = _CHECK_EVERY_S,
    ) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._check_every_s = check_every_s
        self._lock = threading.Lock()
        self._checked_at = -math.inf
        self._seen_mtime: int | None = None
        self._newer: Model | None = None
        self.reloads = 0
        """Number of models loaded so far."""

    def current(self, model: Model) -> Model:
        """Return the newest loaded model; ``model`` when none was loaded."""
        model = self._newer or model
        due = time.monotonic() - self._checked_at >= self._check_every_s
        if due and self._lock.acquire(blocking=False):
            try:
                self._check(model.fingerprint)
            finally:
                self._lock.release()
        return self._newer or model

    def _check(self, used: str) -> None:
        self._checked_at = time.monotonic()
        try:
            mtime = (self._folder / "model.json").stat().st_mtime_ns
            fingerprint = self._fingerprint()
        except (OSError, CatalogueError):
            return  # the catalogue or the model is being swapped; the next check finds it
        # The first check has no earlier time to compare with, only the catalogue's fingerprint.
        if mtime != self._seen_mtime and (self._seen_mtime is not None or fingerprint != used):
            threading.Thread(target=self._load, args=(fingerprint,), daemon=True).start()
        self._seen_mtime = mtime

    def _load(self, fingerprint: str) -> None:
        try:
            self._newer = load_model(self._folder, fingerprint=fingerprint)
        except ModelError as error:
            _LOGGER.warning("The newer saved model cannot be used: %s", error)
            return
        self.reloads += 1
