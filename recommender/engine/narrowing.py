"""Which films a ranking has to look at: the same list as from all films, from a few thousand.

A film that shares nobody and no series with the likes can only score by its kind, its year, its
votes and its place in two spaces. The first four are known of whole cells of films (`Census`);
an inner product is at most the product of the lengths (Cauchy and Schwarz). So a cell whose bound
is below what enough other films reach for certain holds nothing worth showing, and neither does
such a film. What is left over is ranked as ever; nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine import terms
from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.choice import Dials
from recommender.engine.embedding import unit_rows
from recommender.engine.excerpt import take_excerpt, take_taste
from recommender.engine.model import Model
from recommender.engine.rankers.marquee import (
    GEMS_CENTRE,
    GEMS_WEIGHT,
    NEWNESS_CENTRE,
    NEWNESS_WEIGHT,
)
from recommender.engine.rerank import pool_size
from recommender.engine.strands import CIRCLE, NEAREST, Strands
from recommender.engine.taste import Rows, Taste
from recommender.engine.weights import Weights

FAMOUS = 1_000
"""Bounds are measured against the likes' company and so many of the best known films."""
REFERENCE = 512
"""So many films, evenly spaced, stand for those that nobody looked at when a reason is chosen."""
_NEAREST_CELLS = 20
_SLACK = 2e-3
"""float32 sums of one film differ by less than this, whichever way they are taken."""

Score = Callable[[Model, Taste], FloatArray]


def narrow(
    model: Model,
    taste: Taste,
    allowed: BoolArray,
    *,
    weights: Weights,
    dials: Dials,
    score: Score,
    least: int,
) -> Narrowed:
    """Return the films that `gather_pool` could choose from among all allowed ones.

    Parameters
    ----------
    taste
        With a like.
    allowed : ndarray of shape (n_films,)
    weights, dials
        What the score is made of; no weight is negative.
    score
        Gives the score of every film of a model.
    least
        How many films the list wants.
    """
    census = model.census
    reference = census.spaced(REFERENCE)
    touched = np.union1d(
        model.people.films_sharing(taste.likes)[1],
        census.series_of(model.franchise[taste.likes]),
    )
    own = np.concatenate([taste.likes, taste.hidden, taste.less])
    famous = _best_known(census.by_votes, allowed)
    rows = np.unique(np.concatenate([touched, famous, own])).astype(np.int64)
    part, part_taste = take_excerpt(model, rows), take_taste(taste, rows)
    open_ = allowed[rows]
    found = [rows, reference]
    edge = _edge(score(part, part_taste)[open_], pool_size(least))
    bounds = _ScoreBounds.of(model, taste, weights, dials)
    # With something hidden these are bounds and no scores, so the best of them prove nothing.
    against = len(taste.hidden) + len(taste.less)
    found.append(bounds.films_above(edge, allowed, None if against else pool_size(least)))
    if dials.diversity > 0:
        strands = Strands.of(part, part_taste)
        edges = [_edge(nearness[open_], NEAREST) for nearness in strands.nearness]
        found += _films_near(model, taste, strands.members, edges, allowed)
    kept = np.unique(np.concatenate(found)).astype(np.int64)
    return Narrowed(kept, _counts(kept, touched, reference, model.n_films))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rows to rank, ascending, and how many films of the catalogue each stands for."""

    rows: Rows
    counts: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class _ScoreBounds:
    """What a film that shares nobody with the likes can score at most."""

    model: Model
    taste: Taste
    weights: Weights
    gems: float
    by_set: FloatArray
    by_year: FloatArray
    first_year: int
    base: float

    @classmethod
    def of(cls, model: Model, taste: Taste, weights: Weights, dials: Dials) -> _ScoreBounds:
        census = model.census
        first = int(census.year.min())
        calendar = np.arange(first, int(census.year.max()) + 1)
        newness = (2.0 * dials.newness - 1.0) * NEWNESS_WEIGHT / 10.0
        slope = {name: _slope(weights, name) for name in weights.terms}
        return cls(
            model=model,
            taste=taste,
            weights=weights,
            gems=(2.0 * dials.hidden_gems - 1.0) * GEMS_WEIGHT,
            by_set=slope.get("genre", 0.0) * terms.genre_by_set(model, taste)
            + slope.get("genre_best", 0.0) * terms.genre_best_by_set(model, taste),
            by_year=slope.get("era", 0.0) * terms.era_by_year(model, taste, calendar)
            + np.float32(newness) * (calendar - NEWNESS_CENTRE).astype(np.float32),
            first_year=first,
            base=-float(sum(slope[name] * weights.terms[name].centre for name in slope)),
        )

    def films_above(self, edge: float, allowed: BoolArray, count: int | None = None) -> IntArray:
        """Return the allowed films that may score ``edge``, and be among the ``count`` best."""
        model, census = self.model, self.model.census
        kind = self.by_set[census.genre_set] + self.by_year[census.year - self.first_year]
        circle = terms.circle_centre(model, self.taste)
        reach = _slope(self.weights, "circle") * np.float32(np.linalg.norm(circle))
        votes = np.maximum(self._votes(census.least_votes), self._votes(census.most_votes))
        company = self._most_company()
        rating = _slope(self.weights, "rating")
        most = kind + votes + rating * census.best_rating + reach * census.farthest
        least = edge - self.base - _SLACK
        cells = np.flatnonzero(most >= least - self._most_company())
        near = self._company_of_cells(cells)
        kept = most[cells] + near >= least
        cells, near = cells[kept], near[kept]
        films, of_cell = census.films_in(cells)
        kept = allowed[films]
        films, of_cell = films[kept], of_cell[kept]
        company = near[of_cell]
        log_votes, weighted = model.log_votes[films], model.weighted[films]
        score = kind[cells][of_cell] + self._votes(log_votes) + rating * weighted
        levels = {"votes_level": log_votes, "rating_level": weighted}
        for name, values in levels.items():
            level = terms.level(getattr(model, _COLUMN[name]), self.taste)
            score = score - _slope(self.weights, name) * np.abs(values - level)
        kept = score + reach * census.reach[films] + company >= least
        films, score, company = films[kept], score[kept], company[kept]
        score += _slope(self.weights, "circle") * np.maximum(model.circle[films] @ circle, 0.0)
        kept = score + company >= least
        films, score = films[kept], score[kept]
        score = score + self._company(films)
        if count is not None:
            least = max(least, _edge(score, count) - _SLACK)
        found: IntArray = films[score >= least]
        return found

    def _votes(self, log_votes: FloatArray) -> FloatArray:
        """Return what being known adds; convex, so of a range one of its ends adds most."""
        beyond = np.maximum(log_votes - np.float32(terms.WELL_KNOWN), 0.0)
        added: FloatArray = (
            _slope(self.weights, "votes") * log_votes
            + _slope(self.weights, "renown") * beyond
            - np.float32(self.gems) * (log_votes - np.float32(GEMS_CENTRE))
        )
        return added

    def _most_company(self) -> float:
        """Return the most that nearness in the space of who likes what can add."""
        if not self.model.space.shape[1]:
            return 0.0
        centre = np.linalg.norm(terms.community_centre(self.model, self.taste))
        longest = np.linalg.norm(self.model.space[self.taste.likes], axis=1).max()
        slopes = _slope(self.weights, "community"), _slope(self.weights, "community_best")
        return float(slopes[0] * centre + slopes[1] * longest) * self.model.census.widest

    def _company_of_cells(self, cells: IntArray) -> FloatArray:
        """Return the most that nearness in that space can add to a film of each of these cells."""
        census, space = self.model.census, self.model.space[self.taste.likes]
        together = terms.community_centre(self.model, self.taste)
        centre, around = census.centre[cells], census.around[cells]
        mean = centre @ together + around * np.linalg.norm(together)
        best = np.zeros(len(cells), np.float32)
        if space.shape[1]:
            best = (centre @ space.T).max(axis=1) + around * np.linalg.norm(space, axis=1).max()
        slopes = _slope(self.weights, "community"), _slope(self.weights, "community_best")
        added: FloatArray = slopes[0] * mean + slopes[1] * best
        return added

    def _company(self, films: IntArray) -> FloatArray | float:
        if not self.model.space.shape[1]:
            return 0.0
        space = self.model.space[films]
        mean = space @ terms.community_centre(self.model, self.taste)
        best = (space @ self.model.space[self.taste.likes].T).max(axis=1)
        slopes = _slope(self.weights, "community"), _slope(self.weights, "community_best")
        added: FloatArray = slopes[0] * mean + slopes[1] * best
        return added


_COLUMN = {"votes_level": "log_votes", "rating_level": "weighted"}


def _films_near(
    model: Model, taste: Taste, members: FloatArray, edges: Sequence[float], allowed: BoolArray
) -> list[IntArray]:
    """Return, for each strand, the allowed films that may be as near to it as its edge.

    Parameters
    ----------
    members : ndarray of shape (n_strands, n_likes), each like's part in the mean of its strand
    edges : of length n_strands
    """
    census, liked = model.census, taste.likes
    first = int(census.year.min())
    calendar = np.arange(first, int(census.year.max()) + 1)
    by_set = members @ terms.genre_set_similarity(model, liked).T
    by_year = members @ terms.year_nearness(calendar, model.years[liked]).T
    circle = np.float32(CIRCLE) * (members @ model.circle[liked])
    space = members @ unit_rows(model.space[liked])
    kind = np.take(by_set, census.genre_set, axis=1).astype(np.float32)
    kind += np.take(by_year, census.year - first, axis=1)
    most = kind + space @ census.centre.T
    most += np.linalg.norm(space, axis=1)[:, None].astype(np.float32) * census.around
    reach = np.linalg.norm(circle, axis=1).astype(np.float32)
    found = []
    for strand, edge in enumerate(edges):
        nearest = _Nearest(model, allowed, kind[strand], most[strand], circle[strand])
        found.append(nearest.films(space[strand], reach[strand], edge))
    return found


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The search for the films nearest to one strand; ``most`` bounds all but the circle."""

    model: Model
    allowed: BoolArray
    kind: FloatArray
    most: FloatArray
    circle: FloatArray

    def films(self, space: FloatArray, reach: np.float32, edge: float) -> IntArray:
        """Return the allowed films that may be as near as ``edge`` and among the nearest."""
        edge -= _SLACK
        cells = self._cells_above(reach, edge)
        if len(cells) > _NEAREST_CELLS:
            # The nearest cells first: their films say how near the others have to be.
            first = cells[np.argpartition(-self.most[cells], _NEAREST_CELLS)[:_NEAREST_CELLS]]
            _, told = self._look(first, space, reach, -np.inf)
            edge = max(edge, _edge(told, NEAREST) - _SLACK)
            cells = self._cells_above(reach, edge)
        films, told = self._look(cells, space, reach, edge)
        return films[told >= max(edge, _edge(told, NEAREST) - _SLACK)]

    def _cells_above(self, reach: np.float32, edge: float) -> IntArray:
        """Return the cells that may hold a film as near as ``edge``."""
        cells: IntArray = np.flatnonzero(self.most + reach * self.model.census.farthest >= edge)
        return cells

    def _look(
        self, cells: IntArray, space: FloatArray, reach: np.float32, edge: float
    ) -> tuple[IntArray, FloatArray]:
        """Return the films of some cells that may be as near as ``edge``, and how near they are."""
        model = self.model
        films, of_cell = model.census.films_in(cells)
        most = self.most[cells][of_cell] + reach * model.census.reach[films]
        kept = self.allowed[films] & (most >= edge)
        films, of_cell = films[kept], of_cell[kept]
        near: FloatArray = self.kind[cells][of_cell] + model.circle[films] @ self.circle
        near += model.space[films] @ space
        return films, near


def _best_known(by_votes: IntArray, allowed: BoolArray) -> IntArray:
    """Return the best known of the allowed films."""
    first = by_votes[: 4 * FAMOUS]
    first = first[allowed[first]]
    if len(first) < FAMOUS:
        first = by_votes[allowed[by_votes]]
    return first[:FAMOUS]


def _edge(values: FloatArray, count: int) -> float:
    """Return the value that ``count`` of these reach; -inf when there are fewer."""
    if len(values) < count:
        return -np.inf
    return float(np.partition(values, -count)[-count])


def _counts(kept: IntArray, touched: IntArray, reference: IntArray, n_films: int) -> FloatArray:
    """Return how many films each kept one stands for: the touched for themselves alone.

    The others are told by the films of the reference that are not touched.
    """
    counts = np.isin(kept, touched).astype(np.float32)
    others = np.isin(kept, reference) & (counts == 0)
    if others.any():
        counts[others] = (n_films - len(touched)) / others.sum()
    return counts


def _slope(weights: Weights, name: str) -> np.float32:
    """Return what a term adds to the score for each step of its value."""
    term = weights.terms.get(name)
    return np.float32(term.weight / term.scale if term else 0.0)
