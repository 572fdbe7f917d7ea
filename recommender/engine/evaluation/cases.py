"""Ratings -> test cases: what a person liked first, and what they went on to like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recommender.engine.model import Model
from recommender.engine.profile import PROFILE_SIZE, ProfileRows, Rows
from recommender.errors import MarqueeError

LIKED_FROM = 4.0
FEWEST_LIKES = 10
TARGET_SHARE = 0.2
FEWEST_BEFORE = 5
A_DAY_S = 86_400
MOMENTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""The temporal splits are at the times before which these shares of the ratings were given."""
FEWEST_TEACHERS = 20
"""A moment before which fewer people stopped has too little to learn from."""


class RatingsError(MarqueeError):
    """The ratings or links cannot be used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One person's question to a ranker, and the recommend.

    Attributes
    ----------
    person : the rater
    likes : rows, newest first, at most the profile's size
    targets : rows the person liked afterwards
    disliked : rows the person rated lower in the time of the targets
    rated : rows the person rated that are no targets; never recommended
    latest_year : films released after it could not be chosen and are no candidates
    fold : which models must not have seen the person
    """

    person: int
    likes: Rows
    targets: Rows
    disliked: Rows
    rated: Rows
    latest_year: int
    fold: int

    def taste(self, *, size: int = PROFILE_SIZE) -> ProfileRows:
        """Return the profile as ranking takes it."""
        likes = self.likes[:size]
        return ProfileRows.from_rows(likes, excluded=self.rated)


def read_ratings(model: Model, ratings: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return ratings of films the model knows: ``person, row, rating, time``, oldest first.

    Parameters
    ----------
    ratings
        MovieLens columns ``userId, movieId, rating, timestamp``.
    links
        MovieLens columns ``movieId, imdbId``.

    Raises
    ------
    RatingsError
        If columns are missing or nothing matches the catalogue.
    """
    for table, wanted, what in (
        (ratings, ("userId", "movieId", "rating", "timestamp"), "ratings"),
        (links, ("movieId", "imdbId"), "links"),
    ):
        missing = [name for name in wanted if name not in table.columns]
        if missing:
            raise RatingsError(f"The {what} lack the columns {', '.join(missing)}.")
    rows = link_rows(model, links)
    found = ratings["movieId"].map(rows)
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


def link_rows(model: Model, links: pd.DataFrame) -> dict[int, int]:
    """Return the model's row of each MovieLens film that it knows."""
    tconsts = [f"tt{int(number):07d}" for number in links["imdbId"]]
    row_of = {model.tconst(int(row)): int(row) for row in model.rows_of(tconsts)}
    return {
        int(movie): row_of[tconst]
        for movie, tconst in zip(links["movieId"], tconsts, strict=True)
        if tconst in row_of
    }


def build_cases(
    model: Model,
    rated: pd.DataFrame,
    *,
    folds: int = 3,
    seed: int = 0,
    profile_size: int = PROFILE_SIZE,
) -> list[Case]:
    """Return one case a person: the latest fifth of the likes is to be found from the rest.

    Parameters
    ----------
    rated
        From `read_ratings`.
    folds
        People are dealt into this many folds at random.
    seed
        Of the dealing.
    """
    split_people = []
    for person, theirs in rated.groupby("person", sort=True):
        liked_times = theirs.loc[theirs["rating"] >= LIKED_FROM, "time"].to_numpy()
        if len(liked_times) >= FEWEST_LIKES:
            kept = len(liked_times) - max(1, round(TARGET_SHARE * len(liked_times)))
            split_people.append((int(str(person)), theirs, kept))
    dealt = _deal(len(split_people), folds, seed)
    return [
        replace(_case(model, person, theirs, kept, profile_size), fold=fold)
        for (person, theirs, kept), fold in zip(split_people, dealt, strict=True)
    ]


def build_returning_cases(
    model: Model,
    rated: pd.DataFrame,
    cases: Sequence[Case],
    *,
    profile_size: int = PROFILE_SIZE,
) -> list[Case]:
    """Return the cases of people who came back, asked about what they liked a day and more later.

    Most people of MovieLens rate everything within an hour, in the order films are put before
    them; what somebody likes on another day says more of taste. The targets are the likes given
    more than a day after those `build_cases` makes the profile of; people without any are left
    out, everybody else keeps their fold.
    """
    returning = []
    of_person = dict(iter(rated.groupby("person")))
    for case in cases:
        theirs = of_person[case.person]
        times = theirs.loc[theirs["rating"] >= LIKED_FROM, "time"].to_numpy()
        last = times[len(times) - len(case.targets) - 1]
        later = int((times > last + A_DAY_S).sum())
        if later:
            kept = len(times) - later
            asked = _case(model, case.person, theirs, kept, profile_size)
            returning.append(replace(asked, fold=case.fold))
    return returning


def build_temporal_cases(
    model: Model, rated: pd.DataFrame, *, profile_size: int = PROFILE_SIZE
) -> list[tuple[list[Case], list[Case]]]:
    """Return, for each of several moments, cases to learn from and cases to ask.

    People who stopped before the moment teach; people with five likes before it and one after
    it are asked about what came after. Each person is asked once, at the last such moment: one
    moment alone finds hardly anybody in the middle of their ratings.
    """
    asked_at: dict[int, int] = {}
    taught: list[list[Case]] = []
    cuts: list[dict[int, int]] = []
    last = rated.groupby("person")["time"].transform("max")
    liked = rated[rated["rating"] >= LIKED_FROM]
    for number, share in enumerate(MOMENTS):
        moment = float(rated["time"].quantile(share))
        taught.append(build_cases(model, rated[last <= moment], folds=1, profile_size=profile_size))
        before = (liked["time"] <= moment).groupby(liked["person"]).agg(["sum", "size"])
        open_ = before[(before["sum"] >= FEWEST_BEFORE) & (before["sum"] < before["size"])]
        cuts.append({int(str(person)): int(kept) for person, kept in open_["sum"].items()})
        if len(taught[-1]) >= FEWEST_TEACHERS:
            asked_at |= dict.fromkeys(cuts[-1], number)
    asked: list[list[Case]] = [[] for _ in MOMENTS]
    for person, theirs in rated.groupby("person", sort=True):
        number = asked_at.get(int(str(person)), -1)
        if number >= 0:
            kept = cuts[number][int(str(person))]
            asked[number].append(_case(model, int(str(person)), theirs, kept, profile_size))
    return [pair for pair in zip(taught, asked, strict=True) if pair[1]]


def _case(model: Model, person: int, theirs: pd.DataFrame, kept: int, profile_size: int) -> Case:
    """Return the case whose profile is made of the first ``kept`` likes."""
    rows = theirs["row"].to_numpy()
    is_liked = theirs["rating"].to_numpy() >= LIKED_FROM
    liked_places = np.flatnonzero(is_liked)
    later = np.arange(len(rows)) > liked_places[kept - 1]
    targets = rows[liked_places[kept:]]
    return Case(
        person=person,
        likes=rows[liked_places[:kept]][::-1][:profile_size],
        targets=targets,
        disliked=rows[~is_liked & later],
        rated=np.setdiff1d(rows, targets),
        latest_year=int(model.years[targets].max()),
        fold=0,
    )


def _deal(count: int, folds: int, seed: int) -> Sequence[int]:
    order = np.random.default_rng(seed).permutation(count)
    dealt = np.empty(count, np.int64)
    dealt[order] = np.arange(count) % folds
    return [int(fold) for fold in dealt]
