"""Films as rows of the database's tables; people and words are met once and remembered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from recommender.catalogue.rows import FilmRow, Person
from recommender.catalogue.words import bare_key, fact_words, key, name_words, title_words

PRIOR_VOTES = 25_000  # a rating of fewer votes counts for less than half of itself
LEADING_CAST = 3

# Where the rows of each kind go, and how many values a row has.
TABLES = {
    "films": ("films", 17),
    "people": ("people", 3),
    "credits": ("credits", 4),
    "genres": ("genres", 2),
    "search": ("search (rowid, title, leads, others, facts)", 5),
}
Batch = Mapping[str, Iterable[tuple[Any, ...]]]
"""Rows by the keys of TABLES."""
Values = TypeVar("Values", float, Any)

_BATCH = 2_000


class Contents(Protocol):
    """What a catalogue is written from, whatever it was read from.

    Attributes
    ----------
    words
        Every word that finds a film, with the fame of the best known film it finds; whole once
        the batches are through.
    """

    words: dict[str, float]

    @property
    def films(self) -> int:
        """How many films there are."""

    @property
    def people(self) -> int:
        """How many people there are; known once the batches are through."""

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield rows, each time with the part of all that is done (0 to 1)."""


def weigh(rating: Values, votes: Values, mean: float) -> Values:
    """Return ratings pulled toward the mean where votes are few; numbers or arrays of them."""
    return (rating * votes + mean * PRIOR_VOTES) / (votes + PRIOR_VOTES)


class Content:
    """Turns films, best known first, into rows.

    Attributes
    ----------
    people
        How many people were met.
    words
        Every word that finds a film, with the fame of the best known film it finds.
    """

    def __init__(self, films: Sequence[FilmRow]) -> None:
        self._films = films
        votes = sum(film.num_votes for film in films)
        rated = sum(film.average_rating * film.num_votes for film in films)
        self._mean = rated / votes if votes else 0.0
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self.words: dict[str, float] = {}

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

    def rows(self, films: Iterable[FilmRow], first: int) -> Batch:
        """Return the rows of some films, numbered from ``first``, by the keys of TABLES."""
        batch: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        for number, film in enumerate(films, first):
            fame = math.log1p(film.num_votes)
            batch["films"].append(self._film(number, film, fame))
            batch["genres"] += [(genre, number) for genre in film.genres]
            # In the order of the table's key, so that every row goes to its end.
            groups = (("cast", film.cast), ("director", film.directors), ("writer", film.writers))
            for category, people in groups:
                for order, person in enumerate(people, 1):
                    if person.person_id not in self._numbers:
                        batch["people"].append(self._met(person, fame))
                    batch["credits"].append(
                        (number, category, order, self._numbers[person.person_id])
                    )
            batch["search"].append((number, *self._searched(film, fame)))
        return batch

    def _met(self, person: Person, fame: float) -> tuple[object, ...]:
        """Return the row of a person met for the first time, in the best known of their films."""
        number = self._numbers[person.person_id] = len(self._numbers) + 1
        words = name_words(person.name)
        self._texts[person.person_id] = " ".join(words)
        self._note(words, fame)
        return number, person.person_id, person.name

    def _note(self, words: Iterable[str], fame: float) -> None:
        for word in words:
            self.words.setdefault(word, fame)

    def _searched(self, film: FilmRow, fame: float) -> tuple[str, str, str, str]:
        """Return the four texts to search a film by."""
        title = title_words((film.primary_title, film.original_title))
        self._note(title, fame)
        leads = (*film.directors, *film.cast[:LEADING_CAST])
        others = (*film.writers, *film.cast[LEADING_CAST:])
        return (
            " ".join(title),
            " ".join([self._texts[person.person_id] for person in leads]),
            " ".join([self._texts[person.person_id] for person in others]),
            " ".join(fact_words(film.start_year, film.genres)),
        )

    def _film(self, number: int, film: FilmRow, fame: float) -> tuple[object, ...]:
        weighted = weigh(film.average_rating, float(film.num_votes), self._mean)
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
            fame,
            key(film.primary_title),
            bare_key(film.primary_title),
            key(film.original_title),
        )
