"""Convert the columns of an import to rows of the catalogue, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from recommender.catalogue.imdb.columns import Category, Imported
from recommender.catalogue.row_writer import TABLES, Batch, credit_weight
from recommender.catalogue.search.index import LEADING_CAST, pack_credits
from recommender.catalogue.search.tokens import sort_key, sort_key_without_article
from recommender.catalogue.tables import CATEGORIES, CatalogueTables, as_frame

_BATCH = 4_000
_PEOPLE_SHARE = 0.15
"""Measured share of the time for people; films take the rest."""
_NAMES = np.array(["cast", "director", "writer"], dtype=object)
"""By category."""


class ColumnContent:
    """Rows of an import.

    Parameters
    ----------
    imported
        Result of the ``Collector``.

    Attributes
    ----------
    written
        Number of films yielded so far.
    """

    def __init__(self, imported: Imported) -> None:
        self._films, self._people = imported.films, imported.people
        self._credits = imported.credits
        self.films, self.people = len(imported.films), len(imported.people)
        self._ordering = imported.credits.ordering()
        self._fame = np.log1p(self._films.votes)
        votes = int(self._films.votes.sum())
        rated = float((self._films.ratings * self._films.votes).sum())
        self._weighted = credit_weight(
            self._films.ratings, self._films.votes, rated / votes if votes else 0
        )
        # First credit of each film, and the end.
        self._starts = np.searchsorted(self._credits.film, np.arange(len(self._films) + 1))
        self.written = 0

    def batches(self) -> Iterator[tuple[float, Batch]]:
        """Yield the part done (0 to 1) and a batch of rows by the keys of TABLES."""
        for start in range(0, self.people, _BATCH * 4):
            part = slice(start, min(start + _BATCH * 4, self.people))
            yield part.stop / self.people * _PEOPLE_SHARE, self._people_rows(part)
        for start in range(0, self.films, _BATCH):
            part = slice(start, min(start + _BATCH, self.films))
            done = _PEOPLE_SHARE + part.stop / self.films * (1 - _PEOPLE_SHARE)
            yield done, self._film_rows(part)
            self.written = part.stop

    def credits(self) -> npt.NDArray[np.int64]:
        """Return all credits packed for the search index."""
        category = self._credits.category
        leading = (category == Category.DIRECTOR) | (
            (category == Category.CAST) & (self._ordering <= LEADING_CAST)
        )
        film = self._credits.film.astype(np.int64) + 1
        return pack_credits(film, self._credits.person + 1, leading)

    def tables(self) -> CatalogueTables:
        """Return the tables that ``Catalogue.read_tables`` would read."""
        films = {
            "tconst": pa.array([f"tt{number:07d}" for number in self._films.ids.tolist()]),
            "primaryTitle": self._films.titles,
            "originalTitle": self._films.originals,
            "startYear": self._films.years,
            "runtimeMinutes": pc.cast(self._films.minutes, pa.float64()),
            "genres": self._films.genres,
            "averageRating": self._films.ratings,
            "numVotes": self._films.votes,
        }
        ids = pa.array([f"nm{number:07d}" for number in self._people.ids.tolist()])
        roles = {
            "film": self._credits.film,
            "person": self._credits.person.astype(np.int32),
            "category": pd.Categorical.from_codes(self._credits.category, pd.Index(CATEGORIES)),
            "ordering": self._ordering.astype(np.int32),
        }
        return CatalogueTables(
            films=as_frame(pa.table(films)),
            people=as_frame(pa.table({"person_id": ids, "name": self._people.names})),
            roles=pd.DataFrame(roles, copy=False),
        )

    def _people_rows(self, part: slice) -> Batch:
        names = self._people.names[part].to_pylist()
        ids = [f"nm{number:07d}" for number in self._people.ids[part].tolist()]
        return _batch(people=zip(range(part.start + 1, part.stop + 1), ids, names, strict=True))

    def _film_rows(self, part: slice) -> Batch:
        films = self._films
        numbers = range(part.start + 1, part.stop + 1)
        titles, originals = films.titles[part].to_pylist(), films.originals[part].to_pylist()
        genres, years = films.genres[part].to_pylist(), films.years[part].tolist()
        inside = slice(*self._starts[[part.start, part.stop]].tolist())
        category, ordering = self._credits.category[inside], self._ordering[inside]
        return _batch(
            films=zip(
                numbers,
                [f"tt{number:07d}" for number in films.ids[part].tolist()],
                titles,
                originals,
                years,
                films.minutes[part].to_pylist(),
                genres,
                films.ratings[part].tolist(),
                films.votes[part].tolist(),
                *(
                    self._joined(self._people.names, part, category == kind, "|")
                    for kind in (Category.DIRECTOR, Category.WRITER, Category.CAST)
                ),
                self._weighted[part].tolist(),
                self._fame[part].tolist(),
                keys := list(map(sort_key, titles)),
                map(sort_key_without_article, titles),
                [
                    own if same == title else sort_key(same)
                    for own, title, same in zip(keys, titles, originals, strict=True)
                ],
                strict=True,
            ),
            credits=zip(
                (self._credits.film[inside] + 1).tolist(),
                _NAMES[category].tolist(),
                ordering.tolist(),
                (self._credits.person[inside] + 1).tolist(),
                strict=True,
            ),
        )

    def _joined(
        self, texts: Any, part: slice, chosen: npt.NDArray[np.bool_], between: str
    ) -> list[str]:
        """Return the joined names of the chosen credits of each film."""
        inside = slice(*self._starts[[part.start, part.stop]].tolist())
        film = self._credits.film[inside][chosen] - part.start
        counts = np.bincount(film, minlength=part.stop - part.start)
        ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        persons = texts.take(pa.array(self._credits.person[inside][chosen]))
        lists = pa.ListArray.from_arrays(pa.array(ends), persons)
        joined: list[str] = pc.binary_join(lists, between).to_pylist()
        return joined


def _batch(**rows: Iterable[tuple[Any, ...]]) -> Batch:
    return {table: rows.get(table, ()) for table in TABLES}
