"""Credits as entries of a films x people matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.engine.arrays import FloatArray, TextColumn
from recommender.engine.features import FeatureIndex, build_people_index, credit_weights

CREDIT_COLUMNS = ("tconst", "person_id", "name", "category", "ordering")
ROLE_COLUMNS = ("film", "person", "category", "ordering")
PERSON_COLUMNS = ("person_id", "name")

Positions = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Credits:
    """Directors, writers and cast of the films.

    Attributes
    ----------
    films, persons : ndarray of shape (n_credits,), rows and columns of the matrix
    categories : Series of ``director``, ``writer`` or ``cast``
    weights : ndarray of shape (n_credits,), from `credit_weights`
    names : of the people, by column
    shape : (n_films, n_people)
    """

    films: Positions
    persons: Positions
    categories: pd.Series
    weights: FloatArray
    names: TextColumn
    shape: tuple[int, int]

    @classmethod
    def of_texts(cls, films: pd.DataFrame, credits: pd.DataFrame) -> Credits:
        """Build the credits from a table that refers to films and people by id.

        Parameters
        ----------
        films : ``tconst``, in order of the matrix
        credits : `CREDIT_COLUMNS`; credits of other films are ignored
        """
        rows = pd.Index(films["tconst"]).get_indexer(pd.Index(credits["tconst"]))
        known = credits[rows >= 0]
        persons, ids = pd.factorize(known["person_id"], sort=True)
        # The lowest spelling, whatever the order of rows.
        spellings = known.groupby("person_id", sort=True)["name"].min()
        return cls(
            films=rows[rows >= 0].astype(np.int32),
            persons=persons.astype(np.int32),
            categories=known["category"],
            weights=credit_weights(known["category"], known["ordering"]),
            names=TextColumn.of(str(name) for name in spellings),
            shape=(len(films), len(ids)),
        )

    @classmethod
    def of_numbers(cls, films: pd.DataFrame, roles: pd.DataFrame, people: pd.DataFrame) -> Credits:
        """Build the credits from a table that refers to films and people by row number.

        Parameters
        ----------
        films : in order of the matrix; the index holds the row numbers of ``roles``
        roles : `ROLE_COLUMNS`
        people : `PERSON_COLUMNS`, each person once
        """
        n_films = len(films)
        row = _inverse(films.index.to_numpy(), int(roles["film"].max()) + 1 if len(roles) else 0)
        rows = row[roles["film"].to_numpy()]
        if (rows < 0).any():
            roles, rows = roles[rows >= 0], rows[rows >= 0]
        credited = np.bincount(roles["person"].to_numpy(), minlength=len(people)) > 0
        order = people.loc[credited, "person_id"].sort_values().index.to_numpy()
        return cls(
            films=rows,
            persons=_inverse(order, len(people))[roles["person"].to_numpy()],
            categories=roles["category"],
            weights=credit_weights(roles["category"], roles["ordering"]),
            names=TextColumn.of(people["name"].iloc[order]),
            shape=(n_films, len(order)),
        )

    def index_of(self, category: str | None) -> FeatureIndex:
        """Return the TF-IDF index of one category, or of all people if None."""
        if category is None:
            return build_people_index(self.films, self.persons, self.weights, self.shape)
        chosen = (self.categories == category).to_numpy(dtype=bool)
        return build_people_index(
            self.films[chosen], self.persons[chosen], self.weights[chosen], self.shape
        )


def _inverse(order: npt.NDArray[np.integer], size: int) -> Positions:
    """Return the position in the order of each number up to ``size``, -1 if absent."""
    places = np.full(max(size, int(order.max(initial=-1)) + 1), -1, np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places
