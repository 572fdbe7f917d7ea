"""What a link to a film says of it where it is shared."""

from __future__ import annotations

import logging
import re
from typing import Final
from urllib.parse import parse_qs

from recommender.errors import MarqueeError

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
    if path.strip("/") != "film":
        return "", ""
    tconst = parse_qs(query).get("tconst", [""])[0].strip()
    if not _TCONST.fullmatch(tconst):
        return "", ""
    from recommender.service import Stage, get_marquee  # noqa: PLC0415 - brings the engine along

    try:
        marquee = get_marquee()
        if marquee.preparation.standing.stage is not Stage.DONE:
            return "", ""
        film = marquee.catalogue.find_film(tconst)
    except MarqueeError as error:
        _LOGGER.warning("A link could not be described: %s", error)
        return "", ""
    if film is None:
        return "", ""
    made_by = f"Directed by {' and '.join(film.directors[:2])}. " if film.directors else ""
    genres = ", ".join(film.genres[:3])
    return (
        film.label,
        f"{made_by}{genres}, rated {film.average_rating:.1f}. What is like it, and why.",
    )
