"""The engine's front door: a profile in, picks out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray
from recommender.engine.excerpt import take_excerpt, take_taste
from recommender.engine.explain import build_picks
from recommender.engine.model import Model
from recommender.engine.narrowing import Narrowed, is_large, narrow, narrow_to
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.profile import PROFILE_SIZE, ProfileRows, Rows
from recommender.engine.rankers import RANKERS, MarqueeRanker, Ranker, Scores
from recommender.engine.rerank import RerankedList, gather_pool, rank_by_score, rerank
from recommender.entities import Pick, Profile
from recommender.errors import UnknownFilm

MIDDLE = Dials()
EVERYTHING = ItemFilter()


def recommend(
    model: Model,
    profile: Profile,
    *,
    top_n: int = 24,
    ranker: str | Ranker = "marquee",
    dials: Dials = MIDDLE,
    filters: ItemFilter = EVERYTHING,
    profile_size: int = PROFILE_SIZE,
    brief: bool = False,
) -> list[Pick]:
    """Return the films recommended to a profile, best first, each with its reasons.

    Parameters
    ----------
    model
        From `fit_model` or `load_model`.
    profile
        Likes newest first. What it likes, hid or has seen is never returned; ids the model does
        not know are passed over.
    top_n
        How many are wanted; fewer come back only when fewer pass the filters.
    ranker
        A name in `RANKERS`, or a ranker.
    dials, filters
        What the person chose.
    profile_size
        Only this many of the latest likes make the taste; all of them are excluded.
    brief
        Whether the sentence for a card is all that is said of why.

    Returns
    -------
    list of Pick, at most ``top_n``; the contributions of each add up to its score

    Raises
    ------
    ValueError
        If there is no ranker of that name.
    """
    chosen = find_ranker(ranker) if isinstance(ranker, str) else ranker
    taste = ProfileRows.of(model, profile, size=profile_size)
    field = _enter(model, taste, chosen, top_n=top_n, dials=dials, filters=filters)
    return field.pick(chosen, top_n=top_n, dials=dials, brief=brief)


def rank_scores(
    model: Model,
    profile: Profile,
    *,
    top_n: int = 24,
    ranker: str = "marquee",
    profile_size: int = PROFILE_SIZE,
) -> list[tuple[str, float]]:
    """Return the films `recommend` returns, as ids with scores: for many profiles at once.

    Reasons take two thirds of the time of a ranking; a file of a thousand profiles needs none.

    Parameters
    ----------
    model, profile, top_n, ranker, profile_size
        As for `recommend`, with dials in the middle.

    Returns
    -------
    list of (tconst, score), best first

    Raises
    ------
    ValueError
        If there is no ranker of that name.
    """
    chosen = find_ranker(ranker)
    taste = ProfileRows.of(model, profile, size=profile_size)
    field = _enter(model, taste, chosen, top_n=top_n, dials=MIDDLE, filters=EVERYTHING)
    rows = field.order(chosen, top_n=top_n, dials=MIDDLE).rows
    total = field.scores.total
    return [(field.model.tconst(row), float(total[row])) for row in rows.tolist()]


def explain_film(
    model: Model, profile: Profile, tconst: str, *, profile_size: int = PROFILE_SIZE
) -> Pick:
    """Return what a profile's likes say of one film, whether it would be recommended or not.

    Raises
    ------
    UnknownFilm
        If the model does not know the film.
    """
    ranker = MarqueeRanker()
    if not _can_narrow(model, ranker):
        return Standing.of(model, profile, profile_size=profile_size).explain(tconst)
    rows = _row_of(model, tconst)
    taste = ProfileRows.of(model, profile, size=profile_size)
    narrowed = narrow_to(model, taste, rows, weights=ranker.weighed_by, dials=MIDDLE)
    field = _enter_narrowed(model, taste, ranker, narrowed, dials=MIDDLE, filters=EVERYTHING)
    place = np.searchsorted(narrowed.rows, rows)
    return build_picks(field.model, field.taste, field.scores, place, moved_up=frozenset())[0]


@dataclass(frozen=True, slots=True)
class Standing:
    """How every film stands with a profile, dials in the middle: for a list and for single films.

    Weighing all films of a small catalogue is half of what saying why of one of them takes, and
    whoever looks at a list opens its films.

    Attributes
    ----------
    model, taste, scores
        Of all films.
    """

    model: Model
    taste: ProfileRows
    scores: Scores

    @classmethod
    def of(cls, model: Model, profile: Profile, *, profile_size: int = PROFILE_SIZE) -> Standing:
        """Weigh every film.

        Parameters
        ----------
        model, profile, profile_size
            As of `recommend`.
        """
        taste = ProfileRows.of(model, profile, size=profile_size)
        return cls(model, taste, MarqueeRanker().score(model, taste, MIDDLE))

    def rank(
        self, *, top_n: int, filters: ItemFilter = EVERYTHING, brief: bool = False
    ) -> list[Pick]:
        """Return what `recommend` does.

        Parameters
        ----------
        top_n, filters, brief
            As there.
        """
        allowed = _allowed(self.model, self.taste, filters)
        field = _Field(self.model, self.taste, self.scores, allowed)
        return field.pick(MarqueeRanker(), top_n=top_n, dials=MIDDLE, brief=brief)

    def explain(self, tconst: str) -> Pick:
        """Return what `explain_film` does.

        Raises
        ------
        UnknownFilm
            If the model does not know the film.
        """
        row = _row_of(self.model, tconst)
        return build_picks(self.model, self.taste, self.scores, row, moved_up=frozenset())[0]


def weigh_films(
    model: Model, profile: Profile, *, profile_size: int = PROFILE_SIZE
) -> Standing | None:
    """Return how every film stands with a profile; None for a catalogue too large to weigh whole.

    Parameters
    ----------
    model, profile, profile_size
        As of `recommend`.
    """
    if is_large(model):
        return None
    return Standing.of(model, profile, profile_size=profile_size)


def order_films(
    model: Model,
    taste: ProfileRows,
    scores: Scores,
    ranker: Ranker,
    *,
    top_n: int,
    dials: Dials = MIDDLE,
    filters: ItemFilter = EVERYTHING,
) -> RerankedList:
    """Return the rows a list shows, in order, without their reasons."""
    field = _Field(model, taste, scores, _allowed(model, taste, filters))
    return field.order(ranker, top_n=top_n, dials=dials)


@dataclass(frozen=True, slots=True)
class _Field:
    """The films a list is chosen from, the taste in their rows, and how they score."""

    model: Model
    taste: ProfileRows
    scores: Scores
    allowed: BoolArray
    members: FloatArray | None = None

    def pick(self, ranker: Ranker, *, top_n: int, dials: Dials, brief: bool) -> list[Pick]:
        """Return what a list shows, in order, with reasons."""
        ordered = self.order(ranker, top_n=top_n, dials=dials)
        return build_picks(
            self.model,
            self.taste,
            self.scores,
            ordered.rows,
            moved_up=ordered.moved_up,
            brief=brief,
        )

    def order(self, ranker: Ranker, *, top_n: int, dials: Dials) -> RerankedList:
        """Return the rows a list shows, in order."""
        model, total = self.model, self.scores.total
        if not ranker.reranked:
            return RerankedList(rank_by_score(total, self.allowed, top_n), frozenset())
        varied = dials.diversity > 0
        pool = gather_pool(
            model,
            self.taste,
            total,
            self.allowed,
            least=top_n,
            in_strands=varied,
            members=self.members,
        )
        return rerank(model, pool, top_n=top_n, diversity=dials.diversity)


def _enter(
    model: Model,
    taste: ProfileRows,
    ranker: Ranker,
    *,
    top_n: int,
    dials: Dials,
    filters: ItemFilter,
) -> _Field:
    """Return the field of all films or, of a large catalogue, of those that can make the list."""
    if not isinstance(ranker, MarqueeRanker) or not _can_narrow(model, ranker):
        scores = ranker.score(model, taste, dials)
        return _Field(model, taste, scores, _allowed(model, taste, filters))
    narrowed = narrow(model, taste, filters, weights=ranker.weighed_by, dials=dials, least=top_n)
    return _enter_narrowed(model, taste, ranker, narrowed, dials=dials, filters=filters)


def _enter_narrowed(
    model: Model,
    taste: ProfileRows,
    ranker: Ranker,
    narrowed: Narrowed,
    *,
    dials: Dials,
    filters: ItemFilter,
) -> _Field:
    rows = narrowed.rows
    part, its = take_excerpt(model, rows, narrowed.touched), take_taste(taste, rows)
    scores = ranker.score(part, its, dials)
    scores = replace(scores, usual=narrowed.usual)
    allowed = filters.mask(model, rows)
    allowed[its.excluded] = False
    return _Field(part, its, scores, allowed, narrowed.members)


def _row_of(model: Model, tconst: str) -> Rows:
    """Return the row of a film, shape (1,).

    Raises
    ------
    UnknownFilm
        If the model does not know it.
    """
    rows = model.rows_of([tconst])
    if not len(rows):
        raise UnknownFilm(f"The model knows no film {tconst!r}.")
    return rows


def _can_narrow(model: Model, ranker: MarqueeRanker) -> bool:
    if not is_large(model):
        return False
    # What bounds a term from above bounds it from below where its weight is negative.
    return min(term.weight for term in ranker.weighed_by.terms.values()) >= 0


def _allowed(model: Model, taste: ProfileRows, filters: ItemFilter) -> BoolArray:
    """Return which films may be shown, shape (n_films,)."""
    allowed = filters.mask(model)
    allowed[taste.excluded] = False
    return allowed


def find_ranker(name: str) -> Ranker:
    """Return the ranker of this name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in RANKERS:
        raise ValueError(f"There is no ranker {name!r}; choose from {', '.join(RANKERS)}.")
    return RANKERS[name]
