"""Test cases from MovieLens ratings: earlier likes are the profile, later likes the targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.pipeline import order_films
from recommender.engine.profile import PROFILE_SIZE, ProfileRows, Rows
from recommender.engine.scoring import Ranker
from recommender.errors import RatingsError

LIKED_FROM = 4.0
MIN_LIKES = 10
TARGET_SHARE = 0.2
MIN_LIKES_BEFORE_CUT = 5
DAY_S = 86_400
CUT_QUANTILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Times of the temporal splits, as quantiles of the ratings' timestamps."""
MIN_TRAINING_PEOPLE = 20
"""Minimum number of training cases of a temporal cut; cuts with fewer are not used."""
LIST_LENGTH = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Test or training case: the profile and the targets of one user.

    Attributes
    ----------
    person : user id in the ratings
    likes : matrix rows of the liked films, newest first, at most the profile size
    targets : rows of the films the user liked after the profile
    disliked : rows the user rated below `LIKED_FROM` in the period of the targets
    rated : rows the user rated, without the targets; never recommended
    latest_year : release year of the newest target; newer films are not candidates
    fold : number of the user's test fold
    """

    person: int
    likes: Rows
    targets: Rows
    disliked: Rows
    rated: Rows
    latest_year: int
    fold: int

    def profile(self, *, size: int = PROFILE_SIZE) -> ProfileRows:
        """Return the user's profile as model rows, with at most ``size`` likes."""
        return ProfileRows.from_rows(self.likes[:size], excluded=self.rated)


RecommendFunction = Callable[[Case], Rows]
"""Recommend function: takes a case and returns at most `LIST_LENGTH` rows, best first."""


def recommend_with(
    model: Model, ranker: Ranker, *, dials: Dials | None = None
) -> RecommendFunction:
    """Return a function that recommends films for a case with a ranker and the app's re-ranking."""
    chosen = dials or Dials()

    def recommend(case: Case) -> Rows:
        profile = case.profile()
        scores = ranker.score(model, profile, chosen)
        filters = ItemFilter(year_to=case.latest_year)
        return order_films(
            model, profile, scores, ranker, top_n=LIST_LENGTH, dials=chosen, filters=filters
        ).rows

    return recommend


def read_ratings(model: Model, ratings: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the MovieLens ratings of films in the model, oldest first for each user.

    Parameters
    ----------
    ratings : MovieLens columns ``userId, movieId, rating, timestamp``
    links : MovieLens columns ``movieId, imdbId``

    Returns
    -------
    DataFrame with columns ``person, row, rating, time``

    Raises
    ------
    RatingsError
        If columns are missing or no rated film is in the catalogue.
    """
    for table, wanted, what in (
        (ratings, ("userId", "movieId", "rating", "timestamp"), "ratings"),
        (links, ("movieId", "imdbId"), "links"),
    ):
        missing = [name for name in wanted if name not in table.columns]
        if missing:
            raise RatingsError(f"The {what} lack the columns {', '.join(missing)}.")
    found = ratings["movieId"].map(_link_rows(model, links))
    known = found.notna()
    if not known.any():
        raise RatingsError("None of the rated films is in the catalogue.")
    table = pd.DataFrame(
        {
            "person": ratings.loc[known, "userId"].astype(np.int64),
            "row": found[known].astype(np.int64),
            "rating": ratings.loc[known, "rating"].astype(np.float64),
            "time": ratings.loc[known, "timestamp"].astype(np.int64),
        }
    )
    ordered = table.sort_values(["person", "time", "row"], ignore_index=True)
    return ordered.drop_duplicates(["person", "row"], keep="last", ignore_index=True)


def select_likes(rated: pd.DataFrame, cases: Sequence[Case]) -> pd.DataFrame:
    """Return all likes of the users in these cases, columns ``person, row``."""
    people = {case.person for case in cases}
    wanted = (rated["rating"] >= LIKED_FROM) & rated["person"].isin(people)
    likes: pd.DataFrame = rated.loc[wanted, ["person", "row"]]
    return likes


def build_cases(model: Model, rated: pd.DataFrame, *, folds: int = 3, seed: int = 0) -> list[Case]:
    """Build one case for each user with `MIN_LIKES` likes; the latest fifth of them are targets.

    Parameters
    ----------
    rated : from `read_ratings`
    folds : number of folds; users are assigned at random
    seed : seed of the assignment
    """
    eligible = []
    for person, own in rated.groupby("person", sort=True):
        liked_times = own.loc[own["rating"] >= LIKED_FROM, "time"].to_numpy()
        if len(liked_times) >= MIN_LIKES:
            kept = len(liked_times) - max(1, round(TARGET_SHARE * len(liked_times)))
            eligible.append((int(str(person)), own, kept))
    order = np.random.default_rng(seed).permutation(len(eligible))
    fold_of = np.empty(len(eligible), np.int64)
    fold_of[order] = np.arange(len(eligible)) % folds
    return [
        replace(_build_case(model, person, own, kept), fold=int(fold))
        for (person, own, kept), fold in zip(eligible, fold_of, strict=True)
    ]


def build_returning_cases(model: Model, rated: pd.DataFrame, cases: Sequence[Case]) -> list[Case]:
    """Build cases of returning users, with targets of a later day and unchanged folds.

    Most MovieLens users rate all films within an hour, in the order of the site's list. Likes of
    a later day are better evidence of taste. Targets are the likes more than a day after the end
    of the profile of `build_cases`; users without such likes are excluded.
    """
    returning = []
    rated_by = dict(iter(rated.groupby("person")))
    for case in cases:
        own = rated_by[case.person]
        times = own.loc[own["rating"] >= LIKED_FROM, "time"].to_numpy()
        profile_end = times[len(times) - len(case.targets) - 1]
        later = int((times > profile_end + DAY_S).sum())
        if later:
            kept = len(times) - later
            built = _build_case(model, case.person, own, kept)
            returning.append(replace(built, fold=case.fold))
    return returning


def build_temporal_cases(model: Model, rated: pd.DataFrame) -> list[tuple[list[Case], list[Case]]]:
    """Build (training cases, test cases) for each time cut that has test cases.

    Training users stopped rating before the cut. Test users have at least five likes before the
    cut and one after it. Each user is tested once, at the last such cut. Several cuts are needed
    because few users are active around a single cut.
    """
    cut_of: dict[int, int] = {}
    training: list[list[Case]] = []
    kept_likes: list[dict[int, int]] = []
    last = rated.groupby("person")["time"].transform("max")
    liked = rated[rated["rating"] >= LIKED_FROM]
    for cut, quantile in enumerate(CUT_QUANTILES):
        time = float(rated["time"].quantile(quantile))
        stopped = rated[last <= time]
        training.append(build_cases(model, stopped, folds=1))
        counts = (liked["time"] <= time).groupby(liked["person"]).agg(["sum", "size"])
        active = counts[(counts["sum"] >= MIN_LIKES_BEFORE_CUT) & (counts["sum"] < counts["size"])]
        kept_likes.append({int(str(person)): int(kept) for person, kept in active["sum"].items()})
        if len(training[-1]) >= MIN_TRAINING_PEOPLE:
            cut_of |= dict.fromkeys(kept_likes[-1], cut)
    tests: list[list[Case]] = [[] for _ in CUT_QUANTILES]
    for person, own in rated.groupby("person", sort=True):
        cut = cut_of.get(int(str(person)), -1)
        if cut >= 0:
            kept = kept_likes[cut][int(str(person))]
            tests[cut].append(_build_case(model, int(str(person)), own, kept))
    return [pair for pair in zip(training, tests, strict=True) if pair[1]]


def _link_rows(model: Model, links: pd.DataFrame) -> dict[int, int]:
    """Return the model row of each MovieLens film, by movie id; skip films not in the model."""
    tconsts = [f"tt{int(number):07d}" for number in links["imdbId"]]
    row_of = {model.tconst(int(row)): int(row) for row in model.rows_of(tconsts)}
    return {
        int(movie): row_of[tconst]
        for movie, tconst in zip(links["movieId"], tconsts, strict=True)
        if tconst in row_of
    }


def _build_case(model: Model, person: int, own: pd.DataFrame, kept: int) -> Case:
    """Build a user's case: the first ``kept`` likes form the profile, later likes the targets."""
    rows = own["row"].to_numpy()
    is_liked = own["rating"].to_numpy() >= LIKED_FROM
    liked_positions = np.flatnonzero(is_liked)
    later = np.arange(len(rows)) > liked_positions[kept - 1]
    targets = rows[liked_positions[kept:]]
    return Case(
        person=person,
        likes=rows[liked_positions[:kept]][::-1][:PROFILE_SIZE],
        targets=targets,
        disliked=rows[~is_liked & later],
        rated=np.setdiff1d(rows, targets),
        latest_year=int(model.years[targets].max()),
        fold=0,
    )
