"""Which films a page will show first, known before the page itself is: its outline shows them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers

from recommender.entities import Film
from recommender.errors import MarqueeError
from recommender.server.cookies import find_session_token
from recommender.server.film_links import find_ready_marquee, read_tconst
from recommender.server.guest_cookie import find_guest_token

if TYPE_CHECKING:
    from recommender.service import Marquee

_LOGGER = logging.getLogger(__name__)
MOST: Final = 14
"""Two lines of a wall on the widest window: each more keeps the page itself waiting."""


def foresee_films(path: str, query: str, headers: Headers) -> tuple[Film, ...]:
    """Return the films that an address will show first; none where that depends on the visitor.

    Nothing is waited for: before the catalogue is ready there are none.

    Parameters
    ----------
    path
        Of the address, with its slash.
    query
        What stands after the question mark.
    headers
        Of the request: somebody with likes gets another Home.
    """
    page = path.strip("/")
    if page not in {"", "search", "film"}:
        return ()
    try:
        marquee = find_ready_marquee()
        if marquee is None:
            return ()
        if page == "film":
            film = marquee.catalogue.find_film(read_tconst(query))
            return () if film is None else (film,)
        if page == "search":
            return _search(marquee, parse_qs(query))
        return _find_first_wall(marquee, headers)
    except MarqueeError as error:
        _LOGGER.warning("What a page will show could not be foreseen: %s", error)
        return ()


def _search(marquee: Marquee, asked: dict[str, list[str]]) -> tuple[Film, ...]:
    # Filters and orders of an address are read by the page alone.
    if asked.keys() - {"q"}:
        return ()
    return tuple(marquee.catalogue.search(asked.get("q", [""])[0], limit=MOST).films)


def _find_first_wall(marquee: Marquee, headers: Headers) -> tuple[Film, ...]:
    from recommender.service import list_first_wall  # noqa: PLC0415 - brings the engine along

    if find_session_token(headers) is not None:
        return ()
    guest = marquee.people.find_user(find_guest_token(headers))
    if guest is not None and marquee.people.load_profile(guest.user_id, limit=1).likes:
        return ()
    return list_first_wall(marquee)[:MOST]
