"""A model of some films of another model, for scoring candidates without copying credits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray, TextColumn
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows

INDEXES = ("people", "director", "writer", "cast")


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedCredits:
    """Films that share credits with some likes, by index.

    Attributes
    ----------
    likes : ndarray of shape (n_likes,)
    rows : ndarray, the films, ascending
    meetings : index name -> like number, row and product of every shared credit
    """

    likes: Rows
    rows: Rows
    meetings: dict[str, tuple[IntArray, IntArray, FloatArray]]

    @classmethod
    def of(cls, model: Model, likes: Rows, names: tuple[str, ...] = INDEXES) -> SharedCredits:
        """Return the films that share credits with these."""
        meetings = {name: _index(model, name).meetings(likes) for name in names}
        rows = np.unique(meetings["people"][1]).astype(np.int64)
        return cls(likes=likes, rows=rows, meetings=meetings)

    def cosines(self, name: str, rows: Rows) -> FloatArray:
        """Return cosines of films with the likes, shape (n_rows, n_likes).

        Parameters
        ----------
        rows
            Ascending; `rows` of this record are among them.
        """
        which, films, products = self.meetings[name]
        cells = np.searchsorted(rows, films) * len(self.likes) + which
        sums = np.bincount(cells, products, minlength=len(rows) * len(self.likes))
        return sums.astype(np.float32).reshape(len(rows), len(self.likes))


def take_rows(model: Model, rows: Rows, shared: SharedCredits) -> Model:
    """Return a model of these films; it ranks, and cannot be saved.

    Names, genres and series keep their numbers, and rarity is that of the whole catalogue.

    Parameters
    ----------
    rows
        Ascending, each once; the likes and the films that share credits are among them.
    shared
        Of the profile's likes.
    """
    likes = np.searchsorted(rows, shared.likes)
    indexes: dict[str, Any] = {}
    for name in INDEXES:
        whole = _index(model, name)
        cosines = shared.cosines(name, rows)
        indexes[name] = _IndexView(whole.forward, whole.inverted, rows, likes, cosines)
    return replace(
        model,
        film_ids=model.film_ids[rows],
        titles=_TextView(model.titles.letters, model.titles.ends, rows),
        embedding=model.embedding.take(rows, axis=0),
        people_factors=model.people_factors.take(rows, axis=0),
        shortlist=np.empty(0, np.int32),
        **take_columns(model, rows),
        **indexes,
    )


def take_columns(model: Model, rows: Rows) -> dict[str, Any]:
    """Return the one-dimensional columns of these films, as arguments of `Model`."""
    names = ("years", "votes", "log_votes", "ratings", "weighted", "genre_set", "franchise")
    return {name: getattr(model, name)[rows] for name in names}


def take_profile_rows(profile: ProfileRows, rows: Rows) -> ProfileRows:
    """Return a profile in the rows of a sub-model that holds all its likes, hidden and less."""
    excluded = np.searchsorted(rows, np.intersect1d(profile.excluded, rows, assume_unique=True))
    return replace(
        profile,
        likes=np.searchsorted(rows, profile.likes),
        hidden=np.searchsorted(rows, profile.hidden),
        less=np.searchsorted(rows, profile.less),
        excluded=excluded,
    )


@dataclass(frozen=True, slots=True)
class _TextView(TextColumn):
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: int) -> str:
        return TextColumn.__getitem__(self, int(self.rows[row]))


@dataclass(frozen=True, slots=True)
class _IndexView(FeatureIndex):
    """``shared``, of shape (n_rows, n_likes), holds the cosines with the likes."""

    rows: Rows
    likes: Rows
    shared: FloatArray

    def cosines(self, rows: IntArray, others: IntArray) -> FloatArray:
        if self._are_likes(others):
            return self.shared[rows]
        return FeatureIndex.cosines(self, self.rows[rows], self.rows[others])

    def meetings_within(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        return FeatureIndex.meetings_within(self, self.rows[rows])

    def films_sharing(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        if self._are_likes(rows):
            like, film = np.nonzero(self.shared.T)
            return like, film, self.shared[film, like]
        which, films, cosines = FeatureIndex.films_sharing(self, self.rows[rows])
        places = np.minimum(np.searchsorted(self.rows, films), len(self.rows) - 1)
        inside = self.rows[places] == films
        return which[inside], places[inside], cosines[inside]

    def pooled(self, rows: IntArray, shares: FloatArray) -> FloatArray:
        if self._are_likes(rows):
            pooled: FloatArray = np.sqrt(self.shared**2 @ shares)
            return pooled
        return FeatureIndex.pooled(self, rows, shares)

    def similarity_with_all(self, rows: IntArray) -> FloatArray:
        if self._are_likes(rows):
            return self.shared
        dense = np.zeros((len(self.rows), len(rows)), np.float32)
        which, films, cosines = self.films_sharing(rows)
        dense[films, which] = cosines
        return dense

    def _are_likes(self, rows: IntArray) -> bool:
        return len(self.likes) > 0 and np.array_equal(rows, self.likes)

    def features_of(self, row: int) -> IntArray:
        return FeatureIndex.features_of(self, int(self.rows[row]))

    def weights_of(self, row: int) -> FloatArray:
        return FeatureIndex.weights_of(self, int(self.rows[row]))


def _index(model: Model, name: str) -> FeatureIndex:
    index: FeatureIndex = getattr(model, name)
    return index
