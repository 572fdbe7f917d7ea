"""Films counted by kind and year, so that whole groups of them can be passed over at once.

All films of one cell have the same genre set and year, and are about as well known. What a cell's
best known, best rated film could at most score bounds every film in it; 700,000 films have some
70,000 cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray

BANDS = (3.0, 4.0, 5.0)
"""log10 of votes: so that one famous film does not speak for the unknown ones of its year."""
_BLOCK = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Census:
    """The cells of a catalogue and who is in them.

    Attributes
    ----------
    films : ndarray of shape (n_films,), rows of the model, cell by cell
    starts : ndarray of shape (n_cells + 1,), where each cell begins in ``films``
    genre_set, year : ndarray of shape (n_cells,), what the films of a cell have in common
    least_votes, most_votes : ndarray of shape (n_cells,), log10, of its films
    best_rating : ndarray of shape (n_cells,), weighted, of its films
    farthest : ndarray of shape (n_cells,), longest row of ``circle`` among its films
    reach : ndarray of shape (n_films,), length of each film's row of ``circle``, by row
    centre : ndarray of shape (n_cells, n_dimensions), mean row of ``space`` of its films
    around : ndarray of shape (n_cells,), how far from there the farthest of its films is
    widest : longest row of ``space``
    by_votes : ndarray of shape (n_films,), rows, the best known first
    by_series, series : ndarray of shape (n_films,), rows in order of series, and those series
    """

    films: IntArray
    starts: IntArray
    genre_set: IntArray
    year: IntArray
    least_votes: FloatArray
    most_votes: FloatArray
    best_rating: FloatArray
    farthest: FloatArray
    reach: FloatArray
    centre: FloatArray
    around: FloatArray
    widest: float
    by_votes: IntArray
    by_series: IntArray
    series: IntArray

    @classmethod
    def of(
        cls,
        *,
        genre_set: IntArray,
        years: IntArray,
        log_votes: FloatArray,
        weighted: FloatArray,
        circle: FloatArray,
        space: FloatArray,
        franchise: IntArray,
    ) -> Census:
        """Return the census of a model's columns; there has to be a film."""
        first = int(years.min())
        width = int(years.max()) - first + 1
        kind = genre_set.astype(np.int64) * width + (years.astype(np.int64) - first)
        cell = kind * (len(BANDS) + 1) + np.digitize(log_votes, BANDS)
        films = np.argsort(cell, kind="stable").astype(np.int32)
        ordered = cell[films]
        starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        reach = _lengths(circle)
        centre, around = _centres(space, films, starts)
        by_series = np.argsort(franchise, kind="stable").astype(np.int32)
        return cls(
            films=films,
            starts=np.append(starts, len(films)),
            genre_set=kind[films[starts]] // width,
            year=kind[films[starts]] % width + first,
            least_votes=np.minimum.reduceat(log_votes[films], starts),
            most_votes=np.maximum.reduceat(log_votes[films], starts),
            best_rating=np.maximum.reduceat(weighted[films], starts),
            farthest=np.maximum.reduceat(reach[films], starts),
            reach=reach,
            centre=centre,
            around=around,
            widest=float(_lengths(space).max()),
            by_votes=np.argsort(-log_votes, kind="stable").astype(np.int32),
            by_series=by_series,
            series=franchise[by_series],
        )

    def films_in(self, cells: IntArray) -> tuple[IntArray, IntArray]:
        """Return the rows of all films in these cells, and which of the cells each is in."""
        first = self.starts[cells]
        lengths = self.starts[cells + 1] - first
        shift = np.repeat(first - (np.cumsum(lengths) - lengths), lengths)
        return self.films[np.arange(len(shift)) + shift], np.repeat(np.arange(len(cells)), lengths)

    def series_of(self, franchises: IntArray) -> IntArray:
        """Return the rows of all films of these series."""
        wanted = np.unique(franchises)
        ends = np.searchsorted(self.series, wanted, side="right")
        begins = np.searchsorted(self.series, wanted)
        spans = [self.by_series[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
        return np.concatenate(spans) if spans else np.empty(0, np.int32)

    def spaced(self, most: int) -> IntArray:
        """Return at most so many rows, evenly spaced over the catalogue."""
        count = len(self.films)
        return np.linspace(0, count - 1, min(count, most)).astype(np.int64)


def _centres(space: FloatArray, films: IntArray, starts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return where the films of each cell stand on average, and how far the farthest is off."""
    centre = np.zeros((len(starts), space.shape[1]), np.float32)
    around = np.zeros(len(starts), np.float32)
    ends = np.append(starts[1:], len(films))
    here = 0
    while here < len(starts):
        there = max(here + 1, int(np.searchsorted(ends, starts[here] + _BLOCK)))
        part = space[films[starts[here] : ends[there - 1]]]
        begins, sizes = starts[here:there] - starts[here], ends[here:there] - starts[here:there]
        centre[here:there] = np.add.reduceat(part, begins, axis=0) / sizes[:, None]
        apart = _lengths(part - np.repeat(centre[here:there], sizes, axis=0))
        around[here:there] = np.maximum.reduceat(apart, begins)
        here = there
    return centre, around


def _lengths(vectors: FloatArray) -> FloatArray:
    """Return the length of each row, a block at a time: squares of all would double the memory."""
    lengths = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        lengths[start : start + _BLOCK] = np.sqrt(np.einsum("ij,ij->i", block, block))
    return lengths
