"""The model that belongs to a catalogue: opened when it was saved before, else fitted and saved."""

from __future__ import annotations

import logging

from recommender.catalogue import Catalogue
from recommender.engine import Model, adopt_model, fit_model, keep_census, load_model, save_model
from recommender.errors import ModelError
from recommender.service.startup import Progress
from recommender.settings import Settings

_LOGGER = logging.getLogger(__name__)


def open_model(
    settings: Settings, catalogue: Catalogue, progress: Progress, *, begin_at: float
) -> Model:
    """Return the model, fitting it first where none is saved that fits.

    Parameters
    ----------
    settings
        Where models are saved.
    catalogue
        What the model is of.
    progress
        Told how far it is.
    begin_at
        What has been done when this begins, 0 to 1.
    """
    folder = settings.model_dir
    progress(begin_at, "Opening the model")
    try:
        # An import that was killed between its last two steps left the model beside.
        adopt_model(settings.imdb_dir / "model", folder, fingerprint=catalogue.fingerprint)
        model = load_model(folder, fingerprint=catalogue.fingerprint)
        keep_census(model, folder)
        return model
    except ModelError as error:
        _LOGGER.info("The model is fitted anew: %s", error)
    progress(begin_at + 0.05, "Learning what films have in common")
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
