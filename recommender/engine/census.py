"""The films of a large catalogue in blocks, so that whole blocks of them can be passed over.

The films of a block have the same genre set and are near in year, votes and rating. The most any
of them could score is quickly told. 700,000 films are some 23,000 outer blocks, which are made of
some 115,000 inner ones: the former are all judged, the latter only where they might hold something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray, spans
from recommender.engine.blocks import Blocks, Columns, lengths_of, sort_into_blocks

OUTER, INNER = 48, 8
"""Films in a block at most."""
LEVEL_STEP, YEAR_STEP = 0.7, 4.0
"""How fine blocks are in votes (powers of ten) and rating, and in years. Years also decide who
likes a film with whom, so that they count for more than their term."""

KNOWN = 10_000
"""So many films are known well enough to serve a strand of a taste (`strands`): about what the
bundled catalogue has, on which that was measured. The next best are known to hardly anybody."""
REFERENCE, RATED = 512, 64
"""Films of a `Sample`: evenly spaced, and best rated in each band of votes."""
BANDS = (2.0, 3.0, 4.0, 5.0)
"""log10 of votes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Census:
    """The blocks of a catalogue and who is in them.

    Attributes
    ----------
    held : what is known of the films, block by block
    reach : ndarray of shape (n_films,), in the same order, the length of the row of ``circle``
    outer, inner : the blocks
    children : ndarray of shape (n_outer + 1,), the first inner block of each outer one
    calendar : ndarray of shape (n_years,), every year from the first to the last
    widest : longest row of ``space``
    sets, years : ndarray of shape (n_sets,) and (n_years,), how many films each has
    sample : films that every ranking weighs
    by_series, series : ndarray of shape (n_films,), rows in order of series, and those series
    """

    held: Columns
    reach: FloatArray
    outer: Blocks
    inner: Blocks
    children: IntArray
    calendar: IntArray
    widest: np.float32
    sets: IntArray
    years: IntArray
    sample: Sample
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
        known_from: float,
    ) -> Census:
        """Return the census of a model's columns; there has to be a film."""
        year = (years - years.min()).astype(np.int16)
        step = np.float32(LEVEL_STEP)
        axes = step * log_votes, step * weighted, np.float32(YEAR_STEP) * year
        films, (outer, inner) = sort_into_blocks(genre_set, axes, (OUTER, INNER))
        every = Columns(
            films=np.arange(len(films), dtype=films.dtype),
            genre_set=genre_set,
            year=year,
            votes=log_votes,
            rating=weighted,
        )
        held, reach = every.take(films), lengths_of(circle)[films]
        by_series = np.argsort(franchise, kind="stable").astype(np.int32)
        return cls(
            held=held,
            reach=reach,
            outer=Blocks.of(outer, held, reach, space),
            inner=Blocks.of(inner, held, reach, space),
            children=np.searchsorted(inner, outer),
            calendar=int(years.min()) + np.arange(int(year.max()) + 1),
            widest=lengths_of(space).max(),
            sets=np.bincount(genre_set),
            years=np.bincount(year),
            sample=Sample.of(every, space, circle, known_from),
            by_series=by_series,
            series=franchise[by_series],
        )

    def inside(self, outer: IntArray) -> tuple[IntArray, IntArray]:
        """Return the inner blocks of some outer ones, and how many each has."""
        first = self.children[outer]
        sizes = self.children[outer + 1] - first
        return spans(first, sizes), sizes

    def series_of(self, franchises: IntArray) -> IntArray:
        """Return the rows of all films of these series."""
        wanted = np.unique(franchises)
        begins = np.searchsorted(self.series, wanted)
        ends = np.searchsorted(self.series, wanted, side="right")
        return self.by_series[spans(begins, ends - begins)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A few films that every ranking weighs, in memory of their own.

    Some are spaced evenly and tell what is usual in the catalogue. The others are those that are
    known well enough to serve a strand, and the best rated among those about as well known: films
    of which a good many make any list, so that from the start others have to be as good.

    Attributes
    ----------
    reference : places of those that are spaced evenly
    films : what is known of them, in order of row, no film twice
    by_space, by_circle : ndarray of shape (n_dimensions, n_films), a dimension after the other:
        inner products with many films take less time that way
    """

    reference: IntArray
    films: Columns
    by_space: FloatArray
    by_circle: FloatArray

    @property
    def space(self) -> FloatArray:
        """Their rows of the model's space."""
        return self.by_space.T

    @property
    def circle(self) -> FloatArray:
        """Their rows of the model's circles."""
        return self.by_circle.T

    @classmethod
    def of(cls, every: Columns, space: FloatArray, circle: FloatArray, known_from: float) -> Sample:
        """Return the sample of a catalogue, of which ``every`` has the films by row."""
        count, log_votes, weighted = len(every.films), every.votes, every.rating
        spaced = np.linspace(0, count - 1, min(count, REFERENCE)).astype(np.int64)
        chosen = [spaced, np.flatnonzero(log_votes >= known_from)]
        bands = np.digitize(log_votes, BANDS)
        for band in range(len(BANDS) + 1):
            films = np.flatnonzero(bands == band)
            chosen.append(films[np.argsort(-weighted[films], kind="stable")[:RATED]])
        rows = np.unique(np.concatenate(chosen))
        return cls(
            reference=np.searchsorted(rows, spaced),
            films=every.take(rows),
            by_space=np.ascontiguousarray(space[rows].T),
            by_circle=np.ascontiguousarray(circle[rows].T),
        )
