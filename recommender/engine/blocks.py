"""Films sorted into blocks of much the same kind, and what is known of a whole block at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray, spans

VOTES_GRID, RATING_GRID = 1 / 16, 1 / 8
"""Levels of a block are widened to multiples of these, which float32 holds exactly: a thousand
distinct spans instead of one a block."""
_AT_ONCE = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """What is known of films at once.

    Attributes
    ----------
    films : ndarray of shape (n_films,), rows of the model
    genre_set, year, votes, rating : of shape (n_films,); ``year`` from 0 for the first,
        ``votes`` log10
    """

    films: IntArray
    genre_set: IntArray
    year: IntArray
    votes: FloatArray
    rating: FloatArray

    def take(self, places: IntArray) -> Columns:
        """Return what is known of the films at these places."""
        return Columns(
            films=self.films[places],
            genre_set=self.genre_set[places],
            year=self.year[places],
            votes=self.votes[places],
            rating=self.rating[places],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocks:
    """Blocks of films of one genre set, all arrays of shape (n_blocks,) but for ``starts``.

    Attributes
    ----------
    starts : ndarray of shape (n_blocks + 1,), the place where each block begins, the end last
    genre_set : what the films of a block have in common
    per_set : ndarray of shape (n_sets,), how many blocks each set has, one set after the other
    years : from which to which year they are
    votes, rating : between which values the films are
    standing : ndarray of shape (n_blocks, n_dimensions + 2), mean row of ``space``, how far from
        there the farthest of the films is and, last, the longest row of ``circle``
    """

    starts: IntArray
    genre_set: IntArray
    per_set: IntArray
    years: YearSpans
    votes: LevelSpans
    rating: LevelSpans
    standing: FloatArray

    @classmethod
    def of(cls, starts: IntArray, held: Columns, reach: FloatArray, space: FloatArray) -> Blocks:
        """Return what is known of the blocks that begin at these places of ``held``.

        ``reach`` is of the films in their order there, ``space`` by row of the model.
        """
        first = starts[:-1]
        return cls(
            starts=starts,
            genre_set=held.genre_set[first],
            per_set=np.bincount(held.genre_set[first]),
            years=YearSpans.of(
                np.minimum.reduceat(held.year, first), np.maximum.reduceat(held.year, first)
            ),
            votes=LevelSpans.of(held.votes, first, VOTES_GRID),
            rating=LevelSpans.of(held.rating, first, RATING_GRID),
            standing=_standings(space, reach, held.films, starts),
        )

    def places(self, blocks: IntArray) -> tuple[IntArray, IntArray]:
        """Return the places of all films in these blocks, and how many each block has."""
        starts = self.starts[blocks]
        sizes = self.starts[blocks + 1] - starts
        return spans(starts, sizes), sizes


@dataclass(frozen=True, slots=True)
class YearSpans:
    """From which to which year the films of each block are, from 0 for the first of all.

    Attributes
    ----------
    first, last : ndarray of shape (n_blocks,)
    span : ndarray of shape (n_blocks,), number of the span; there are far fewer than blocks
    left, right : ndarray of shape (n_spans,), where `spans_of_years` has the two spans of a power
        of two years that cover each
    """

    first: IntArray
    last: IntArray
    span: IntArray
    left: IntArray
    right: IntArray

    @classmethod
    def of(cls, first: IntArray, last: IntArray) -> YearSpans:
        """Return the spans from these years to those."""
        count = int(last.max()) + 1
        distinct, span = np.unique(first.astype(np.int64) * count + last, return_inverse=True)
        begin, end = np.divmod(distinct, count)
        level = np.log2(end - begin + 1).astype(np.int64)
        left, right = level * count + begin, level * count + end + 1 - (1 << level)
        return cls(first, last, span, left, right)

    def most(self, spans: FloatArray) -> FloatArray:
        """Return the most that any year of each span has.

        Parameters
        ----------
        spans
            From `spans_of_years`.

        Returns
        -------
        ndarray of shape (..., n_spans)
        """
        most: FloatArray = spans.take(self.left, axis=-1)
        np.maximum(most, spans.take(self.right, axis=-1), out=most)
        return most


@dataclass(frozen=True, slots=True)
class LevelSpans:
    """Between which two values the films of each block are, in votes or in rating.

    Attributes
    ----------
    span : ndarray of shape (n_blocks,), number of the span; there are far fewer than blocks
    least, most : ndarray of shape (n_spans,)
    """

    span: IntArray
    least: FloatArray
    most: FloatArray

    @classmethod
    def of(cls, levels: FloatArray, first: IntArray, grid: float) -> LevelSpans:
        """Return the spans of the blocks that begin at ``first`` in ``levels``, none of them < 0.

        Parameters
        ----------
        grid
            A power of two; spans are widened to multiples of it.
        """
        begin = np.floor(np.minimum.reduceat(levels, first) / grid).astype(np.int64)
        end = np.ceil(np.maximum.reduceat(levels, first) / grid).astype(np.int64)
        count = int(end.max()) + 1
        distinct, span = np.unique(begin * count + end, return_inverse=True)
        begin, end = np.divmod(distinct, count)
        return cls(span, (begin * grid).astype(np.float32), (end * grid).astype(np.float32))


def spans_of_years(by_year: FloatArray) -> FloatArray:
    """Return the most of every span of 1, 2, 4, ... years, one length after the other.

    Parameters
    ----------
    by_year : ndarray of shape (..., n_years)

    Returns
    -------
    ndarray of shape (..., n_spans)
    """
    count = by_year.shape[-1]
    levels, width = [by_year], 1
    while 2 * width <= count:
        longer = levels[-1].copy()
        np.maximum(longer[..., :-width], longer[..., width:], out=longer[..., :-width])
        levels.append(longer)
        width *= 2
    return np.concatenate(levels, axis=-1)


def sort_into_blocks(
    groups: IntArray, axes: Sequence[FloatArray], sizes: Sequence[int]
) -> tuple[IntArray, list[IntArray]]:
    """Return the films' rows block by block, and where the blocks of each size begin.

    The nodes of a k-d tree (Bentley, 1975): what is too large is cut in half where it is widest.
    Each list of beginnings has the end last.

    Parameters
    ----------
    groups : ndarray of shape (n_films,); a block never holds films of two groups
    axes : ndarrays of shape (n_films,); a step counts the same along every axis
    sizes
        Films in a block at most, falling.
    """
    films = np.argsort(groups, kind="stable").astype(np.int32)
    ordered = groups[films]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    starts = np.append(starts, len(films))
    levels: list[IntArray] = []
    for most in sizes:
        while len(large := np.flatnonzero(np.diff(starts) > most)):
            lengths = starts[large + 1] - starts[large]
            here = spans(starts[large], lengths)
            films[here] = _sort_along_widest(films[here], lengths, axes)
            starts = np.sort(np.concatenate([starts, starts[large] + lengths // 2]))
        levels.append(starts)
    return films, levels


def _sort_along_widest(films: IntArray, lengths: IntArray, axes: Sequence[FloatArray]) -> IntArray:
    """Return the films with each part, ``lengths`` long, in order of the axis it is widest in."""
    begins = np.cumsum(lengths) - lengths
    part = np.repeat(np.arange(len(lengths)), lengths)
    widest = np.full(len(lengths), -1.0, np.float32)
    value = np.zeros(len(films), np.float64)
    for axis in axes:
        along = axis[films]
        low = np.minimum.reduceat(along, begins)
        width = np.maximum.reduceat(along, begins) - low
        wider = width > widest
        if not wider.any():
            continue
        chosen = wider[part]
        share = (along[chosen] - low[part[chosen]]) / np.maximum(width[part[chosen]], 1e-6)
        value[chosen] = share
        widest = np.maximum(widest, width)
    # The part before the point, the place within it after: one sort does for all parts.
    sorted_: IntArray = films[np.argsort(2.0 * part + value)]
    return sorted_


def lengths_of(vectors: FloatArray) -> FloatArray:
    """Return the length of each row, a part at a time: squares of all would double the memory."""
    lengths = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        part = vectors[start : start + _AT_ONCE]
        lengths[start : start + _AT_ONCE] = np.sqrt(np.einsum("ij,ij->i", part, part))
    return lengths


def _standings(
    space: FloatArray, reach: FloatArray, films: IntArray, starts: IntArray
) -> FloatArray:
    """Return where each block's films are on average, how far they are off, and how far they go."""
    count, width = len(starts) - 1, space.shape[1]
    standing = np.zeros((count, width + 2), np.float32)
    standing[:, -1] = np.maximum.reduceat(reach, starts[:-1])
    here = 0
    while here < count:
        there = max(here + 1, int(np.searchsorted(starts, starts[here] + _AT_ONCE, "right")) - 1)
        part = space[films[starts[here] : starts[there]]]
        begins, sizes = starts[here:there] - starts[here], np.diff(starts[here : there + 1])
        centre = np.add.reduceat(part, begins, axis=0) / sizes[:, None]
        apart = lengths_of(part - np.repeat(centre, sizes, axis=0))
        standing[here:there, :width] = centre
        standing[here:there, width] = np.maximum.reduceat(apart, begins)
        here = there
    return standing
