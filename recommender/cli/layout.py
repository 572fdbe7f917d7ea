"""Films as lines of text: aligned, plain, at most 100 columns wide."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from recommender.entities import Film, Recommendation

WIDTH = 100
_TITLE_WIDTH = 58
_NAMES_WIDTH = 14


def film_lines(films: Sequence[Film]) -> list[str]:
    """Return one line a film: place, title and year, rating, votes, id."""
    return [_line(place, film) for place, film in enumerate(films, 1)]


def recommendation_lines(recommendations: Sequence[Recommendation]) -> list[str]:
    """Return two lines a recommendation: the film with its match, and why."""
    lines = []
    for place, pick in enumerate(recommendations, 1):
        lines.append(_line(place, pick.film, match=f"{pick.match_percent}%"))
        if pick.because:
            lines.append(f"     {fit(pick.because, WIDTH - 5)}")
    return lines


def film_facts(film: Film) -> list[str]:
    """Return all that is known of a film, a few lines."""
    facts = [str(film.start_year)]
    if film.runtime_min is not None:
        facts.append(f"{film.runtime_min} minutes")
    facts.append(", ".join(film.genres))
    lines = [
        f"{fit(film.label, WIDTH - len(film.tconst) - 2)}  {film.tconst}",
        " | ".join(filter(None, facts)),
        f"{film.average_rating:.1f} of 10, {film.num_votes:,} votes",
    ]
    if film.original_title != film.primary_title:
        lines.insert(1, f"Original title: {fit(film.original_title, WIDTH - 16)}")
    for what, names in (
        ("Directed by", film.directors),
        ("Written by", film.writers),
        ("With", film.cast),
    ):
        lines.extend(_names_lines(what, names))
    return lines


def fit(text: str, width: int) -> str:
    """Return the text in one line of at most ``width`` columns, cut with an ellipsis.

    Characters that would move the cursor or colour the terminal become spaces.
    """
    plain = "".join(character if character.isprintable() else " " for character in text)
    if columns(plain) <= width:
        return plain
    while columns(plain) > width - 1:
        plain = plain[:-1]
    return f"{plain.rstrip()}…"


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: CJK takes two, accents none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _line(place: int, film: Film, *, match: str = "") -> str:
    year = f" ({film.start_year})"
    title = fit(film.primary_title, _TITLE_WIDTH - len(year)) + year
    padded = title + " " * (_TITLE_WIDTH - columns(title))
    votes = _short_count(film.num_votes)
    line = f"{place:>3}  {padded}  {film.average_rating:>4.1f}  {votes:>6}  {match:>4}  "
    return f"{line}{film.tconst}" if match else f"{line[:-6]}  {film.tconst}"


def _short_count(count: int) -> str:
    if count < 1_000:
        return str(count)
    if count < 999_500:
        return f"{count / 1_000:.0f}K"
    return f"{count / 1_000_000:.1f}M"


def _names_lines(what: str, names: Iterable[str]) -> list[str]:
    listed = ", ".join(fit(name, WIDTH - _NAMES_WIDTH) for name in names)
    if not listed:
        return []
    return textwrap.wrap(
        listed,
        WIDTH,
        initial_indent=what.ljust(_NAMES_WIDTH),
        subsequent_indent=" " * _NAMES_WIDTH,
    )
