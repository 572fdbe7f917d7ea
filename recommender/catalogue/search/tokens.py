"""Tokenizer: fold text, split it into words, and add other spellings of them.

Titles and queries use the same functions, so ``Amélie`` meets ``amelie`` and ``WALL·E`` meets
``wall-e``, ``wall e`` and ``walle``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LAST_CHARACTER = "\U0010ffff"  # upper bound of a prefix range
_UNFOLDED = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "&": " and ",
        **dict.fromkeys("'`´‘’ʼ′", ""),  # noqa: RUF001 - the apostrophe's look-alikes
    }
)
_PART = re.compile(r"[^\W_]+")
_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)")
_LETTER_LIKE = str.maketrans("013457", "oieasv")  # Se7en, S1m0ne
_LETTER_LIKE_WORD = re.compile(r"[a-z]+\d[a-z]+(?:\d[a-z]+)?")
# fmt: off
_NUMBER_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)
_ROMAN = ("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")
# fmt: on
_DIGITS_OF_WORD = {word: str(n) for n, word in enumerate(_NUMBER_WORDS, 1)}
_WORD_OF_DIGITS = {digits: word for word, digits in _DIGITS_OF_WORD.items()}
_DIGITS_OF_ROMAN = {roman: str(n) for n, roman in enumerate(_ROMAN, 2)}
_ROMAN_OF_DIGITS = {digits: roman for roman, digits in _DIGITS_OF_ROMAN.items()}
_NUMBERS = frozenset(_DIGITS_OF_WORD | _WORD_OF_DIGITS | _DIGITS_OF_ROMAN | _ROMAN_OF_DIGITS)


def fold(text: str) -> str:
    """Return text in lower case, without accents and apostrophes, ``&`` as ``and``."""
    if text.isascii():
        return text.lower().translate(_UNFOLDED)
    # 8½ is 8 1/2, not 81/2
    spread = "".join([f"-{c}" if c > "\x7f" and _is_raised(c) else c for c in text])
    folded = unicodedata.normalize("NFKD", spread.casefold())
    kept = "".join([c for c in folded if not unicodedata.combining(c)])
    return kept.casefold().translate(_UNFOLDED)


def _is_raised(character: str) -> bool:
    return unicodedata.decomposition(character).startswith(("<fraction>", "<super>"))


def _is_plain(text: str) -> bool:
    """Return whether a text has only ASCII letters, digits and spaces."""
    return text.isascii() and text.replace(" ", "").isalnum()


def tokenize(text: str) -> list[tuple[str, ...]]:
    """Return the words between spaces as tuples: ``WALL·E`` is ``("wall", "e")``."""
    if _is_plain(text):
        return [(word,) for word in text.lower().split()]
    found = (tuple(_PART.findall(token)) for token in fold(text).split())
    return [parts for parts in found if parts]


def words(text: str) -> list[str]:
    """Return the words of a text, folded."""
    if _is_plain(text):
        return text.lower().split()
    return _PART.findall(fold(text))


def sort_key(text: str) -> str:
    """Return a title as one string without spaces; equal keys are equal titles."""
    return "".join(words(text))


def sort_key_without_article(text: str) -> str:
    """Return the key of a title without its leading article, ``Se7en`` as ``seven``."""
    bare = _ARTICLE.sub("", fold(text).strip(), count=1)
    return "".join(map(_as_letters, _PART.findall(bare))) or sort_key(text)


def _as_letters(word: str) -> str:
    return word.translate(_LETTER_LIKE) if _LETTER_LIKE_WORD.fullmatch(word) else word


def name_words(name: str) -> tuple[str, ...]:
    """Return the search tokens of a person's name; ``Jean-Luc`` also yields ``jeanluc``."""
    return tuple(dict.fromkeys(_with_joined(tokenize(name))))


def title_words(titles: Iterable[str]) -> list[str]:
    """Return the search tokens of a film's titles, with their other spellings."""
    found: dict[str, None] = {}
    for title in dict.fromkeys(titles):
        own = list(_with_joined(tokenize(title)))
        found.update(dict.fromkeys(own))
        for position, word in enumerate(own):
            found.update(dict.fromkeys(_other_forms(word, first=position == 0)))
    return list(found)


def _with_joined(parted: Iterable[tuple[str, ...]]) -> Iterable[str]:
    for parts in parted:
        yield from parts
        if len(parts) > 1:
            yield "".join(parts)


def _other_forms(word: str, *, first: bool) -> Iterable[str]:
    """Yield 11 for eleven, 2 for ii, seven for se7en, and back; a first Roman numeral stays."""
    if word in _NUMBERS:
        tables = [_DIGITS_OF_WORD, _WORD_OF_DIGITS]
        if not first:
            tables += [_DIGITS_OF_ROMAN, _ROMAN_OF_DIGITS]
        yield from (table[word] for table in tables if word in table)
    if not word.isalpha() and _as_letters(word) != word:
        yield _as_letters(word)


def year_words(year: int) -> list[str]:
    """Return the index words of a year and its decade: ``1995 1990s 90s``."""
    decade = year // 10 * 10
    return [str(year), f"{decade}s", *([f"{decade % 100}s"] if decade < 2000 else [])]


def genre_words(genre: str) -> list[str]:
    """Return the index words of a genre: ``sci fi scifi``."""
    parts = words(genre)
    return list(dict.fromkeys([*parts, "".join(parts), *_GENRE_FORMS.get(genre, ())]))


_GENRE_FORMS = {
    "Animation": ("animated",),
    "Biography": ("biographies", "biopic"),
    "Comedy": ("comedies",),
    "Documentary": ("documentaries",),
    "Drama": ("dramas",),
    "Musical": ("musicals",),
    "Mystery": ("mysteries",),
    "Romance": ("romantic",),
    "Sport": ("sports",),
    "Thriller": ("thrillers",),
    "Western": ("westerns",),
}
