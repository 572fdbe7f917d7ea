"""Saved models: memory-mapped arrays and a JSON manifest."""

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
"""Version of the arrays; a model of another version is refitted."""

_MANIFEST = "model.json"
_ARRAYS = (
    *("film_ids", "years", "votes", "log_votes", "ratings", "weighted"),
    *("genre_set", "franchise", "embedding", "people_factors", "shortlist"),
)
_TEXTS = ("titles", "names")
_INDEXES = ("director", "writer", "cast", "people")
_FACTS = ("known_from", "newest_year", "fingerprint")


def save_model(model: Model, folder: Path) -> None:
    """Save the model in a folder, atomically.

    Arrays go into a new subfolder. Replacing the manifest, ``model.json``, switches to it.

    Parameters
    ----------
    folder
        Created if missing.

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
        manifest = {
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
            json.dump(manifest, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / _MANIFEST)
    except OSError as error:
        shutil.rmtree(folder / edition, ignore_errors=True)
        raise ModelError(f"The model cannot be saved in {folder}: {error.strerror}.") from error
    _remove_others(folder, edition)


def adopt_model(source: Path, folder: Path, *, fingerprint: str | None = None) -> bool:
    """Move a saved model into another folder of the same disk, atomically.

    May be repeated after an interruption.

    Parameters
    ----------
    source
        Folder of `save_model`.
    folder
        Created if missing.
    fingerprint
        Catalogue the model must belong to; any if None.

    Returns
    -------
    bool
        Whether ``source`` holds such a model.

    Raises
    ------
    ModelError
        If the folder cannot be written.
    """
    try:
        manifest = json.loads((source / _MANIFEST).read_text(encoding="utf-8"))
        edition, of = str(manifest["edition"]), manifest["fingerprint"]
    except (OSError, ValueError, TypeError, KeyError):
        return False
    if fingerprint is not None and of != fingerprint:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (source / edition).is_dir():
            (source / edition).rename(folder / edition)
        (source / _MANIFEST).replace(folder / _MANIFEST)
    except FileNotFoundError:  # another process adopted it
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
        Folder of `save_model`.
    fingerprint
        Catalogue the model must belong to; any if None.
    mmap
        Whether to map the arrays, shared between processes, or to read them.

    Raises
    ------
    ModelError
        If the model is missing, damaged, or of another format, catalogue, weights or embedding.
    """
    try:
        return _load(folder, fingerprint, mmap=mmap)
    except FileNotFoundError:
        # Retry: a save may have replaced the edition after the manifest was read.
        try:
            return _load(folder, fingerprint, mmap=mmap)
        except FileNotFoundError as error:
            raise ModelError(f"There is no fitted model in {folder}; build it.") from error


def _load(folder: Path, fingerprint: str | None, *, mmap: bool) -> Model:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ModelError(
                f"The model in {folder} has format {manifest['format']}, this Marquee reads "
                f"{FORMAT}; build it again."
            )
        if fingerprint is not None and manifest["fingerprint"] != fingerprint:
            raise ModelError(f"The model in {folder} is of another catalogue; build it again.")
        if manifest.get("learned") != artifact_fingerprint():
            raise ModelError(
                f"The model in {folder} goes with other weights or another embedding than this "
                "Marquee has; build it again."
            )
        edition = folder / str(manifest["edition"])
        arrays = {
            name: read_array(edition / f"{name}.npy", facts, mmap=mmap)
            for name, facts in manifest["arrays"].items()
        }
        return _assemble(manifest, arrays)
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


def _assemble(manifest: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Model:
    matrices = {
        name: csr_array(
            tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr")),
            shape=tuple(manifest["shapes"][name]),
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
        "genre_names": tuple(str(name) for name in manifest["genre_names"]),
        **{name: arrays[name] for name in _ARRAYS},
        **{name: manifest[name] for name in _FACTS},
        **texts,
        **indexes,
    }
    return Model(**held)
