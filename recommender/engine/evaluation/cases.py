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
"""A temporal cut with fewer training cases is not used."""
LIST_LENGTH = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One person's profile and targets.

    Attributes
    ----------
    person : user id in the ratings
    likes : rows, newest first, at most the profile size
    targets : rows the person liked later
    disliked : rows the person rated below `LIKED_FROM` in the time of the targets
    rated : rows the person rated, without the targets; never recommended
    latest_year : release year of the newest target; newer films are no candidates
    fold : number of the test fold the person belongs to
    """

    person: int
    likes: Rows
    targets: Rows
    disliked: Rows
    rated: Rows
    latest_year: int
    fold: int

    def profile(self, *, size: int = PROFILE_SIZE) -> ProfileRows:
        """Return the profile rows, with at most ``size`` likes."""
        return ProfileRows.from_rows(self.likes[:size], excluded=self.rated)


RecommendFunction = Callable[[Case], Rows]
"""A case -> the recommended rows, best first, at most `LIST_LENGTH`."""


def recommend_with(
    model: Model, ranker: Ranker, *, dials: Dials | None = None
) -> RecommendFunction:
    """Return a function that ranks with a ranker and re-ranks as the product does."""
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
    """Return the ratings of films in the model, oldest first for each person.

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
    """Return all likes of the people of these cases, columns ``person, row``."""
    people = {case.person for case in cases}
    wanted = (rated["rating"] >= LIKED_FROM) & rated["person"].isin(people)
    likes: pd.DataFrame = rated.loc[wanted, ["person", "row"]]
    return likes


def build_cases(model: Model, rated: pd.DataFrame, *, folds: int = 3, seed: int = 0) -> list[Case]:
    """Return one case for each person with `MIN_LIKES`; the latest fifth of the likes are targets.

    Parameters
    ----------
    rated : from `read_ratings`
    folds : number of folds; people are assigned at random
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
    """Return cases of people who came back, with targets of a later day; folds stay the same.

    Most people of MovieLens rate everything within an hour, in the order the site shows the
    films. Likes of another day say more about taste. Targets are the likes given more than a day
    after the profile of `build_cases` ends; people without such likes are left out.
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
    """Return pairs of training and test cases, one pair for each time cut that has test cases.

    Training people stopped rating before the cut. Test people have five likes before it and one
    after it. Each person is tested once, at the last such cut: a single cut finds too few people
    in the middle of their ratings.
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
    """Return the model row of each MovieLens film the model knows."""
    tconsts = [f"tt{int(number):07d}" for number in links["imdbId"]]
    row_of = {model.tconst(int(row)): int(row) for row in model.rows_of(tconsts)}
    return {
        int(movie): row_of[tconst]
        for movie, tconst in zip(links["movieId"], tconsts, strict=True)
        if tconst in row_of
    }


def _build_case(model: Model, person: int, own: pd.DataFrame, kept: int) -> Case:
    """Return the case whose profile is the first ``kept`` likes."""
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
