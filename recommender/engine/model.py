"""The fitted model: arrays over the films of a catalogue, ready for ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, TextColumn
from recommender.engine.features import FeatureIndex
from recommender.engine.retrieval_index import Cells, RetrievalIndex, reference_rows


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
    embedding : ndarray of shape (n_films, n_dimensions), from `project_films`; 0 dimensions if none
        was learned
    people_factors : ndarray of shape (n_films, n_dimensions), from `fit_people_factors`
    shortlist : ndarray of rows, best known and best rated per genre and decade
    known_from : ``log_votes`` from which a film may serve a taste cluster
    newest_year : of the catalogue
    fingerprint : of the catalogue
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
    embedding: FloatArray
    people_factors: FloatArray
    shortlist: IntArray
    known_from: float
    newest_year: int
    fingerprint: str = field(default="")

    @cached_property
    def genre_vectors(self) -> FloatArray:
        """Dense rows of ``genre_sets``, shape (n_sets, n_genres)."""
        vectors: FloatArray = self.genre_sets.toarray()
        return vectors

    @cached_property
    def retrieval(self) -> RetrievalIndex:
        """The index of candidate selection, built at the first ranking of a large catalogue."""
        well_known = np.flatnonzero(self.log_votes >= self.known_from)
        by_series = np.argsort(self.franchise, kind="stable").astype(np.int32)
        return RetrievalIndex(
            shortlist=self.shortlist,
            shortlist_columns={
                name: getattr(self, name)[self.shortlist]
                for name in ("genre_set", "years", "log_votes", "weighted")
            },
            cells=Cells.of(
                genre_set=self.genre_set,
                years=self.years,
                log_votes=self.log_votes,
                weighted=self.weighted,
                embedding=self.embedding,
            ),
            well_known=well_known,
            well_known_columns={
                "genre_set": self.genre_set[well_known],
                "years": self.years[well_known],
            },
            embedding=np.ascontiguousarray(self.embedding[well_known].T),
            people_factors=np.ascontiguousarray(self.people_factors[well_known].T),
            reference=reference_rows(self.n_films),
            by_series=by_series,
            series=self.franchise[by_series],
        )

    @property
    def n_films(self) -> int:
        """Number of films."""
        return len(self.film_ids)

    def tconst(self, row: int) -> str:
        """Return the id of the film at a row."""
        return bytes(self.film_ids[row]).decode()

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
