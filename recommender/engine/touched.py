"""The films that share somebody with the likes, or are of a series of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.blocks import Columns
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.profile import Rows

INDEXES = ("people", "director", "writer", "cast")


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """The films that share somebody or a series with some likes.

    Attributes
    ----------
    likes : ndarray of shape (n_likes,)
    films : ndarray of shape (n_touched,), rows, ascending
    cosines : index -> ndarray of shape (n_likes, n_touched), how much each shares with each like
    """

    likes: Rows
    films: Rows
    cosines: Mapping[str, FloatArray]

    @classmethod
    def of(cls, model: Model, likes: Rows, indexes: tuple[str, ...] = INDEXES) -> Touched:
        """Return the films that share with these; ``people`` is among the indexes."""
        meetings = {name: _index(model, name).meetings(likes) for name in indexes}
        series = model.census.series_of(model.franchise[likes])
        films = np.unique(np.concatenate([meetings["people"][1], series])).astype(np.int64)
        shape = (len(likes), len(films))
        cosines = {}
        for name, (which, met, products) in meetings.items():
            pairs = which * len(films) + np.searchsorted(films, met)
            table = np.bincount(pairs, products, minlength=shape[0] * shape[1])
            cosines[name] = table.astype(np.float32).reshape(shape)
        return cls(likes=likes, films=films, cosines=cosines)

    def at(self, rows: Rows) -> Mapping[str, FloatArray]:
        """Return the cosines of any films with the likes by index, of shape (n_rows, n_likes)."""
        tables = {name: np.zeros((len(rows), len(self.likes)), np.float32) for name in self.cosines}
        if len(self.films):
            place = np.minimum(np.searchsorted(self.films, rows), len(self.films) - 1)
            inside = np.flatnonzero(self.films[place] == rows)
            place = place[inside]
            for name, cosines in self.cosines.items():
                tables[name][inside] = cosines[:, place].T
        return tables


def columns_of(model: Model, rows: Rows) -> Columns:
    """Return what is known of the films at some rows, as the census has it."""
    return Columns(
        films=rows,
        genre_set=model.genre_set[rows],
        year=model.years[rows] - model.census.calendar[0],
        votes=model.log_votes[rows],
        rating=model.weighted[rows],
    )


def rows_sharing(model: Model, rows: Rows) -> IntArray:
    """Return the films that share somebody with these, any of them several times."""
    return model.people.meetings(rows)[1]


def _index(model: Model, name: str) -> FeatureIndex:
    index: FeatureIndex = getattr(model, name)
    return index
