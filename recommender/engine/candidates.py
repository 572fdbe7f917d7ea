"""Candidate selection: every film of a small catalogue, a few thousand of a large one.

Of a large catalogue the candidates are the films that share credits or a series with the likes,
the best films of the cells (genre set and year) nearest to the profile, the nearest well-known
films of each taste cluster, and the best of a shortlist of the best known and best rated films per
genre and decade. They are then scored exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.rerank import pool_size
from recommender.engine.retrieval_index import Columns
from recommender.engine.scoring import MarqueeRanker
from recommender.engine.submodel import SharedCredits, take_profile_rows, take_rows
from recommender.engine.taste_clusters import NEAREST, affinity_without_credits, cluster_likes
from recommender.engine.terms import TERMS

MAX_FULL_SCAN = 20_000
"""Films of the largest catalogue that is scored whole."""
RETRIEVED = 1_000
"""Films of cells and shortlist that become candidates, at least."""
PRESCORED = 4_000
"""Films or cells whose embedding is compared, at least."""
NEAR_CELLS = 1_000
"""Cells whose embedding is compared."""
VISITED_CELLS, PER_CELL = 100, 200
"""Cells nearest to the profile whose best films are pre-scored, and how many of each."""
GEMS_FROM = 0.6
"""Turn of the hidden-gems dial from which cells give their gems and not their best known."""
_COLUMNS = ("content", "quality")
NARROW_FILTER = 4_000
"""A filter that leaves at most this many films makes all of them candidates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateSet:
    """The films to score, as a model of their own.

    Attributes
    ----------
    model, profile : of the candidates, or of the whole catalogue
    allowed : ndarray of shape (n_candidates,), which of them may be recommended
    counts : films of the catalogue each candidate represents in means; None for the whole
    members : from `cluster_likes`, where retrieval needed it
    """

    model: Model
    profile: ProfileRows
    allowed: BoolArray
    counts: FloatArray | None = None
    members: FloatArray | None = None

    @classmethod
    def whole(cls, model: Model, profile: ProfileRows, item_filter: ItemFilter) -> CandidateSet:
        """Return every film of the catalogue."""
        allowed = item_filter.mask(model)
        allowed[profile.excluded] = False
        return cls(model=model, profile=profile, allowed=allowed)


def select_candidates(
    model: Model,
    profile: ProfileRows,
    item_filter: ItemFilter,
    *,
    ranker: MarqueeRanker,
    dials: Dials,
    top_n: int,
) -> CandidateSet:
    """Return the films to score for a profile.

    Parameters
    ----------
    ranker, dials
        What the shortlist is pre-scored with.
    top_n
        Length of the list.
    """
    if model.n_films <= MAX_FULL_SCAN:
        return CandidateSet.whole(model, profile, item_filter)
    index, likes = model.retrieval, profile.likes
    shared = SharedCredits.of(model, likes)
    series = index.films_of_series(model.franchise[likes])
    related = _ascending(model.n_films, [shared.rows, series])
    members = None
    found = [related, likes, profile.hidden, profile.less, index.reference]
    if item_filter.only is not None:
        found.append(model.rows_of(item_filter.only))
    else:
        found += _retrieve(model, profile, item_filter, ranker=ranker, dials=dials, top_n=top_n)
        if len(likes) and dials.diversity > 0:
            members = cluster_likes(model, likes)
            found.append(_nearest_to_clusters(model, profile, item_filter, members))
    rows = _ascending(model.n_films, found)
    allowed = item_filter.mask(model, rows)
    inner = take_profile_rows(profile, rows)
    allowed[inner.excluded] = False
    return CandidateSet(
        model=take_rows(model, rows, shared),
        profile=inner,
        allowed=allowed,
        counts=_count_represented(model, rows, related),
        members=members,
    )


def _retrieve(
    model: Model,
    profile: ProfileRows,
    item_filter: ItemFilter,
    *,
    ranker: MarqueeRanker,
    dials: Dials,
    top_n: int,
) -> list[IntArray]:
    """Return rows of films whether or not they share credits with the likes."""
    index, prescore = model.retrieval, _Prescore(model, profile, ranker, dials)
    shortlist, columns = index.shortlist, index.shortlist_columns
    cells = np.arange(index.cells.n_cells)
    if not item_filter.all_pass:
        cells = np.flatnonzero(item_filter.mask(model, index.cells.first_films))
        if index.cells.count_films(cells) <= NARROW_FILTER:
            return [index.cells.films_of(cells)]
        open_ = item_filter.mask(model, shortlist)
        shortlist, columns = shortlist[open_], _take(columns, open_)
    wide = shortlist[prescore.best(columns, PRESCORED, kinds=_COLUMNS)]
    near = cells[prescore.best(_take(index.cells.columns, cells), NEAR_CELLS, kinds=("content",))]
    held = {**_take(index.cells.columns, near), "embedding": index.cells.embedding[near]}
    nearest = near[prescore.best(held, VISITED_CELLS, kinds=("content", "embedding"))]
    gems = dials.hidden_gems > GEMS_FROM
    pool = _ascending(
        model.n_films, [wide, index.cells.films_of(nearest, most=PER_CELL, gems=gems)]
    )
    count = max(RETRIEVED, 2 * pool_size(top_n)) + len(_positions(pool, profile.excluded))
    for most, kinds in ((max(PRESCORED, 2 * count), _COLUMNS), (count, (*_COLUMNS, "embedding"))):
        names = (*columns, "embedding") if "embedding" in kinds else tuple(columns)
        if len(pool) > most:
            held = {name: getattr(model, name)[pool] for name in names}
            pool = pool[prescore.best(held, most, kinds=kinds)]
    return [pool]


@dataclass(frozen=True, slots=True)
class _Prescore:
    """Sums of some terms, for films or cells of which only a few columns are known."""

    model: Model
    profile: ProfileRows
    ranker: MarqueeRanker
    dials: Dials

    def best(self, columns: Columns, count: int, *, kinds: Collection[str]) -> IntArray:
        """Return the positions of the ``count`` best by the terms of these kinds."""
        total = self._score(columns, kinds)
        if len(total) <= count:
            return np.arange(len(total))
        return np.argpartition(-total, count)[:count]

    def _score(self, columns: Columns, kinds: Collection[str]) -> FloatArray:
        """Return the sum of terms; the profile's films are appended, where the terms read them."""
        profile, count = self.profile, len(columns["years"])
        own = (profile.likes, profile.hidden, profile.less)
        held = np.concatenate(own)
        joined: dict[str, Any] = {
            name: np.concatenate([column, getattr(self.model, name)[held]])
            for name, column in columns.items()
        }
        ends = count + np.cumsum([0, *map(len, own)])
        likes, hidden, less = (np.arange(ends[n], ends[n + 1]) for n in range(3))
        inner = replace(profile, likes=likes, hidden=hidden, less=less)
        films = replace(self.model, film_ids=np.empty(ends[-1], "S1"), **joined)
        vars(films)["genre_vectors"] = self.model.genre_vectors
        names = [name for name, term in TERMS.items() if term.prescore in kinds]
        total: FloatArray = self.ranker.score(films, inner, self.dials, among=names).total[:count]
        return total


def _nearest_to_clusters(
    model: Model, profile: ProfileRows, item_filter: ItemFilter, members: FloatArray
) -> IntArray:
    """Return the well-known films with the largest affinity to each taste cluster."""
    index = model.retrieval
    known = np.ones(len(index.well_known), np.bool_)
    if not item_filter.all_pass:
        known = item_filter.mask(model, index.well_known)
    known[_positions(index.well_known, profile.excluded)] = False
    affinity = affinity_without_credits(
        model,
        profile.likes,
        members,
        genre_set=index.well_known_columns["genre_set"],
        years=index.well_known_columns["years"],
        people_factors=index.people_factors,
        embedding=index.embedding,
    )
    return _nearest(index.well_known, affinity, known, NEAREST)


def _take(columns: Columns, rows: npt.NDArray[Any]) -> Columns:
    """Return the columns of the rows that an index array or a boolean mask selects."""
    if len(rows) == len(columns["years"]) and rows.dtype != np.bool_:
        return columns
    return {name: column[rows] for name, column in columns.items()}


def _ascending(n_films: int, found: Sequence[IntArray]) -> Rows:
    """Return the rows found, ascending, each once."""
    chosen = np.zeros(n_films, np.bool_)
    for rows in found:
        chosen[rows] = True
    return np.flatnonzero(chosen)


def _positions(rows: IntArray, some: IntArray) -> IntArray:
    """Return where some rows are among ascending ones; others are left out."""
    if not len(rows):
        return np.empty(0, np.int64)
    place = np.minimum(np.searchsorted(rows, some), len(rows) - 1)
    found: IntArray = place[rows[place] == some]
    return found


def _nearest(rows: IntArray, near: FloatArray, known: BoolArray, count: int) -> IntArray:
    """Return the rows of the largest values of each line, shape (n_lines, n_rows)."""
    near = np.where(known, near, np.float32(-np.inf))
    if near.shape[1] <= count:
        return rows
    chosen: IntArray = rows[np.unique(np.argpartition(-near, count, axis=1)[:, :count])]
    return chosen


def _count_represented(model: Model, rows: Rows, related: IntArray) -> FloatArray:
    """Return the weight of each candidate in means over the catalogue.

    Related films count once; evenly spaced reference films share the weight of all others.
    """
    counts = np.zeros(len(rows), np.float32)
    spaced = np.searchsorted(rows, model.retrieval.reference)
    own = np.searchsorted(rows, related)
    counts[spaced] = 1.0
    counts[own] = 0.0
    counts *= (model.n_films - len(related)) / max(float(counts.sum()), 1.0)
    counts[own] = 1.0
    return counts
