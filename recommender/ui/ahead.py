"""Done before anybody asks: what a person with new likes opens next, and what is opened most.

Whoever likes films goes to their picks, and working these out is most of what those pages take. The
posters and charts of the best known films, and what is like them, are made once after the start.
Pages go first: this is done in turns that nobody else wants.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from recommender.entities import Film
from recommender.errors import MarqueeError
from recommender.server import Turn, take_turn
from recommender.service import ALL_LIKES, FIRST_PAGES_S, Marquee, is_current
from recommender.ui.cached import SIMILAR_FILMS, home_rows, recommend, similar
from recommender.ui.card import draw_card

_LOGGER = logging.getLogger(__name__)
REST_S: Final = 0.5
"""Who likes several films is waited for: only the last of them counts."""
DRAWN_AHEAD: Final = 10_000
COMPARED_AHEAD: Final = 800
"""Of so many films it is worked out what is like them: they are opened most."""
CHARTED_AHEAD: Final = 8
"""Charts of so many films, and fewer, are drawn ahead: Altair alone takes half a second to load."""
_AT_A_TIME = 5
"""Posters drawn in one turn, in a millisecond."""
_PAUSE_S = 0.005
_LISTED_AT_ONCE = 100
_MOST_WAITING = 1000


class LookAhead:
    """Does something for each person once they have been quiet for a moment, one after the other.

    Parameters
    ----------
    prepare
        What is done for a user id, in a thread of its own.
    rest_s
        How long nothing more may be told of them before it is done, in seconds.
    """

    def __init__(self, prepare: Callable[[int], None], *, rest_s: float = REST_S) -> None:
        self._prepare = prepare
        self._rest_s = rest_s
        self._due: dict[int, float] = {}
        self._lock = threading.Lock()
        self._is_at_work = False

    def note(self, user_id: int) -> None:
        """Be told that somebody's marks have changed."""
        with self._lock:
            if len(self._due) >= _MOST_WAITING:
                return  # pages work it out themselves, as ever
            self._due.pop(user_id, None)  # the order is that of the time they are due
            self._due[user_id] = time.monotonic() + self._rest_s
            if self._is_at_work:
                return
            self._is_at_work = True
        threading.Thread(target=self._work, name="look-ahead", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._is_at_work = False
                    return
                user_id, due = next(iter(self._due.items()))
                left = due - time.monotonic()
                if left <= 0:
                    del self._due[user_id]
            if left > 0:
                time.sleep(left)
                continue
            try:
                self._prepare(user_id)
            except MarqueeError as error:
                _LOGGER.warning("Picks could not be worked out ahead: %s", error)
            except Exception:
                _LOGGER.exception("Picks could not be worked out ahead.")


def work_ahead(marquee: Marquee) -> None:
    """Begin: from now on picks follow likes, and the best known films are drawn by and by.

    Parameters
    ----------
    marquee
        It is ready.
    """
    marquee.deliveries.listen(LookAhead(lambda user_id: prepare_picks(marquee, user_id)).note)
    later = threading.Timer(FIRST_PAGES_S, _work_by_and_by, args=(marquee,))
    later.daemon = True
    later.start()


def prepare_picks(marquee: Marquee, user_id: int) -> None:
    """Work out what Home and For you show a person first, and keep it where they look.

    For somebody whose taste is not known yet Home has no rows, and one gallery is all there is.

    Parameters
    ----------
    marquee
        The process's one.
    user_id
        Whose likes have changed.
    """
    profile, _ = marquee.people.load_said(user_id, limit=ALL_LIKES)
    size = marquee.settings.gallery_size
    if profile.likes:
        with take_turn(Turn.SPARE_TIME):
            recommend(profile, top_n=size, brief=True)
    # Not in a turn: rows take as long as ten pages.
    if marquee.knows_taste(profile):
        home_rows(profile, gallery_size=size)


def _work_by_and_by(marquee: Marquee) -> None:
    """Do one piece after the other in turns that nobody else wants, while the server lives."""
    pieces = list_pieces(marquee)
    try:
        goes_on = True
        while goes_on:
            with take_turn(Turn.SPARE_TIME):
                goes_on = is_current(marquee) and next(pieces, False)
            time.sleep(_PAUSE_S)
    except MarqueeError as error:
        _LOGGER.warning("Posters could not be drawn ahead: %s", error)


def list_pieces(marquee: Marquee) -> Iterator[bool]:
    """Do what is asked for most once after a start, and yield True after each millisecond or two.

    Parameters
    ----------
    marquee
        It is ready.
    """
    from recommender.ui.alike import draw_bars  # noqa: PLC0415 - brings Altair along

    for films in range(CHARTED_AHEAD, 0, -1):
        draw_bars(films)
        yield True
    known: list[Film] = []
    while len(known) < DRAWN_AHEAD:
        # By hundreds: five are the most there are in one go, and take as long as a page.
        more = marquee.catalogue.list_popular(limit=_LISTED_AT_ONCE, offset=len(known))
        if not more:
            break
        known += more
        yield True
    yield from _draw(known)
    for film in known[:COMPARED_AHEAD]:
        alike = similar(film.tconst, top_n=SIMILAR_FILMS)
        yield True
        yield from _draw([pick.film for pick in alike])


def _draw(films: Sequence[Film]) -> Iterator[bool]:
    for begin in range(0, len(films), _AT_A_TIME):
        for film in films[begin : begin + _AT_A_TIME]:
            draw_card(film)
        yield True
