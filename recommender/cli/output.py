"""Output of commands: text tables of at most 100 columns, JSON arrays, and a progress bar."""

from __future__ import annotations

import json
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from recommender.entities import Film, Recommendation

Progress = Callable[[float, str], None]
Record = dict[str, Any]

WIDTH = 100
_TITLE_WIDTH = 58
_LABEL_WIDTH = 14
_PROGRESS_STEPS = 1000
_PROGRESS_LABEL_WIDTH = 36


def film_lines(films: Sequence[Film]) -> list[str]:
    """Return the table line of each film: number, title and year, rating, votes, id."""
    return [_film_line(number, film) for number, film in enumerate(films, 1)]


def recommendation_lines(recommendations: Sequence[Recommendation]) -> list[str]:
    """Return two text lines for each recommendation: the film with its match, and the reason."""
    lines = []
    for number, recommendation in enumerate(recommendations, 1):
        match = f"{recommendation.match_percent}%"
        lines.append(_film_line(number, recommendation.film, match=match))
        if recommendation.because:
            lines.append(f"     {fit(recommendation.because, WIDTH - 5)}")
    return lines


def film_details(film: Film) -> list[str]:
    """Return the text lines of a film's facts, for ``film``."""
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
    credits = {"Directed by": film.directors, "Written by": film.writers, "With": film.cast}
    for label, names in credits.items():
        if names:
            listed = ", ".join(fit(name, WIDTH - _LABEL_WIDTH) for name in names)
            lines.extend(wrap(listed, label.ljust(_LABEL_WIDTH)))
    return lines


def wrap(text: str, label: str) -> list[str]:
    """Wrap a text to lines of at most `WIDTH`; label the first line and indent the others."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def fit(text: str, width: int) -> str:
    """Shorten a text to one line of at most ``width`` columns, with an ellipsis if cut.

    Control characters become spaces, so a title cannot move the terminal's cursor.
    """
    plain = "".join(character if character.isprintable() else " " for character in text)
    if columns(plain) <= width:
        return plain
    while columns(plain) > width - 1:
        plain = plain[:-1]
    return f"{plain.rstrip()}…"


def columns(text: str) -> int:
    """Return a text's width in terminal columns: wide characters take 2, combining ones 0."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Format a count with its noun: "1 like", "2,000 likes"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def film_record(film: Film) -> Record:
    """Return a film as a JSON object with IMDb's column names."""
    return {
        "tconst": film.tconst,
        "primaryTitle": film.primary_title,
        "originalTitle": film.original_title,
        "startYear": film.start_year,
        "runtimeMinutes": film.runtime_min,
        "genres": list(film.genres),
        "averageRating": film.average_rating,
        "numVotes": film.num_votes,
        "directors": list(film.directors),
        "writers": list(film.writers),
        "cast": list(film.cast),
    }


def recommendation_record(recommendation: Recommendation) -> Record:
    """Return a recommendation as a JSON object: its film, score and reasons."""
    return film_record(recommendation.film) | {
        "score": recommendation.score,
        "matchPercent": recommendation.match_percent,
        "because": recommendation.because,
        "reasons": [
            {
                "term": reason.term,
                "contribution": reason.contribution,
                "text": reason.text,
                "liked": list(reason.liked),
                "shared": list(reason.shared),
            }
            for reason in recommendation.reasons
        ],
    }


def echo_json(records: Iterable[Record]) -> None:
    """Write one JSON array to stdout."""
    click.echo(json.dumps(list(records), ensure_ascii=False, indent=2, allow_nan=False))


@contextmanager
def draw_progress() -> Iterator[Progress]:
    """Yield a progress callback that draws a bar on stderr from the share done and the step.

    The bar appears at the first call. If stderr is not a terminal, each new step prints one line.
    """
    label_width = _PROGRESS_LABEL_WIDTH if sys.stderr.isatty() else 0
    with ExitStack() as stack:
        bar = click.progressbar(
            length=_PROGRESS_STEPS, label="", file=sys.stderr, show_eta=False, width=30
        )
        entered = False

        def report(share: float, what: str) -> None:
            nonlocal entered
            # Labels of one width keep the bar in place.
            bar.label = what.ljust(label_width)
            if not entered:
                stack.enter_context(bar)
                entered = True
            bar.update(round(share * _PROGRESS_STEPS) - bar.pos)
            bar.render_progress()

        yield report


def _film_line(number: int, film: Film, *, match: str = "") -> str:
    year = f" ({film.start_year})"
    title = fit(film.primary_title, _TITLE_WIDTH - len(year)) + year
    padded = title + " " * (_TITLE_WIDTH - columns(title))
    line = f"{number:>3}  {padded}  {film.average_rating:>4.1f}  {_short_count(film.num_votes):>6}"
    return f"{line}  {match:>4}  {film.tconst}" if match else f"{line}  {film.tconst}"


def _short_count(count: int) -> str:
    if count < 1_000:
        return str(count)
    if count < 999_500:
        return f"{count / 1_000:.0f}K"
    return f"{count / 1_000_000:.1f}M"
