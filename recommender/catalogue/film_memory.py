"""Films that were read, kept: what people see, they see again, and from many pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from recommender.entities import Film

MOST_KEPT: Final = 24_576
"""The bundled films by both their names; some 20 MB."""

# What a film is asked for by: its tconst, or its number in the catalogue.
_Name = TypeVar("_Name", str, int)


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
        self._films: dict[str | int, Film] = {}

    def list_films(
        self,
        of: object,
        names: Sequence[_Name],
        read: Callable[[Sequence[_Name]], Mapping[_Name, Film]],
    ) -> list[Film]:
        """Return films in the order asked for, and read those that are not kept; some are none.

        Parameters
        ----------
        of
            What tells the file from any other.
        names
            Of the films.
        read
            Returns films of the file by their names; asked only for what is not kept.
        """
        with self._lock:
            if self._of != of:
                self._of, self._films = of, {}
            found = {name: self._films[name] for name in names if name in self._films}
        unread = [name for name in dict.fromkeys(names) if name not in found]
        if unread:
            fresh = read(unread)
            self._keep(of, fresh)
            found.update(fresh)
        return [found[name] for name in names if name in found]

    def _keep(self, of: object, films: Mapping[_Name, Film]) -> None:
        with self._lock:
            if self._of != of:
                return  # another file has been asked for meanwhile
            self._films.update(films.items())
            # What a search has found is asked for by its id next.
            self._films.update((film.tconst, film) for film in films.values())
            while len(self._films) > self._most_kept:
                del self._films[next(iter(self._films))]
