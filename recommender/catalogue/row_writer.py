"""Films as rows of the database's tables; people are met once and remembered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from recommender.catalogue.rows import FilmRow, Person
from recommender.catalogue.search.tokens import sort_key, sort_key_without_article

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PRIOR_VOTES = 25_000  # a rating of fewer votes counts for less than half of itself

# Where the rows of each kind go, and how many values a row has.
TABLES = {
    "films": ("films", 17),
    "people": ("people", 3),
    "credits": ("credits", 4),
}
Batch = Mapping[str, Iterable[tuple[Any, ...]]]
"""Rows by the keys of TABLES."""
Values = TypeVar("Values", float, Any)

_BATCH = 2_000


class RowSource(Protocol):
    """What a catalogue is written from, whatever it was read from."""

    @property
    def films(self) -> int:
        """How many films there are."""

    @property
    def people(self) -> int:
        """How many people there are; known once the batches are through."""

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield rows, each time with the part of all that is done (0 to 1)."""

    def credits(self) -> npt.NDArray[np.int64] | None:
        """Return all credits as ``indexing.pack_credits`` does, None where only rows hold them."""


def credit_weight(rating: Values, votes: Values, mean: float) -> Values:
    """Return ratings pulled toward the mean where votes are few; numbers or arrays of them."""
    return (rating * votes + mean * PRIOR_VOTES) / (votes + PRIOR_VOTES)


class FilmRowSource:
    """Turns films, best known first, into rows.

    Attributes
    ----------
    people
        How many people were met.
    """

    def __init__(self, films: Sequence[FilmRow]) -> None:
        self._films = films
        votes = sum(film.num_votes for film in films)
        rated = sum(film.average_rating * film.num_votes for film in films)
        self._mean = rated / votes if votes else 0.0
        self._numbers: dict[str, int] = {}

    @property
    def films(self) -> int:
        """How many films there are."""
        return len(self._films)

    @property
    def people(self) -> int:
        """How many people were met."""
        return len(self._numbers)

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield rows, each time with the part of all that is done (0 to 1)."""
        for start in range(0, self.films, _BATCH):
            end = min(start + _BATCH, self.films)
            yield end / self.films, self.rows(self._films[start:end], start + 1)

    def credits(self) -> None:
        """Return nothing: the rows hold the credits."""

    def rows(self, films: Iterable[FilmRow], first: int) -> Batch:
        """Return the rows of some films, numbered from ``first``, by the keys of TABLES."""
        batch: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        for number, film in enumerate(films, first):
            batch["films"].append(self._film(number, film))
            # In the order of the table's key, so that every row goes to its end.
            groups = (("cast", film.cast), ("director", film.directors), ("writer", film.writers))
            for category, people in groups:
                for order, person in enumerate(people, 1):
                    if person.person_id not in self._numbers:
                        batch["people"].append(self._met(person))
                    batch["credits"].append(
                        (number, category, order, self._numbers[person.person_id])
                    )
        return batch

    def _met(self, person: Person) -> tuple[object, ...]:
        """Return the row of a person met for the first time, in the best known of their films."""
        number = self._numbers[person.person_id] = len(self._numbers) + 1
        return number, person.person_id, person.name

    def _film(self, number: int, film: FilmRow) -> tuple[object, ...]:
        weighted = credit_weight(film.average_rating, float(film.num_votes), self._mean)
        return (
            number,
            film.tconst,
            film.primary_title,
            film.original_title,
            film.start_year,
            film.runtime_min,
            "|".join(film.genres),
            film.average_rating,
            film.num_votes,
            *("|".join([p.name for p in g]) for g in (film.directors, film.writers, film.cast)),
            weighted,
            math.log1p(film.num_votes),
            sort_key(film.primary_title),
            sort_key_without_article(film.primary_title),
            sort_key(film.original_title),
        )
