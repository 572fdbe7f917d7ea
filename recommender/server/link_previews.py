"""Title and description of film pages, for link previews in chats and social media."""

from __future__ import annotations

import logging
import re
from typing import Final
from urllib.parse import parse_qs

from recommender.errors import MarqueeError

_LOGGER = logging.getLogger(__name__)
_TCONST: Final = re.compile(r"tt\d{5,10}")


def describe_link(path: str, query: str) -> tuple[str, str]:
    """Return the title and description of a film page; ("", "") for any other page.

    The result is also ("", "") until the catalogue is loaded, so that requests do not wait.

    Parameters
    ----------
    path
        Path of the URL, with its leading slash.
    query
        Query string of the URL.
    """
    tconst = parse_qs(query).get("tconst", [""])[0].strip()
    if path.strip("/") != "film" or not _TCONST.fullmatch(tconst):
        return "", ""
    from recommender.service import Stage, get_marquee  # noqa: PLC0415 - imports the engine

    try:
        marquee = get_marquee()
        if marquee.startup.state.stage is not Stage.DONE:
            return "", ""
        film = marquee.catalogue.find_film(tconst)
    except MarqueeError as error:
        _LOGGER.warning("A link preview failed: %s", error)
        return "", ""
    if film is None:
        return "", ""
    directors = f"Directed by {' and '.join(film.directors[:2])}. " if film.directors else ""
    genres = ", ".join(film.genres[:3])
    return (
        film.label,
        f"{directors}{genres}, rated {film.average_rating:.1f}. Films like it, and why.",
    )
