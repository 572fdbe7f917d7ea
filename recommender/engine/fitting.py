"""Films and credits -> the fitted model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, TextColumn
from recommender.engine.circles import find_circles
from recommender.engine.embedding import load_embedding, place_films
from recommender.engine.features import (
    FeatureIndex,
    build_genre_matrix,
    build_people_index,
    credit_weights,
    weighted_rating,
)
from recommender.engine.franchises import find_franchises, load_series
from recommender.engine.model import Model
from recommender.errors import ModelError

Progress = Callable[[float, str], None]
"""Told the share done (0 to 1) and what is being done, in plain words."""

FILM_COLUMNS = ("tconst", "primaryTitle", "startYear", "genres", "averageRating", "numVotes")
CREDIT_COLUMNS = ("tconst", "person_id", "name", "category", "ordering")
PRIOR_QUANTILE = 0.70
"""The seed's ``m``: the 70th percentile of votes."""


def fit_model(
    films: pd.DataFrame,
    credits: pd.DataFrame,
    *,
    fingerprint: str = "",
    progress: Progress | None = None,
) -> Model:
    """Return the model of a catalogue; the order of its rows makes no difference.

    Parameters
    ----------
    films
        ``tconst, primaryTitle, startYear, genres ('|' between them), averageRating, numVotes``;
        further columns are ignored.
    credits
        ``tconst, person_id, name, category (director, writer or cast), ordering (from 1)``.
    fingerprint
        Names this catalogue; `load_model` refuses a model of another.
    progress
        Called with the share done and a few words.

    Raises
    ------
    ModelError
        If a column is missing or there is no film.
    """
    tell = progress or (lambda share, what: None)
    _check_columns(films, FILM_COLUMNS, "films")
    _check_columns(credits, CREDIT_COLUMNS, "credits")
    tell(0.0, "Reading films")
    films = films.drop_duplicates("tconst").sort_values("tconst", ignore_index=True)
    if films.empty:
        raise ModelError("The catalogue holds no films, so there is nothing to learn from.")
    tell(0.1, "Reading who made them")
    people = _PeopleTable.of(films, credits)
    tell(0.3, "Weighing directors, writers and cast")
    indexes = {
        name: people.index_of(None if name == "people" else name)
        for name in ("director", "writer", "cast", "people")
    }
    tell(0.7, "Finding series")
    titles = [str(title) for title in films["primaryTitle"]]
    known = load_series()
    franchise = find_franchises(
        titles, people.people_of_films(), [known.get(str(tconst)) for tconst in films["tconst"]]
    )
    tell(0.85, "Weighing genres, votes and years")
    genre_set, genre_sets, genre_names = _genre_sets(films["genres"])
    years = _numbers(films["startYear"])
    votes = _numbers(films["numVotes"])
    ratings = _numbers(films["averageRating"])
    mean = float(ratings[votes > 0].mean()) if (votes > 0).any() else 0.0
    prior = float(np.quantile(votes, PRIOR_QUANTILE))
    model = Model(
        film_ids=np.array([str(tconst).encode("ascii") for tconst in films["tconst"]]),
        titles=TextColumn.of(titles),
        years=years.astype(np.int16),
        votes=votes,
        log_votes=np.log10(1.0 + votes).astype(np.float32),
        ratings=ratings,
        weighted=weighted_rating(ratings, votes, prior_votes=prior, mean=mean),
        genre_set=genre_set,
        genre_sets=genre_sets,
        franchise=franchise,
        names=TextColumn.of(people.names),
        genre_names=genre_names,
        space=np.empty((len(films), 0), np.float32),
        circle=find_circles(indexes["people"]),
        mean_rating=mean,
        prior_votes=prior,
        newest_year=int(years.max()),
        fingerprint=fingerprint,
        **indexes,
    )
    embedding = load_embedding()
    placed = place_films(model, embedding) if embedding else model
    tell(1.0, "Ready")
    return placed


@dataclass(frozen=True, slots=True)
class _PeopleTable:
    """Credits as positions in a films x people matrix, in an order of their own."""

    film_rows: IntArray
    person_rows: IntArray
    weights: FloatArray
    category: npt.NDArray[np.object_]
    names: list[str]
    shape: tuple[int, int]

    @classmethod
    def of(cls, films: pd.DataFrame, credits: pd.DataFrame) -> _PeopleTable:
        rows = pd.Index(films["tconst"]).get_indexer(pd.Index(credits["tconst"]))
        known = credits[rows >= 0]
        persons, ids = pd.factorize(known["person_id"], sort=True)
        # The lowest of the spellings, so that the order of rows cannot choose one.
        spellings = known.groupby("person_id", sort=True)["name"].min()
        return cls(
            film_rows=rows[rows >= 0],
            person_rows=persons,
            weights=credit_weights(known["category"], known["ordering"]),
            category=known["category"].to_numpy(dtype=object),
            names=[str(name) for name in spellings],
            shape=(len(films), len(ids)),
        )

    def index_of(self, category: str | None) -> FeatureIndex:
        of_kind = (self.category == category) | (category is None)
        return build_people_index(
            self.film_rows[of_kind], self.person_rows[of_kind], self.weights[of_kind], self.shape
        )

    def people_of_films(self) -> list[list[int]]:
        people: list[list[int]] = [[] for _ in range(self.shape[0])]
        for row, person in zip(self.film_rows.tolist(), self.person_rows.tolist(), strict=True):
            people[row].append(person)
        return people


def _genre_sets(genres: pd.Series) -> tuple[IntArray, csr_array, tuple[str, ...]]:
    """Return each film's set, and TF-IDF rows of the sets with the idf of the whole catalogue."""
    sets = [
        tuple(sorted({part for part in str(text).split("|") if part})) for text in genres.fillna("")
    ]
    names = tuple(sorted({name for row in sets for name in row}))
    distinct = sorted(set(sets))
    position = {row: number for number, row in enumerate(distinct)}
    numbers = np.array([position[row] for row in sets], np.int32)
    first = np.zeros(len(distinct), np.int64)
    first[numbers[::-1]] = np.arange(len(sets))[::-1]
    return numbers, build_genre_matrix(sets, names)[first], names


def _numbers(column: pd.Series) -> FloatArray:
    numbers = pd.to_numeric(column, errors="coerce").fillna(0)
    values: FloatArray = numbers.to_numpy(dtype=np.float32)
    return values


def _check_columns(table: pd.DataFrame, wanted: tuple[str, ...], what: str) -> None:
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise ModelError(f"The table of {what} lacks the columns {', '.join(missing)}.")
