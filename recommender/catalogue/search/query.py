"""A parsed query and its sets of matching films by field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pyroaring import BitMap

from recommender.catalogue.search.postings import ANYWHERE, Field, Postings
from recommender.catalogue.search.tokens import sort_key, sort_key_without_article

Token = tuple[str, ...]
"""Words of the text between two spaces."""

_SHORT = 2  # letters of a prefix that too many names share
_NAMES = (Field.LEADS, Field.OTHERS)
_TITLE, _LEADS = (Field.TITLE, Field.FACTS), (Field.TITLE, Field.LEADS, Field.FACTS)


class Query:
    """A query and its matching films.

    Every word must match a field of the film; the last one may be a prefix.

    Parameters
    ----------
    postings
        Postings of the catalogue.
    tokens
        Tokens of the typed text, at least one.
    """

    def __init__(self, postings: Postings, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self._postings = postings
        title = _title_of(self.tokens)
        self.key, self.bare = sort_key(title), sort_key_without_article(title)

    @cached_property
    def films(self) -> BitMap:
        """All matching films."""
        return self._found(ANYWHERE)

    @cached_property
    def matches_in_top_billing(self) -> BitMap:
        """Films with all words in the title, the facts or the names of the leads."""
        return self._found(_LEADS)

    @cached_property
    def in_title(self) -> BitMap:
        """Films whose title, year or genres contain all query tokens."""
        return self._all_of(_TITLE, self._prefixed(self.tokens[-1], _TITLE))

    @cached_property
    def whole_in_title(self) -> BitMap:
        """Films whose title, year or genres contain all query tokens, the last as a whole word."""
        return self._all_of(_TITLE, self._whole(self.tokens[-1], _TITLE))

    @cached_property
    def _names_are_whole(self) -> bool:
        """Whether the last word is a complete name and no prefix.

        ``nolan`` is a complete name, ``nola`` is a prefix of one. Almost every film has a person
        for each prefix of one or two letters, so these alone match titles only.
        """
        last = self.tokens[-1]
        if len("".join(last)) <= _SHORT:
            return len(self.tokens) == 1
        return last[-1].isdigit() or bool(self._all_of(ANYWHERE, self._whole(last, _NAMES)))

    def _found(self, fields: Sequence[Field]) -> BitMap:
        last = self.tokens[-1]
        if not self._names_are_whole:
            return self._all_of(fields, self._prefixed(last, fields))
        prefixed = self._prefixed(last, [field for field in fields if field is Field.TITLE])
        return self._all_of(fields, prefixed | self._whole(last, fields))

    def _all_of(self, fields: Sequence[Field], last: BitMap) -> BitMap:
        """Return the films of ``last`` that have the other words in these fields."""
        return BitMap.intersection(last, *[self._whole(c, fields) for c in self.tokens[:-1]])

    def _whole(self, token: Token, fields: Sequence[Field]) -> BitMap:
        """Return the films with a complete token, ``spider-man`` as one word or two."""
        joined = self._postings.with_word("".join(token), fields)
        if len(token) == 1:
            return joined
        return joined | BitMap.intersection(*[self._postings.with_word(p, fields) for p in token])

    def _prefixed(self, token: Token, fields: Sequence[Field]) -> BitMap:
        """Return the films with a word of this prefix.

        A genre or decade must be complete; a year may be a prefix.
        """
        joined = "".join(token)
        open_to = [p for p in fields if p is not Field.FACTS or joined.isdigit()]
        prefixed = self._postings.with_prefix(joined, open_to)
        if len(token) > 1:
            parts = [self._postings.with_word(part, open_to) for part in token[:-1]]
            prefixed |= BitMap.intersection(self._postings.with_prefix(token[-1], open_to), *parts)
        return prefixed | self._whole(token, fields)


def is_year(token: Token) -> bool:
    """Return whether a token is a year."""
    word = token[0]
    return len(token) == 1 and len(word) == 4 and word.isdigit() and "1870" <= word <= "2100"


def _title_of(parts: Sequence[Token]) -> str:
    """Return the query as a title, without its year unless it is only a year."""
    kept = [token for token in parts if not is_year(token)] or parts
    return " ".join(" ".join(token) for token in kept)
