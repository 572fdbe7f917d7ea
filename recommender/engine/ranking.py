"""The engine's front door: a profile in, picks out."""

from __future__ import annotations

from recommender.engine.choice import Candidates, Dials
from recommender.engine.explain import build_picks
from recommender.engine.model import Model
from recommender.engine.rankers import RANKERS, Ranker, Scores
from recommender.engine.rerank import Ordered, gather_pool, rank_by_score, rerank
from recommender.engine.taste import PROFILE_SIZE, Taste
from recommender.entities import Pick, Profile
from recommender.errors import UnknownFilm

MIDDLE = Dials()
EVERYTHING = Candidates()


def rank_films(
    model: Model,
    profile: Profile,
    *,
    top_n: int = 24,
    ranker: str | Ranker = "marquee",
    dials: Dials = MIDDLE,
    filters: Candidates = EVERYTHING,
    profile_size: int = PROFILE_SIZE,
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

    Returns
    -------
    list of Pick, at most ``top_n``; the contributions of each add up to its score

    Raises
    ------
    ValueError
        If there is no ranker of that name.
    """
    chosen = find_ranker(ranker) if isinstance(ranker, str) else ranker
    taste = Taste.of(model, profile, size=profile_size)
    scores = chosen.score(model, taste, dials)
    ordered = order_films(model, taste, scores, chosen, top_n=top_n, dials=dials, filters=filters)
    return build_picks(model, taste, scores, ordered.rows, moved_up=ordered.moved_up)


def rank_scores(
    model: Model,
    profile: Profile,
    *,
    top_n: int = 24,
    ranker: str = "marquee",
    profile_size: int = PROFILE_SIZE,
) -> list[tuple[str, float]]:
    """Return the films `rank_films` returns, as ids with scores: for many profiles at once.

    Reasons take two thirds of the time of a ranking; a file of a thousand profiles needs none.

    Parameters
    ----------
    model, profile, top_n, ranker, profile_size
        As for `rank_films`, with dials in the middle.

    Returns
    -------
    list of (tconst, score), best first

    Raises
    ------
    ValueError
        If there is no ranker of that name.
    """
    chosen = find_ranker(ranker)
    taste = Taste.of(model, profile, size=profile_size)
    scores = chosen.score(model, taste, MIDDLE)
    rows = order_films(model, taste, scores, chosen, top_n=top_n).rows
    return [(model.tconst(row), float(scores.total[row])) for row in rows.tolist()]


def explain_film(
    model: Model, profile: Profile, tconst: str, *, profile_size: int = PROFILE_SIZE
) -> Pick:
    """Return what a profile's likes say of one film, whether it would be recommended or not.

    Raises
    ------
    UnknownFilm
        If the model does not know the film.
    """
    rows = model.rows_of([tconst])
    if not len(rows):
        raise UnknownFilm(f"The model knows no film {tconst!r}.")
    taste = Taste.of(model, profile, size=profile_size)
    scores = find_ranker("marquee").score(model, taste, MIDDLE)
    return build_picks(model, taste, scores, rows, moved_up=frozenset())[0]


def order_films(
    model: Model,
    taste: Taste,
    scores: Scores,
    ranker: Ranker,
    *,
    top_n: int,
    dials: Dials = MIDDLE,
    filters: Candidates = EVERYTHING,
) -> Ordered:
    """Return the rows a list shows, in order, without their reasons."""
    allowed = filters.mask(model)
    allowed[taste.excluded] = False
    if not ranker.reranked:
        return Ordered(rank_by_score(scores.total, allowed, top_n), frozenset())
    varied = dials.diversity > 0
    pool = gather_pool(model, taste, scores.total, allowed, least=top_n, in_strands=varied)
    return rerank(model, pool, top_n=top_n, diversity=dials.diversity)


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
