"""The pipeline: profile, candidates, scoring, re-ranking, explanation."""

from __future__ import annotations

from dataclasses import replace

from recommender.engine.candidates import CandidateSet, select_candidates
from recommender.engine.explain import build_recommendations
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.profile import PROFILE_SIZE, ProfileRows
from recommender.engine.rankers import find_ranker
from recommender.engine.rerank import RerankedList, gather_pool, rank_by_score, rerank
from recommender.engine.scoring import MarqueeRanker, Ranker, Scores
from recommender.entities import Profile, Recommendation
from recommender.errors import UnknownFilm

NEUTRAL = Dials()
EVERYTHING = ItemFilter()


def recommend(
    model: Model,
    profile: Profile,
    *,
    top_n: int = 24,
    ranker: str | Ranker = "marquee",
    dials: Dials = NEUTRAL,
    filters: ItemFilter = EVERYTHING,
    profile_size: int = PROFILE_SIZE,
    with_reasons: bool = True,
) -> list[Recommendation]:
    """Return the films recommended to a profile, best first.

    Parameters
    ----------
    model
        From `fit_model` or `load_model`.
    profile
        Likes newest first. Its likes, hidden and seen films are never returned; ids the model
        does not know are ignored.
    top_n
        Number of films; fewer come back only if fewer pass the filter.
    ranker
        A name in `RANKERS`, or a ranker.
    dials, filters
        Options of the person.
    profile_size
        Only this many of the newest likes are compared with; all likes are excluded.
    with_reasons
        False leaves out all reasons but the card's sentence.

    Returns
    -------
    list of Recommendation, at most ``top_n``; contributions add up to the score

    Raises
    ------
    ValueError
        If there is no ranker of that name.
    """
    chosen = find_ranker(ranker) if isinstance(ranker, str) else ranker
    rows = ProfileRows.of(model, profile, size=profile_size)
    found, scores = _score(model, rows, chosen, dials=dials, filters=filters, top_n=top_n)
    ordered = order_candidates(found, scores, chosen, top_n=top_n, dials=dials)
    return build_recommendations(
        found.model,
        found.profile,
        scores,
        ordered.rows,
        moved_up=ordered.moved_up,
        with_reasons=with_reasons,
    )


def rank_scores(
    model: Model,
    profile: Profile,
    *,
    top_n: int = 24,
    ranker: str = "marquee",
    profile_size: int = PROFILE_SIZE,
) -> list[tuple[str, float]]:
    """Return the films of `recommend` as ids with scores, without the time for reasons.

    Returns
    -------
    list of (tconst, score), best first

    Raises
    ------
    ValueError
        If there is no ranker of that name.
    """
    chosen = find_ranker(ranker)
    rows = ProfileRows.of(model, profile, size=profile_size)
    found, scores = _score(model, rows, chosen, dials=NEUTRAL, filters=EVERYTHING, top_n=top_n)
    ordered = order_candidates(found, scores, chosen, top_n=top_n, dials=NEUTRAL)
    return [(found.model.tconst(row), float(scores.total[row])) for row in ordered.rows.tolist()]


def explain_film(
    model: Model, profile: Profile, tconst: str, *, profile_size: int = PROFILE_SIZE
) -> Recommendation:
    """Return how one film scores for a profile and why, whether it is recommended or not.

    Raises
    ------
    UnknownFilm
        If the model does not know the film.
    """
    if not len(model.rows_of([tconst])):
        raise UnknownFilm(f"The model knows no film {tconst!r}.")
    rows = ProfileRows.of(model, profile, size=profile_size)
    one = ItemFilter(only=(tconst,))
    found, scores = _score(model, rows, MarqueeRanker(), dials=NEUTRAL, filters=one, top_n=1)
    row = found.model.rows_of([tconst])
    return build_recommendations(found.model, found.profile, scores, row, moved_up=frozenset())[0]


def order_films(
    model: Model,
    profile: ProfileRows,
    scores: Scores,
    ranker: Ranker,
    *,
    top_n: int,
    dials: Dials = NEUTRAL,
    filters: ItemFilter = EVERYTHING,
) -> RerankedList:
    """Return the rows of a list from scores of the whole catalogue."""
    found = CandidateSet.whole(model, profile, filters)
    return order_candidates(found, scores, ranker, top_n=top_n, dials=dials)


def order_candidates(
    found: CandidateSet, scores: Scores, ranker: Ranker, *, top_n: int, dials: Dials
) -> RerankedList:
    """Return the candidates of a list in their order; a baseline's are ordered by score."""
    if not ranker.reranked:
        best = rank_by_score(scores.total, found.allowed, top_n)
        return RerankedList(best, frozenset())
    pool = gather_pool(
        found.model,
        found.profile,
        scores.total,
        found.allowed,
        top_n=top_n,
        with_clusters=dials.diversity > 0,
        members=found.members,
    )
    return rerank(found.model, pool, top_n=top_n, diversity=dials.diversity)


def _score(
    model: Model,
    profile: ProfileRows,
    ranker: Ranker,
    *,
    dials: Dials,
    filters: ItemFilter,
    top_n: int,
) -> tuple[CandidateSet, Scores]:
    """Return the candidates and their scores; baselines score the whole catalogue."""
    if isinstance(ranker, MarqueeRanker):
        found = select_candidates(model, profile, filters, ranker=ranker, dials=dials, top_n=top_n)
    else:
        found = CandidateSet.whole(model, profile, filters)
    scores = ranker.score(found.model, found.profile, dials)
    return found, replace(scores, counts=found.counts)
