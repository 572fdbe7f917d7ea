"""Film ids as people write them: in capitals, in addresses of IMDb, or as a title by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from recommender.entities import Film

MAX_SUGGESTIONS = 3
_TCONST = re.compile(r"tt[0-9]{7,10}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z]+\.)?imdb\.com/.*?\b(tt[0-9]{7,10})\b.*")


def read_film_id(text: str) -> str | None:
    """Return the IMDb id in a text such as ``TT0113277`` or an address of IMDb, else None."""
    plain = text.strip().lower()
    if _TCONST.fullmatch(plain):
        return plain
    found = _ADDRESS.fullmatch(plain)
    return found[1] if found else None


def describe_unknown(text: str, search: Callable[[str], Sequence[Film]]) -> str:
    """Return the text of an unknown film, with the films a search for it finds.

    Parameters
    ----------
    text : what was given as an id
    search : a query -> films, best first
    """
    films = [] if read_film_id(text) else list(search(text))[:MAX_SUGGESTIONS]
    if not films:
        return text
    suggestions = ", ".join(f"{film.tconst} {film.label}" for film in films)
    return f"{text} (a title; ids that match it: {suggestions})"
