"""Index for retrieval: a shortlist of the catalogue, its well-known films and its series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, spans

WELL_KNOWN_FILMS = 10_000
"""Films with the most votes; only these serve a taste cluster without being among the best."""
PER_GROUP = 60
"""Films of each genre and decade, by each order."""
_GEM_VOTES = 3.0
"""log10 of the votes of a hidden gem."""
_REFERENCE_FILMS = 512
"""Evenly spaced films that stand for the catalogue in means and standard deviations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RetrievalIndex:
    """What candidate selection reads instead of the whole catalogue.

    Attributes
    ----------
    shortlist : ndarray of rows, ascending, from `build_shortlist`
    well_known : ndarray of rows, ascending, the films that may serve a taste cluster
    embedding, people_factors : ndarray of shape (n_dimensions, n_well_known), contiguous
    reference : ndarray of rows, ascending, evenly spaced
    by_series, series : ndarray of shape (n_films,), rows in order of series, and their series
    """

    shortlist: IntArray
    well_known: IntArray
    embedding: FloatArray
    people_factors: FloatArray
    reference: IntArray
    by_series: IntArray
    series: IntArray

    @classmethod
    def of(
        cls,
        *,
        shortlist: IntArray,
        known_from: float,
        log_votes: FloatArray,
        embedding: FloatArray,
        people_factors: FloatArray,
        franchise: IntArray,
    ) -> RetrievalIndex:
        """Return the index of a model's columns."""
        n_films = len(log_votes)
        well_known = np.flatnonzero(log_votes >= known_from)
        by_series = np.argsort(franchise, kind="stable").astype(np.int32)
        spaced = np.linspace(0, n_films - 1, min(n_films, _REFERENCE_FILMS)).astype(np.int64)
        return cls(
            shortlist=shortlist,
            well_known=well_known,
            embedding=np.ascontiguousarray(embedding[well_known].T),
            people_factors=np.ascontiguousarray(people_factors[well_known].T),
            reference=np.unique(spaced),
            by_series=by_series,
            series=franchise[by_series],
        )

    def films_of_series(self, franchises: IntArray) -> IntArray:
        """Return the rows of all films of these series."""
        wanted = np.unique(franchises)
        begins = np.searchsorted(self.series, wanted)
        ends = np.searchsorted(self.series, wanted, side="right")
        return self.by_series[spans(begins, ends - begins)]


def build_shortlist(
    genre_sets: csr_array,
    genre_set: IntArray,
    years: IntArray,
    log_votes: FloatArray,
    weighted: FloatArray,
) -> IntArray:
    """Return the rows of the most voted films and of the best of each genre and decade.

    Three orders count: votes, weighted rating, and rating among films of some thousand votes.

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
    gem = weighted - np.float32(2.0) * np.maximum(log_votes - np.float32(_GEM_VOTES), 0.0)
    gem -= np.maximum(np.float32(_GEM_VOTES) - log_votes, 0.0)
    for quality in (log_votes, weighted, gem):
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
