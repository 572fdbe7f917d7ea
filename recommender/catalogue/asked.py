"""A typed query as sets of films: where its words stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pyroaring import BitMap

from recommender.catalogue.bitmaps import ANYWHERE, Bitmaps, Place
from recommender.catalogue.words import bare_key, key

Chunk = tuple[str, ...]
"""What stands between two spaces, as its words."""

_SHORT = 2  # letters of a word that begins too many names to tell films apart
_NAMES = (Place.LEADS, Place.OTHERS)
_TITLE, _LEADS = (Place.TITLE, Place.FACTS), (Place.TITLE, Place.LEADS, Place.FACTS)


class Asked:
    """A query and the films it may mean.

    Every word has to be somewhere in a film, and the last one may be unfinished.

    Parameters
    ----------
    bitmaps
        Of the catalogue.
    chunks
        What was typed, one part or more.
    """

    def __init__(self, bitmaps: Bitmaps, chunks: Sequence[Chunk]) -> None:
        self.chunks = tuple(chunks)
        self._bitmaps = bitmaps
        title = _title_of(self.chunks)
        self.key, self.bare = key(title), bare_key(title)

    @cached_property
    def films(self) -> BitMap:
        """Every film it finds."""
        return self._found(ANYWHERE)

    @cached_property
    def in_leads(self) -> BitMap:
        """Films with all words in the title, the facts or the names of the leads."""
        return self._found(_LEADS)

    @cached_property
    def in_title(self) -> BitMap:
        """Films with all words in the title or the facts."""
        return self._all_of(_TITLE, self._begun(self.chunks[-1], _TITLE))

    @cached_property
    def whole_in_title(self) -> BitMap:
        """Films with all words in the title or the facts, the last one as it stands."""
        return self._all_of(_TITLE, self._whole(self.chunks[-1], _TITLE))

    @cached_property
    def _names_are_whole(self) -> bool:
        """Tell whether the last word is not the beginning of a name.

        ``nolan`` is somebody's name as it stands, ``nola`` may become one. Nearly every film has
        a person whose name begins with a given letter or two, so alone these only begin titles.
        """
        last = self.chunks[-1]
        if len("".join(last)) <= _SHORT:
            return len(self.chunks) == 1
        return last[-1].isdigit() or bool(self._all_of(ANYWHERE, self._whole(last, _NAMES)))

    def _found(self, places: Sequence[Place]) -> BitMap:
        last = self.chunks[-1]
        if not self._names_are_whole:
            return self._all_of(places, self._begun(last, places))
        begun = self._begun(last, [place for place in places if place is Place.TITLE])
        return self._all_of(places, begun | self._whole(last, places))

    def _all_of(self, places: Sequence[Place], last: BitMap) -> BitMap:
        """Return the films that have the finished words in these places, and are in ``last``."""
        return BitMap.intersection(last, *[self._whole(c, places) for c in self.chunks[:-1]])

    def _whole(self, chunk: Chunk, places: Sequence[Place]) -> BitMap:
        """Return the films with a finished word, ``spider-man`` as one or as two."""
        joined = self._bitmaps.with_word("".join(chunk), places)
        if len(chunk) == 1:
            return joined
        return joined | BitMap.intersection(*[self._bitmaps.with_word(p, places) for p in chunk])

    def _begun(self, chunk: Chunk, places: Sequence[Place]) -> BitMap:
        """Return the films with an unfinished word.

        Genres and decades have to be whole, years may be begun.
        """
        joined = "".join(chunk)
        open_to = [p for p in places if p is not Place.FACTS or joined.isdigit()]
        begun = self._bitmaps.with_beginning(joined, open_to)
        if len(chunk) > 1:
            parts = [self._bitmaps.with_word(part, open_to) for part in chunk[:-1]]
            begun |= BitMap.intersection(self._bitmaps.with_beginning(chunk[-1], open_to), *parts)
        return begun | self._whole(chunk, places)


def is_year(chunk: Chunk) -> bool:
    """Return whether a part of a query is a year of films."""
    word = chunk[0]
    return len(chunk) == 1 and len(word) == 4 and word.isdigit() and "1870" <= word <= "2100"


def _title_of(parts: Sequence[Chunk]) -> str:
    """Return the query as a title: without its year, unless it is nothing but one."""
    kept = [chunk for chunk in parts if not is_year(chunk)] or parts
    return " ".join(" ".join(chunk) for chunk in kept)
