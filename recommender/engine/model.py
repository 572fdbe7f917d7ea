"""The fitted model: what the catalogue says of every film, ready to be ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, TextColumn
from recommender.engine.features import (
    FeatureIndex,
    build_genre_matrix,
    build_people_index,
    credit_weights,
    weighted_rating,
)
from recommender.engine.franchises import find_franchises
from recommender.errors import ModelError

Progress = Callable[[float, str], None]
"""Told the share done (0 to 1) and what is being done, in plain words."""

FILM_COLUMNS = ("tconst", "primaryTitle", "startYear", "genres", "averageRating", "numVotes")
CREDIT_COLUMNS = ("tconst", "person_id", "name", "category", "ordering")
PRIOR_QUANTILE = 0.70
"""The seed's ``m``: the 70th percentile of votes."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """Everything ranking needs, row by row in order of tconst.

    Attributes
    ----------
    film_ids : ndarray of shape (n_films,), bytes, sorted
    titles : TextColumn of n_films titles
    years : ndarray of shape (n_films,), int16
    votes, log_votes : ndarray of shape (n_films,), counts and log10(1 + count), float32
    ratings, weighted : ndarray of shape (n_films,), 0 to 10, as given and pulled to the mean
    genre_set : ndarray of shape (n_films,), which row of ``genre_sets`` a film has
    genre_sets : csr_array of shape (n_sets, n_genres), TF-IDF, one row a distinct set
    franchise : ndarray of shape (n_films,), equal for films of one series
    director, writer, cast, people : FeatureIndex over the same people; ``people`` is all in one
    names : TextColumn of the people's names
    genre_names : the genres' names
    mean_rating, prior_votes, newest_year : of the catalogue
    fingerprint : names the catalogue the model was fitted on
    """

    film_ids: npt.NDArray[np.bytes_]
    titles: TextColumn
    years: npt.NDArray[np.int16]
    votes: FloatArray
    log_votes: FloatArray
    ratings: FloatArray
    weighted: FloatArray
    genre_set: IntArray
    genre_sets: csr_array
    franchise: IntArray
    director: FeatureIndex
    writer: FeatureIndex
    cast: FeatureIndex
    people: FeatureIndex
    names: TextColumn
    genre_names: tuple[str, ...]
    mean_rating: float
    prior_votes: float
    newest_year: int
    fingerprint: str = field(default="")

    @property
    def n_films(self) -> int:
        """Number of films."""
        return len(self.film_ids)

    def tconst(self, row: int) -> str:
        """Return the id of the film at a row."""
        return bytes(self.film_ids[row]).decode()

    def label(self, row: int) -> str:
        """Return title and year of the film at a row: ``Heat (1995)``."""
        return f"{self.titles[row]} ({int(self.years[row])})"

    def rows_of(self, tconsts: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the rows of these films in their order; unknown and repeated ids are left out."""
        wanted = [name.encode("ascii", "ignore") for name in dict.fromkeys(tconsts)]
        if not wanted or not self.n_films:
            return np.empty(0, np.int64)
        ids = np.array(wanted)
        rows = np.minimum(np.searchsorted(self.film_ids, ids), self.n_films - 1)
        found: npt.NDArray[np.int64] = rows[self.film_ids[rows] == ids]
        return found

    def genres_of(self, row: int) -> tuple[str, ...]:
        """Return the genres of the film at a row."""
        sets = self.genre_sets
        here = int(self.genre_set[row])
        columns = sets.indices[sets.indptr[here] : sets.indptr[here + 1]]
        return tuple(self.genre_names[int(column)] for column in columns)


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
    franchise = find_franchises(titles, people.people_of_films())
    tell(0.9, "Weighing genres, votes and years")
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
        mean_rating=mean,
        prior_votes=prior,
        newest_year=int(years.max()),
        fingerprint=fingerprint,
        **indexes,
    )
    tell(1.0, "Ready")
    return model


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
