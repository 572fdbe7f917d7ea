"""Tables that compare likes with the whole catalogue: genres, decades, runtimes, people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from recommender.entities import Film
from recommender.service.marquee import Marquee

COMMON_SHARE = 0.08
"""Share of the catalogue from which a genre is listed even when no like has it."""
LENGTHS = (
    (0, 90, "under 1h 30"),
    (90, 105, "1h 30 to 1h 44"),
    (105, 120, "1h 45 to 1h 59"),
    (120, 150, "2h to 2h 29"),
    (150, 100_000, "2h 30 and more"),
)
"""Runtimes in minutes: start, end (exclusive) and label."""


def build_genre_table(marquee: Marquee, likes: Sequence[Film]) -> pd.DataFrame:
    """Return the genres of the likes, and common genres that no like has.

    Returns
    -------
    DataFrame with genre, yours, everyone (shares, 0 to 1), lift (``yours / everyone``) and likes
    (a count), by descending lift
    """
    everyone = marquee.catalogue.count_genres()
    films = marquee.catalogue.count_films()
    yours = Counter(genre for film in likes for genre in film.genres)
    table = pd.DataFrame(
        [
            {
                "genre": genre,
                "yours": yours[genre] / len(likes),
                "everyone": count / films,
                "lift": yours[genre] / len(likes) / (count / films),
                "likes": yours[genre],
            }
            for genre, count in everyone.items()
            if yours[genre] or count / films >= COMMON_SHARE
        ],
        columns=["genre", "yours", "everyone", "lift", "likes"],
    )
    return table.sort_values(
        ["lift", "everyone"], ascending=False, kind="stable", ignore_index=True
    )


def build_decade_table(marquee: Marquee, likes: Sequence[Film]) -> pd.DataFrame:
    """Return the decades from that of the oldest like on, without gaps.

    Returns
    -------
    DataFrame with kind, yours, everyone (shares, 0 to 1), oldest first
    """
    numbers, counts = np.unique(marquee.model.years // 10 * 10, return_counts=True)
    everyone = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    yours = Counter(film.start_year // 10 * 10 for film in likes)
    shown = range(min(yours), max(*yours, *everyone) + 1, 10)
    return _share_table(yours, everyone, {decade: f"{decade}s" for decade in shown})


def build_length_table(marquee: Marquee, likes: Sequence[Film]) -> pd.DataFrame:
    """Return the classes of runtimes; films without a runtime do not count.

    Returns
    -------
    DataFrame with kind, yours, everyone (shares, 0 to 1), shortest first
    """
    everyone: Counter[int] = Counter()
    for minutes, count in marquee.catalogue.count_runtimes().items():
        everyone[_length_class(minutes)] += count
    yours = Counter(_length_class(film.runtime_min) for film in likes if film.runtime_min)
    return _share_table(yours, everyone, {n: name for n, (_, _, name) in enumerate(LENGTHS)})


def build_people_table(
    marquee: Marquee, likes: Sequence[Film], *, part: Literal["director", "cast"]
) -> pd.DataFrame:
    """Return the directors or actors of the likes.

    Returns
    -------
    DataFrame with person, likes, catalogue (counts of films) and films (titles of the likes), by
    descending number of likes, then by ascending number of films in the catalogue
    """
    model = marquee.model
    index = model.director if part == "director" else model.cast
    films_of = np.diff(index.inverted.indptr)
    made: dict[int, list[str]] = {}
    for film in likes:
        for row in model.rows_of([film.tconst]):
            for person in index.features_of(int(row)).tolist():
                made.setdefault(person, []).append(film.label)
    ordered = sorted(made, key=lambda who: (-len(made[who]), films_of[who], model.names[who]))
    return pd.DataFrame(
        [
            {
                "person": model.names[who],
                "likes": len(made[who]),
                "catalogue": int(films_of[who]),
                "films": ", ".join(made[who]),
            }
            for who in ordered
        ],
        columns=["person", "likes", "catalogue", "films"],
    )


def _share_table(
    yours: Mapping[int, int], everyone: Mapping[int, int], names: Mapping[int, str]
) -> pd.DataFrame:
    mine, theirs = max(sum(yours.values()), 1), max(sum(everyone.values()), 1)
    return pd.DataFrame(
        [
            {
                "kind": name,
                "yours": yours.get(number, 0) / mine,
                "everyone": everyone.get(number, 0) / theirs,
            }
            for number, name in names.items()
        ],
        columns=["kind", "yours", "everyone"],
    )


def _length_class(minutes: int) -> int:
    return next(n for n, (start, end, _) in enumerate(LENGTHS) if start <= minutes < end)
