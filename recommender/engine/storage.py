"""A fitted model on disk: plain arrays and one JSON page, mapped rather than read."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.engine.arrays import TextColumn, read_array, write_array
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.weights import artifact_fingerprint
from recommender.errors import ModelError

FORMAT = 3
"""Raised whenever the arrays change meaning; an older folder is then refused, and rebuilt."""

_PAGE = "model.json"
_ARRAYS = (
    *("film_ids", "years", "votes", "log_votes", "ratings", "weighted"),
    *("genre_set", "franchise", "embedding", "people_factors", "shortlist"),
)
_TEXTS = ("titles", "names")
_INDEXES = ("director", "writer", "cast", "people")
_FACTS = ("known_from", "mean_rating", "prior_votes", "newest_year", "fingerprint")


def save_model(model: Model, folder: Path) -> None:
    """Write the model into a folder; a reader meets the old one or the new one, never a mixture.

    The arrays go into a fresh subfolder. One page, ``model.json``, says which subfolder holds;
    replacing that page is the swap.

    Parameters
    ----------
    model
        From `fit_model`.
    folder
        Made when it is not there.

    Raises
    ------
    ModelError
        If the folder cannot be written.
    """
    edition = f"edition-{uuid4().hex[:12]}"
    try:
        (folder / edition).mkdir(parents=True)
        listed = {
            name: write_array(folder / edition / f"{name}.npy", array)
            for name, array in _arrays_of(model)
        }
        page = {
            "format": FORMAT,
            "edition": edition,
            "learned": artifact_fingerprint(),
            "genre_names": list(model.genre_names),
            "shapes": {name: list(_matrix(model, name).shape) for name in _matrix_names()},
            "arrays": listed,
            **{name: getattr(model, name) for name in _FACTS},
        }
        draft = folder / f"{edition}.json"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(page, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / _PAGE)
    except OSError as error:
        shutil.rmtree(folder / edition, ignore_errors=True)
        raise ModelError(f"The model cannot be saved in {folder}: {error.strerror}.") from error
    _remove_others(folder, edition)


def adopt_model(source: Path, folder: Path, *, fingerprint: str | None = None) -> bool:
    """Move a saved model into another folder of the same disk, where a reader never misses one.

    May be called again after it was cut short anywhere.

    Parameters
    ----------
    source
        Where `save_model` wrote.
    folder
        Where models are read from; made when it is not there.
    fingerprint
        The catalogue the model must be of; any when None.

    Returns
    -------
    bool
        Whether there was such a model.

    Raises
    ------
    ModelError
        If the folder cannot be written.
    """
    try:
        page = json.loads((source / _PAGE).read_text(encoding="utf-8"))
        edition, of = str(page["edition"]), page["fingerprint"]
    except (OSError, ValueError, TypeError, KeyError):
        return False
    if fingerprint is not None and of != fingerprint:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (source / edition).is_dir():
            (source / edition).rename(folder / edition)
        (source / _PAGE).replace(folder / _PAGE)
    except FileNotFoundError:  # another process adopts it, too
        return True
    except OSError as error:
        raise ModelError(f"The model cannot be moved to {folder}: {error.strerror}.") from error
    _remove_others(folder, edition)
    return True


def load_model(folder: Path, *, fingerprint: str | None = None, mmap: bool = True) -> Model:
    """Return the model saved in a folder.

    Parameters
    ----------
    folder
        Where `save_model` wrote.
    fingerprint
        The catalogue the model must be of; any when None.
    mmap
        Map the arrays from disk (starts at once, shared between processes) or read them.

    Raises
    ------
    ModelError
        If there is no model, it is damaged, of another format or of another catalogue, or goes
        with other learned weights or another embedding.
    """
    try:
        return _load(folder, fingerprint, mmap=mmap)
    except FileNotFoundError:
        # A save may have swapped editions between reading the page and opening its arrays.
        try:
            return _load(folder, fingerprint, mmap=mmap)
        except FileNotFoundError as error:
            raise ModelError(f"There is no fitted model in {folder}; build it.") from error


def _load(folder: Path, fingerprint: str | None, *, mmap: bool) -> Model:
    try:
        page = json.loads((folder / _PAGE).read_text(encoding="utf-8"))
        if page["format"] != FORMAT:
            raise ModelError(
                f"The model in {folder} has format {page['format']}, this Marquee reads "
                f"{FORMAT}; build it again."
            )
        if fingerprint is not None and page["fingerprint"] != fingerprint:
            raise ModelError(f"The model in {folder} is of another catalogue; build it again.")
        if page.get("learned") != artifact_fingerprint():
            raise ModelError(
                f"The model in {folder} goes with other weights or another embedding than this "
                "Marquee has; build it again."
            )
        edition = folder / str(page["edition"])
        arrays = {
            name: read_array(edition / f"{name}.npy", facts, mmap=mmap)
            for name, facts in page["arrays"].items()
        }
        return _assemble(page, arrays)
    except (FileNotFoundError, ModelError):
        raise
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"The model in {folder} is damaged; build it again.") from error


def _remove_others(folder: Path, edition: str) -> None:
    for other in folder.glob("edition-*"):
        if other.is_dir() and other.name != edition:
            shutil.rmtree(other, ignore_errors=True)


def _arrays_of(model: Model) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name in _ARRAYS:
        yield name, getattr(model, name)
    for name in _TEXTS:
        column: TextColumn = getattr(model, name)
        yield f"{name}.letters", column.letters
        yield f"{name}.ends", column.ends
    for name in _matrix_names():
        matrix = _matrix(model, name)
        for part in ("data", "indices", "indptr"):
            yield f"{name}.{part}", getattr(matrix, part)


def _matrix_names() -> list[str]:
    both_ways = [f"{name}.{way}" for name in _INDEXES for way in ("forward", "inverted")]
    return ["genre_sets", *both_ways]


def _matrix(model: Model, name: str) -> csr_array:
    attribute, _, way = name.partition(".")
    held = getattr(model, attribute)
    return getattr(held, way) if way else held


def _assemble(page: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Model:
    matrices = {
        name: csr_array(
            tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr")),
            shape=tuple(page["shapes"][name]),
            copy=False,
        )
        for name in _matrix_names()
    }
    texts = {name: TextColumn(arrays[f"{name}.letters"], arrays[f"{name}.ends"]) for name in _TEXTS}
    indexes = {
        name: FeatureIndex(matrices[f"{name}.forward"], matrices[f"{name}.inverted"])
        for name in _INDEXES
    }
    held: dict[str, Any] = {
        "genre_sets": matrices["genre_sets"],
        "genre_names": tuple(str(name) for name in page["genre_names"]),
        **{name: arrays[name] for name in _ARRAYS},
        **{name: page[name] for name in _FACTS},
        **texts,
        **indexes,
    }
    return Model(**held)
