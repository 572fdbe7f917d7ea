"""Films that were read, kept: what people see, they see again, and from many pages."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Final

from recommender.entities import Film

MOST_KEPT: Final = 24_576
"""The bundled films by both their names; some 20 MB."""

Name = str | int
"""What a film is asked for by: its tconst, or its number in the catalogue."""


class FilmMemory:
    """Films of one file, by the names they were asked for; of another file, none of them.

    Parameters
    ----------
    most_kept
        How many names are kept, the latest.
    """

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._lock = threading.Lock()
        self._of: object = None
        self._films: dict[Name, Film] = {}

    def recall(self, of: object) -> Mapping[Name, Film]:
        """Return what is kept of a file; read only, and it may grow and shrink meanwhile.

        Parameters
        ----------
        of
            What tells one file from the next.
        """
        with self._lock:
            if self._of != of:
                self._of, self._films = of, {}
            return self._films

    def keep(self, of: object, films: Iterable[tuple[Name, Film]]) -> None:
        """Keep films by names, unless another file has been asked for meanwhile.

        Parameters
        ----------
        of
            What `recall` was asked for before these were read.
        films
            Names and films.
        """
        with self._lock:
            if self._of != of:
                return
            self._films.update(films)
            while len(self._films) > self._most_kept:
                del self._films[next(iter(self._films))]
