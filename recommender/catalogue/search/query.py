"""A typed query as sets of films: where its words stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pyroaring import BitMap

from recommender.catalogue.search.postings import ANYWHERE, Field, Postings
from recommender.catalogue.search.tokens import sort_key, sort_key_without_article

Token = tuple[str, ...]
"""What stands between two spaces, as its words."""

_SHORT = 2  # letters of a word that begins too many names to tell films apart
_NAMES = (Field.LEADS, Field.OTHERS)
_TITLE, _LEADS = (Field.TITLE, Field.FACTS), (Field.TITLE, Field.LEADS, Field.FACTS)


class Query:
    """A query and the films it may mean.

    Every word has to be somewhere in a film, and the last one may be unfinished.

    Parameters
    ----------
    bitmaps
        Of the catalogue.
    tokens
        What was typed, one part or more.
    """

    def __init__(self, postings: Postings, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self._bitmaps = postings
        title = _title_of(self.tokens)
        self.key, self.bare = sort_key(title), sort_key_without_article(title)

    @cached_property
    def films(self) -> BitMap:
        """Every film it finds."""
        return self._found(ANYWHERE)

    @cached_property
    def matches_in_top_billing(self) -> BitMap:
        """Films with all words in the title, the facts or the names of the leads."""
        return self._found(_LEADS)

    @cached_property
    def in_title(self) -> BitMap:
        """Films with all words in the title or the facts."""
        return self._all_of(_TITLE, self._begun(self.tokens[-1], _TITLE))

    @cached_property
    def whole_in_title(self) -> BitMap:
        """Films with all words in the title or the facts, the last one as it stands."""
        return self._all_of(_TITLE, self._whole(self.tokens[-1], _TITLE))

    @cached_property
    def _names_are_whole(self) -> bool:
        """Tell whether the last word is not the beginning of a name.

        ``nolan`` is somebody's name as it stands, ``nola`` may become one. Nearly every film has
        a person whose name begins with a given letter or two, so alone these only begin titles.
        """
        last = self.tokens[-1]
        if len("".join(last)) <= _SHORT:
            return len(self.tokens) == 1
        return last[-1].isdigit() or bool(self._all_of(ANYWHERE, self._whole(last, _NAMES)))

    def _found(self, fields: Sequence[Field]) -> BitMap:
        last = self.tokens[-1]
        if not self._names_are_whole:
            return self._all_of(fields, self._begun(last, fields))
        begun = self._begun(last, [field for field in fields if field is Field.TITLE])
        return self._all_of(fields, begun | self._whole(last, fields))

    def _all_of(self, fields: Sequence[Field], last: BitMap) -> BitMap:
        """Return the films that have the finished words in these places, and are in ``last``."""
        return BitMap.intersection(last, *[self._whole(c, fields) for c in self.tokens[:-1]])

    def _whole(self, token: Token, fields: Sequence[Field]) -> BitMap:
        """Return the films with a finished word, ``spider-man`` as one or as two."""
        joined = self._bitmaps.with_word("".join(token), fields)
        if len(token) == 1:
            return joined
        return joined | BitMap.intersection(*[self._bitmaps.with_word(p, fields) for p in token])

    def _begun(self, token: Token, fields: Sequence[Field]) -> BitMap:
        """Return the films with an unfinished word.

        Genres and decades have to be whole, years may be begun.
        """
        joined = "".join(token)
        open_to = [p for p in fields if p is not Field.FACTS or joined.isdigit()]
        begun = self._bitmaps.with_prefix(joined, open_to)
        if len(token) > 1:
            parts = [self._bitmaps.with_word(part, open_to) for part in token[:-1]]
            begun |= BitMap.intersection(self._bitmaps.with_prefix(token[-1], open_to), *parts)
        return begun | self._whole(token, fields)


def is_year(token: Token) -> bool:
    """Return whether a part of a query is a year of films."""
    word = token[0]
    return len(token) == 1 and len(word) == 4 and word.isdigit() and "1870" <= word <= "2100"


def _title_of(parts: Sequence[Token]) -> str:
    """Return the query as a title: without its year, unless it is nothing but one."""
    kept = [token for token in parts if not is_year(token)] or parts
    return " ".join(" ".join(token) for token in kept)
