"""What stands behind a pick: which likes speak for it, how strongly, and what they share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.embedding import nearness
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.terms import kinship, year_nearness

BY_PEOPLE = frozenset({"director", "writer", "cast", "people"})
AGAINST = frozenset({"hidden", "less"})
"""Terms that push a film down for what it shares with another."""
NEAR_IN_TIME = 0.5
"""Nearness of years worth saying: about four years apart."""
NEAR_IN_KIND = 0.3
"""Cosine of genres worth saying."""
NEAR_IN_COMPANY = 0.5
"""Cosine in the space of who likes what worth saying."""
NEAR_IN_CIRCLE = 0.2
"""Inner product among the circles of film makers worth saying."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly each like (or hidden film) stands behind each pick.

    Attributes
    ----------
    strength : term -> ndarray of shape (n_picks, n_likes); 0 where it says nothing
    ids, titles : row -> tconst and title of the likes, the hidden films and those less like was
        asked for
    rows_of : tconst -> row of the same
    told : term and kind of film -> likes, names and words, once they are found
    """

    model: Model
    taste: ProfileRows
    rows: Rows
    strength: Mapping[str, FloatArray]
    ids: Mapping[int, str]
    titles: Mapping[int, str]
    rows_of: Mapping[str, int]
    _speaking: Mapping[str, list[list[int]]]
    told: dict[tuple[str, int], tuple[tuple[str, ...], tuple[str, ...], str]] = field(
        default_factory=dict
    )
    _features: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, taste: ProfileRows, rows: Rows, terms: Collection[str]) -> Evidence:
        """Return the evidence for the picks at these rows, of these terms."""
        measured = {
            term: _strength(model, taste, rows, term) for term in terms if term in _PERSONAL
        }
        speaking = {}
        for films, some in (
            (taste.likes, [term for term in measured if term not in AGAINST]),
            (taste.hidden, ["hidden"] if "hidden" in measured else []),
            (taste.less, ["less"] if "less" in measured else []),
        ):
            if not some:
                continue
            strength = np.stack([measured[term] for term in some])
            ordered = films[np.argsort(-strength, axis=2, kind="stable")].tolist()
            counts = (strength > 0).sum(axis=2).tolist()
            for term, lists, ends in zip(some, ordered, counts, strict=True):
                speaking[term] = [row[:end] for row, end in zip(lists, ends, strict=True)]
        films = np.concatenate([taste.likes, taste.hidden, taste.less]).tolist()
        ids = {row: model.tconst(row) for row in films}
        titles = {row: model.titles[row] for row in films}
        rows_of = {tconst: row for row, tconst in ids.items()}
        return cls(model, taste, rows, measured, ids, titles, rows_of, speaking)

    @classmethod
    def of_nobody(cls, model: Model) -> Evidence:
        """Return evidence without likes, to be asked what any two films share."""
        nothing = np.empty(0, np.int64)
        return cls.of(model, ProfileRows.from_rows(nothing, excluded=nothing), nothing, ())

    def behind(self, term: str, place: int) -> list[int]:
        """Return the rows of the likes that speak for a pick in this term, strongest first."""
        return self._speaking[term][place]

    def kind_of(self, term: str, row: int) -> int:
        """Return what, of a film, decides the likes behind it in a term and what is said."""
        if term == "genre":
            return int(self.model.genre_set[row])
        return int(self.model.years[row]) if term == "era" else row

    def shared(self, term: str, row: int, others: Sequence[int]) -> tuple[str, ...]:
        """Return the names a film shares in this term with the others, most telling first.

        Those shared with every one of the others or, when there are none, with the first. What
        is held back shares people with the first or, when there are none, genres.
        """
        if not others or term not in _NAMING:
            return ()
        if term in AGAINST:
            return self.shared("people", row, others[:1]) or self.shared("genre", row, others[:1])
        features = self._shared_features(term, row, others)
        if term in BY_PEOPLE:
            return tuple(self.model.names.take(features))
        return tuple(self.model.genre_names[feature] for feature in features)

    def _shared_features(self, term: str, row: int, others: Sequence[int]) -> list[int]:
        own = self._features_of(term, row)
        sets = [own & self._features_of(term, other) for other in others]
        chosen = frozenset.intersection(*sets) or sets[0]
        if term in BY_PEOPLE and chosen:
            return _heaviest(_index(self.model, term), row, chosen)
        return sorted(chosen)

    def sharing(self, term: str, row: int, others: Sequence[int], names: int) -> list[int]:
        """Return those of the others that share all that is said to be shared with the first two.

        Parameters
        ----------
        term
            Of people, or ``"genre"``.
        row
            The film.
        others
            Likes, strongest first.
        names
            How many names are said of those `shared` gives.
        """
        said = set(self._shared_features(term, row, others[:2])[:names])
        return [other for other in others if said <= self._features_of(term, other)]

    def _features_of(self, term: str, row: int) -> frozenset[int]:
        key = (term, row)
        if key not in self._features:
            self._features[key] = frozenset(_features(self.model, term, row))
        return self._features[key]


def shared_names(model: Model, term: str, row: int, other: int) -> tuple[str, ...]:
    """Return the names two films share in a term, the most telling first."""
    return Evidence.of_nobody(model).shared(term, row, [other])


def _features(model: Model, term: str, row: int) -> list[int]:
    if term in BY_PEOPLE:
        features: list[int] = _index(model, term).features_of(row).tolist()
        return features
    sets, here = model.genre_sets, int(model.genre_set[row])
    genres: list[int] = sets.indices[sets.indptr[here] : sets.indptr[here + 1]].tolist()
    return genres


def _heaviest(index: FeatureIndex, row: int, chosen: Collection[int]) -> list[int]:
    """Return the chosen features of a film, the one that weighs most in it first."""
    told = zip(index.features_of(row).tolist(), index.weights_of(row).tolist(), strict=True)
    weight = dict(told)
    return sorted(chosen, key=lambda feature: (-weight[feature], feature))


def _index(model: Model, term: str) -> FeatureIndex:
    index: FeatureIndex = getattr(model, term)
    return index


_NAMING = BY_PEOPLE | AGAINST | {"genre"}
_PERSONAL = BY_PEOPLE | AGAINST | {"franchise", "genre", "era", "circle", "community"}


def _said_films(taste: ProfileRows, term: str) -> Rows:
    """Return the films that may stand behind a term."""
    return {"hidden": taste.hidden, "less": taste.less}.get(term, taste.likes)


def _strength(model: Model, taste: ProfileRows, rows: Rows, term: str) -> FloatArray:
    if term in AGAINST:
        return kinship(model, _said_films(taste, term), rows)
    likes = taste.likes
    least = 0.0
    if term in BY_PEOPLE:
        near = _index(model, term).cosines(rows, likes)
    elif term == "franchise":
        near = (model.franchise[rows][:, None] == model.franchise[likes]).astype(np.float32)
    elif term == "genre":
        vectors = model.genre_vectors
        near = vectors[model.genre_set[rows]] @ vectors[model.genre_set[likes]].T
        least = NEAR_IN_KIND
    elif term == "era":
        near, least = year_nearness(model.years[rows], model.years[likes]), NEAR_IN_TIME
    elif term == "circle":
        near, least = (
            model.people_factors.take(rows, axis=0) @ model.people_factors[likes].T,
            NEAR_IN_CIRCLE,
        )
    else:
        near, least = nearness(model, likes, rows), NEAR_IN_COMPANY
    said: FloatArray = np.where(near >= least, near, np.float32(0.0)) * taste.weights
    return said
