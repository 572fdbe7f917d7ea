"""The census of a large catalogue on disk, beside the model it was taken of.

Sorting 700,000 films into blocks takes a second and a half: it is done once and then mapped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from recommender.engine import census as counting
from recommender.engine.arrays import read_array, write_array
from recommender.engine.blocks import RATING_GRID, VOTES_GRID
from recommender.engine.census import Census

_FOLDER, _PAGE = "census", "census.json"
_FORMAT = 4
"""Raised whenever the arrays change meaning; another census is then taken."""


def save_census(census: Census, edition: Path) -> None:
    """Write a census into the folder of a model's arrays, whole or not at all.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    draft = edition / f"{_FOLDER}-{uuid4().hex[:12]}"
    draft.mkdir()
    try:
        listed = {
            name: write_array(draft / f"{name}.npy", array) for name, array in _arrays_of(census)
        }
        page = {"format": _FORMAT, "taken_by": _rules(), "arrays": listed}
        (draft / _PAGE).write_text(json.dumps(page, indent=1), encoding="utf-8")
        shutil.rmtree(edition / _FOLDER, ignore_errors=True)
        draft.rename(edition / _FOLDER)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load_census(edition: Path, *, mmap: bool) -> Census | None:
    """Return the census beside a model's arrays, None when there is none that can be used.

    Parameters
    ----------
    edition
        Where `save_census` wrote.
    mmap
        Map the arrays from disk or read them.
    """
    folder = edition / _FOLDER
    try:
        page = json.loads((folder / _PAGE).read_text(encoding="utf-8"))
        if page["format"] != _FORMAT or page["taken_by"] != _rules():
            return None
        arrays = {
            name: read_array(folder / f"{name}.npy", facts, mmap=mmap)
            for name, facts in page["arrays"].items()
        }
        census: Census = _assemble(Census, arrays, "")
    except (OSError, ValueError, TypeError, KeyError):
        return None  # it is taken anew
    return census


def _rules() -> list[float]:
    """Return what decides how films are sorted and drawn."""
    return [
        *(counting.OUTER, counting.INNER, counting.LEVEL_STEP, counting.YEAR_STEP),
        *(counting.KNOWN, counting.REFERENCE, counting.RATED, *counting.BANDS),
        *(VOTES_GRID, RATING_GRID),
    ]


def _arrays_of(part: Any, name: str = "") -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for field in fields(part):
        value, full = getattr(part, field.name), f"{name}{field.name}"
        if is_dataclass(value):
            yield from _arrays_of(value, f"{full}.")
        else:
            yield full, np.atleast_1d(value)


def _assemble(kind: type[Any], arrays: dict[str, npt.NDArray[Any]], name: str) -> Any:
    held: dict[str, Any] = {}
    for field, of in get_type_hints(kind).items():
        full = f"{name}{field}"
        if is_dataclass(of) and isinstance(of, type):
            held[field] = _assemble(of, arrays, f"{full}.")
        elif of in (int, np.float32):
            held[field] = of(arrays[full][0])
        else:
            held[field] = arrays[full]
    return kind(**held)
