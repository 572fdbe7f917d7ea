"""Numbers and names as text for the page, and text escaped for Markdown."""

from __future__ import annotations

import re

from recommender.entities import Film

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^])")
# Markdown links addresses after it removes escapes; an invisible joiner prevents that.
_LINK = re.compile(r"https?:(?=//)|www(?=\.)|@", re.IGNORECASE)


def escape(text: str) -> str:
    """Return text escaped for Markdown: ``M*A*S*H`` stays as it is, nothing becomes a link."""
    return _MARKDOWN.sub(r"\\\1", _LINK.sub("\\g<0>\N{WORD JOINER}", text))


def format_runtime(runtime_min: int | None) -> str:
    """Return ``2h 50m``, ``45m``, or nothing when it is not known."""
    if not runtime_min:
        return ""
    hours, minutes = divmod(runtime_min, 60)
    return " ".join(part for part in (hours and f"{hours}h", minutes and f"{minutes}m") if part)


def format_facts(film: Film) -> str:
    """Return the line of facts of a film's own page."""
    parts = [
        str(film.start_year),
        format_runtime(film.runtime_min),
        f"★ {film.average_rating:.1f} from {film.num_votes:,} votes",
        ", ".join(film.genres),
    ]
    return "  ·  ".join(part for part in parts if part)


def format_card_facts(film: Film) -> str:
    """Return the line of facts of a card."""
    return f"{film.start_year}  ·  ★ {film.average_rating:.1f}"


def format_count(number: int, one: str, many: str) -> str:
    """Return ``1 film`` or ``1,204 films``."""
    return f"{number:,} {one if number == 1 else many}"
