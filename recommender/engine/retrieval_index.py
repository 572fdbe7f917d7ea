"""Index for retrieval in a large catalogue: shortlist, cells, well-known films and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, spans

WELL_KNOWN_FILMS = 10_000
"""Films with the most votes; only these serve a taste cluster without being among the best."""
PER_GROUP = 40
"""Films of each genre and decade in the shortlist, by votes and by rating."""
_GEM_VOTES = 3.0
"""log10 of the votes of a hidden gem."""
_REFERENCE_FILMS = 512
"""Evenly spaced films that represent the catalogue in means and standard deviations."""

Columns = Mapping[str, npt.NDArray[Any]]
"""Some columns of a `Model`, by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """Inverted file: the films of each pair of genre set and year.

    Films of a cell have the same genres and year and are near in the embedding, so a profile
    needs to visit only the cells nearest to it (after IVF, Jegou, Douze and Schmid, 2011).

    Attributes
    ----------
    columns : genre_set and years of each cell
    embedding : ndarray of shape (n_cells, n_dimensions), the mean of its films
    starts : ndarray of shape (n_cells + 1,), where each cell's films begin in the orders
    by_votes, by_gem : ndarray of shape (n_films,), rows by cell, the best of each cell first
    """

    columns: Columns
    embedding: FloatArray
    starts: IntArray
    by_votes: IntArray
    by_gem: IntArray

    @classmethod
    def of(
        cls,
        *,
        genre_set: IntArray,
        years: IntArray,
        log_votes: FloatArray,
        weighted: FloatArray,
        embedding: FloatArray,
    ) -> Cells:
        """Return the cells of a model's columns."""
        key = genre_set.astype(np.int32) * 256 + (years - years.min()).astype(np.int32)
        by_votes = np.lexsort((-log_votes, key)).astype(np.int32)
        by_gem = np.lexsort((-gem_quality(log_votes, weighted), key)).astype(np.int32)
        begins = np.flatnonzero(np.diff(key[by_votes], prepend=-1))
        starts = np.append(begins, len(key))
        first = by_votes[begins]
        sums = np.add.reduceat(embedding[by_votes], begins, axis=0)
        return cls(
            columns={"genre_set": genre_set[first], "years": years[first]},
            embedding=(sums / np.diff(starts)[:, None]).astype(np.float32),
            starts=starts,
            by_votes=by_votes,
            by_gem=by_gem,
        )

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.starts) - 1

    @property
    def first_films(self) -> IntArray:
        """One film of each cell."""
        return self.by_votes[self.starts[:-1]]

    def count_films(self, cells: IntArray) -> int:
        """Return how many films some cells hold."""
        return int((self.starts[cells + 1] - self.starts[cells]).sum())

    def films_of(self, cells: IntArray, *, most: int | None = None, gems: bool = False) -> IntArray:
        """Return the top films of the given cells, at most ``most`` per cell.

        Parameters
        ----------
        gems
            Rank hidden gems first instead of the best-known films.
        """
        sizes = self.starts[cells + 1] - self.starts[cells]
        if most is not None:
            sizes = np.minimum(sizes, most)
        films: IntArray = (self.by_gem if gems else self.by_votes)[spans(self.starts[cells], sizes)]
        return films


@dataclass(frozen=True, kw_only=True, slots=True)
class RetrievalIndex:
    """What candidate selection reads instead of the whole catalogue.

    Attributes
    ----------
    shortlist : ndarray of rows, ascending, from `build_shortlist`
    shortlist_columns : what its films are pre-scored by
    cells : every film by genre set and year
    well_known : ndarray of rows, ascending, the films that may serve a taste cluster
    well_known_columns : their genre_set and years
    embedding, people_factors : ndarray of shape (n_dimensions, n_well_known), contiguous
    reference : ndarray of rows, ascending, evenly spaced
    by_series, series : ndarray of shape (n_films,), rows in order of series, and their series
    """

    shortlist: IntArray
    shortlist_columns: Columns
    cells: Cells
    well_known: IntArray
    well_known_columns: Columns
    embedding: FloatArray
    people_factors: FloatArray
    reference: IntArray
    by_series: IntArray
    series: IntArray

    def films_of_series(self, franchises: IntArray) -> IntArray:
        """Return the rows of all films of these series."""
        wanted = np.unique(franchises)
        begins = np.searchsorted(self.series, wanted)
        ends = np.searchsorted(self.series, wanted, side="right")
        return self.by_series[spans(begins, ends - begins)]


def gem_quality(log_votes: FloatArray, weighted: FloatArray) -> FloatArray:
    """Return the rating less a penalty for more or fewer votes than a hidden gem's."""
    gap = log_votes - np.float32(_GEM_VOTES)
    quality: FloatArray = weighted - np.maximum(np.float32(2.0) * gap, -gap)
    return quality


def reference_rows(n_films: int) -> IntArray:
    """Return evenly spaced rows."""
    spaced = np.linspace(0, n_films - 1, min(n_films, _REFERENCE_FILMS))
    return np.unique(spaced.astype(np.int64))


def build_shortlist(
    genre_sets: csr_array,
    genre_set: IntArray,
    years: IntArray,
    log_votes: FloatArray,
    weighted: FloatArray,
) -> IntArray:
    """Return the rows of the most voted films and of the best of each genre and decade.

    Both votes and weighted rating count as best.

    Parameters
    ----------
    genre_sets : csr_array of shape (n_sets, n_genres)
    genre_set, years, log_votes, weighted : ndarray of shape (n_films,), as of `Model`

    Returns
    -------
    ndarray of int32, ascending
    """
    n_films = len(years)
    chosen = np.zeros(n_films, np.bool_)
    chosen[np.argsort(-log_votes, kind="stable")[:WELL_KNOWN_FILMS]] = True
    decades = (years.astype(np.int64) // 10).astype(np.int16)
    for quality in (log_votes, weighted):
        order = np.argsort(-quality, kind="stable")
        sets = genre_set[order]
        for genre in range(genre_sets.shape[1]):
            members = np.flatnonzero(genre_sets[:, [genre]].toarray().ravel() > 0)
            wanted = np.zeros(genre_sets.shape[0], np.bool_)
            wanted[members] = True
            rows = order[wanted[sets]]
            chosen[rows[_first_of_each(decades[rows], PER_GROUP)]] = True
    return np.flatnonzero(chosen).astype(np.int32)


def known_from(log_votes: FloatArray) -> float:
    """Return the log votes from which a film is well known; 0 for all of a small catalogue."""
    if len(log_votes) <= WELL_KNOWN_FILMS:
        return 0.0
    return float(np.partition(log_votes, -WELL_KNOWN_FILMS)[-WELL_KNOWN_FILMS])


def _first_of_each(groups: IntArray, count: int) -> IntArray:
    """Return the positions of the first ``count`` members of each group."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    sizes = np.diff(begins, append=len(ordered))
    rank = np.arange(len(ordered)) - np.repeat(begins, sizes)
    positions: IntArray = order[rank < count]
    return positions
