"""Formatting of numbers, runtimes and film facts as text, and Markdown escaping."""

from __future__ import annotations

import re

from recommender.entities import Film

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^])")
# Markdown turns URLs into links after it removes escapes; an invisible joiner prevents that.
_LINK = re.compile(r"https?:(?=//)|www(?=\.)|@", re.IGNORECASE)


def escape(text: str) -> str:
    """Escape text for Markdown: ``M*A*S*H`` is shown literally, and URLs do not become links."""
    return _MARKDOWN.sub(r"\\\1", _LINK.sub("\\g<0>\N{WORD JOINER}", text))


def format_runtime(runtime_min: int | None) -> str:
    """Format a runtime as ``2h 50m`` or ``45m``; "" if it is unknown."""
    if not runtime_min:
        return ""
    hours, minutes = divmod(runtime_min, 60)
    return " ".join(part for part in (hours and f"{hours}h", minutes and f"{minutes}m") if part)


def format_facts(film: Film) -> str:
    """Return a film's year, runtime, rating and genres as one line of text for its page."""
    parts = [
        str(film.start_year),
        format_runtime(film.runtime_min),
        f"★ {film.average_rating:.1f} from {film.num_votes:,} votes",
        ", ".join(film.genres),
    ]
    return "  ·  ".join(part for part in parts if part)


def format_card_facts(film: Film) -> str:
    """Return a film's year and rating as one line of text for its card."""
    return f"{film.start_year}  ·  ★ {film.average_rating:.1f}"


def format_count(number: int, one: str, many: str) -> str:
    """Format a count with its noun, in singular or plural: ``1 film``, ``1,204 films``."""
    return f"{number:,} {one if number == 1 else many}"
