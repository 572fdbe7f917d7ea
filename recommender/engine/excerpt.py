"""Some films of a model as a model of its own, without copying what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray, TextColumn
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.touched import INDEXES, Touched


def take_excerpt(model: Model, rows: Rows, touched: Touched | None = None) -> Model:
    """Return the model of these films alone; what it says of them is what the whole says.

    Names, genres and series keep their numbers, and a person's rarity is that in the whole
    catalogue. An excerpt is for ranking; it cannot be saved.

    Parameters
    ----------
    rows
        Ascending, no row twice; their places are the excerpt's rows.
    touched
        What is known of the likes already, all of which are among the rows.
    """
    nobody = np.empty(0, np.int64)
    likes = nobody if touched is None else np.searchsorted(rows, touched.likes)
    told = {} if touched is None else touched.at(rows)
    indexes: dict[str, Any] = {}
    for name in INDEXES:
        whole: FeatureIndex = getattr(model, name)
        cosines = told.get(name, np.empty((0, 0), np.float32))
        indexes[name] = _IndexExcerpt(whole.forward, whole.inverted, rows, likes, cosines)
    part = replace(
        model,
        film_ids=model.film_ids[rows],
        titles=_TextExcerpt(model.titles.letters, model.titles.ends, rows),
        years=model.years[rows],
        votes=model.votes[rows],
        log_votes=model.log_votes[rows],
        ratings=model.ratings[rows],
        weighted=model.weighted[rows],
        genre_set=model.genre_set[rows],
        franchise=model.franchise[rows],
        embedding=model.embedding.take(rows, axis=0),
        people_factors=model.people_factors.take(rows, axis=0),
        **indexes,
    )
    vars(part)["genre_vectors"] = model.genre_vectors
    vars(part)["known_from"] = model.known_from
    vars(part)["_genre_likeness"] = model._genre_likeness
    return part


def take_taste(taste: ProfileRows, rows: Rows) -> ProfileRows:
    """Return a taste in an excerpt's rows, which hold everything it likes, hid or wants less of."""
    return replace(
        taste,
        likes=np.searchsorted(rows, taste.likes),
        hidden=np.searchsorted(rows, taste.hidden),
        less=np.searchsorted(rows, taste.less),
        excluded=_places(rows, taste.excluded),
    )


def _places(rows: Rows, some: Rows) -> Rows:
    """Return where some of these rows are, which ascend; what is not among them is left out."""
    if not len(rows):
        return np.empty(0, np.int64)
    place = np.minimum(np.searchsorted(rows, some), len(rows) - 1)
    found: Rows = place[rows[place] == some]
    return found


@dataclass(frozen=True, slots=True)
class _TextExcerpt(TextColumn):
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: int) -> str:
        return TextColumn.__getitem__(self, int(self.rows[row]))


@dataclass(frozen=True, slots=True)
class _IndexExcerpt(FeatureIndex):
    """``told``, of shape (n_rows, n_likes), is how much the films share with the likes."""

    rows: Rows
    likes: Rows
    told: FloatArray

    def cosines(self, rows: IntArray, others: IntArray) -> FloatArray:
        if self._are_likes(others):
            return self.told[rows]
        if self._are_likes(rows):
            return self.told[others].T
        return FeatureIndex.cosines(self, self.rows[rows], self.rows[others])

    def meetings_within(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        return FeatureIndex.meetings_within(self, self.rows[rows])

    def films_sharing(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        if self._are_likes(rows):
            like, film = np.nonzero(self.told.T)
            return like, film, self.told[film, like]
        which, films, cosines = FeatureIndex.films_sharing(self, self.rows[rows])
        places = np.minimum(np.searchsorted(self.rows, films), len(self.rows) - 1)
        inside = self.rows[places] == films
        return which[inside], places[inside], cosines[inside]

    def pooled(self, rows: IntArray, shares: FloatArray) -> FloatArray:
        if self._are_likes(rows):
            pooled: FloatArray = np.sqrt(self.told**2 @ shares)
            return pooled
        return FeatureIndex.pooled(self, rows, shares)

    def similarity_with_all(self, rows: IntArray) -> FloatArray:
        if self._are_likes(rows):
            return self.told
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
