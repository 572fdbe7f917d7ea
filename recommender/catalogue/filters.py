"""What a list of films can be narrowed to and sorted by, and the SQL of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """The orders a list of films can have."""

    RELEVANCE = "relevance"
    RATING = "rating"
    VOTES = "votes"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What to narrow a list of films to; None and () narrow nothing.

    Attributes
    ----------
    genres
        IMDb genres, any of which (or with ``all_genres`` each of which) a film must have.
    year_from, year_to
        First and last year, both included.
    min_rating
        Lowest average rating, 0 to 10.
    min_runtime_min, max_runtime_min
        Shortest and longest runtime in minutes, both included; a film of unknown runtime
        passes neither.
    """

    genres: tuple[str, ...] = ()
    all_genres: bool = False
    year_from: int | None = None
    year_to: int | None = None
    min_rating: float | None = None
    min_runtime_min: int | None = None
    max_runtime_min: int | None = None

    def conditions(self) -> tuple[list[str], dict[str, object]]:
        """Return the SQL conditions on table ``f`` (films), and the values they name."""
        limits = {
            "year_from": ("f.startYear >=", self.year_from),
            "year_to": ("f.startYear <=", self.year_to),
            "min_rating": ("f.averageRating >=", self.min_rating),
            "min_runtime": ("f.runtimeMinutes >=", self.min_runtime_min),
            "max_runtime": ("f.runtimeMinutes <=", self.max_runtime_min),
        }
        parts, values = [], dict[str, object]()
        for name, (condition, limit) in limits.items():
            if limit is not None:
                parts.append(f"{condition} :{name}")
                values[name] = _bindable(limit)
        genres = {f"genre{n}": genre for n, genre in enumerate(dict.fromkeys(self.genres))}
        values |= {name: storable(genre) for name, genre in genres.items()}
        having = "f.film IN (SELECT film FROM genres WHERE genre IN ({}))"
        if self.all_genres:
            parts += [having.format(f":{name}") for name in genres]
        elif genres:
            parts.append(having.format(", ".join(f":{name}" for name in genres)))
        return parts, values


def _bindable(limit: float) -> float | None:
    """Return a limit SQLite can hold: a year in a URL may have a hundred digits, or be NaN."""
    if isinstance(limit, float) and math.isnan(limit):
        return None
    return max(-(2**62), min(limit, 2**62))


def storable(text: str) -> str:
    """Return text that SQLite accepts: a URL may carry half a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8")


# The film's number is its place by votes, so every order ends in it and is total.
ORDERS = {
    Sort.RATING: "f.weightedRating DESC, f.film",
    Sort.VOTES: "f.film",
    Sort.YEAR: "f.startYear DESC, f.film",
}
