"""What a link to a film says of it where it is shared."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from recommender.errors import MarqueeError

if TYPE_CHECKING:
    from recommender.service import Marquee

_LOGGER = logging.getLogger(__name__)
_TCONST: Final = re.compile(r"tt\d{5,10}")


def describe_link(path: str, query: str) -> tuple[str, str]:
    """Return a title and a sentence for a film's address; both empty for every other.

    Nothing is waited for: before the catalogue is ready, a link says no more than the page's name.

    Parameters
    ----------
    path
        Of the address, with its slash.
    query
        What stands after the question mark.
    """
    if path.strip("/") != "film" or not read_tconst(query):
        return "", ""
    try:
        marquee = find_ready_marquee()
        film = marquee and marquee.catalogue.find_film(read_tconst(query))
    except MarqueeError as error:
        _LOGGER.warning("A link could not be described: %s", error)
        return "", ""
    if not film:
        return "", ""
    made_by = f"Directed by {' and '.join(film.directors[:2])}. " if film.directors else ""
    genres = ", ".join(film.genres[:3])
    return (
        film.label,
        f"{made_by}{genres}, rated {film.average_rating:.1f}. What is like it, and why.",
    )


def read_tconst(query: str) -> str:
    """Return the film that an address names, as far as it may be one; empty otherwise."""
    tconst = parse_qs(query).get("tconst", [""])[0].strip()
    return tconst if _TCONST.fullmatch(tconst) else ""


def find_ready_marquee() -> Marquee | None:
    """Return the process's one when its catalogue is there; an address waits for nothing."""
    from recommender.service import Stage, get_marquee  # noqa: PLC0415 - brings the engine along

    marquee = get_marquee()
    return marquee if marquee.startup.state.stage is Stage.DONE else None
