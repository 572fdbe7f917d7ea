"""Getting to know somebody: a first wall that follows what is picked, and rows to browse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from recommender.engine import ItemFilter, rank_scores
from recommender.entities import Film, Profile, Recommendation
from recommender.service.home import ROW_LENGTH, Row
from recommender.service.marquee import Marquee

WALL_SIZE = 40
_KEPT_AFTER_PICK = 8
"""Films after the latest pick that stay: what lies under the pointer must not change."""
_DECADES = range(2010, 1940, -10)
_PER_DECADE = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shelf:
    """A row for somebody who has liked nothing."""

    key: str
    title: str
    filters: ItemFilter


_SHELVES = (
    _Shelf(key="new", title="Loved lately", filters=ItemFilter(year_from=2019)),
    _Shelf(key="classics", title="The golden age", filters=ItemFilter(year_to=1962)),
    _Shelf(key="eighties", title="The eighties", filters=ItemFilter(year_from=1980, year_to=1989)),
    _Shelf(key="animation", title="Animated",
           filters=ItemFilter(genres=("Animation",))),
    _Shelf(key="documentary", title="True stories", filters=ItemFilter(genres=("Documentary",))),
)  # fmt: skip


def list_starters(marquee: Marquee, *, top_n: int = WALL_SIZE) -> list[Recommendation]:
    """Return films nearly everybody knows, varied in genre: what to show to somebody new.

    Parameters
    ----------
    marquee
        Whom to ask.
    top_n
        How many are wanted.
    """
    return marquee.recommend(Profile(), top_n=top_n)


def list_favourites(marquee: Marquee) -> list[str]:
    """Return well-loved films of every decade by turns, newest decade first (tconst)."""
    decades = [
        marquee.recommend(
            Profile(), top_n=_PER_DECADE, filters=ItemFilter(year_from=year, year_to=year + 9)
        )
        for year in _DECADES
    ]
    turns = zip_longest(*decades)
    return [pick.film.tconst for turn in turns for pick in turn if pick is not None]


def adapt_wall(
    marquee: Marquee, shown: Sequence[str], profile: Profile, *, best: Sequence[str] = ()
) -> list[Film]:
    """Return the wall to start from after a pick: what follows it makes room for films like it.

    The first wall is by turns what is talked about now and what every decade is loved for.
    Films up to a row after the latest pick stay where they are, and so does every liked film;
    the rest are by turns films recommended for the likes and films of the first wall.

    Parameters
    ----------
    marquee
        Whom to ask.
    shown
        The wall as it is (tconst); empty for a first one.
    profile
        What has been picked so far.
    best
        Films recommended for it (tconst), where that was asked for already.
    """
    starters = _list_wall_starters(marquee, marquee.model_edition)
    wall = list(shown) or list(starters[:WALL_SIZE])
    if not profile.likes:
        return marquee.films(wall)
    latest = next((tconst for tconst in profile.likes if tconst in wall), wall[0])
    kept_until = wall.index(latest) + 1 + _KEPT_AFTER_PICK
    liked = set(profile.likes)
    stays = {t for i, t in enumerate(wall) if i < kept_until or t in liked}
    away = stays | {*profile.likes, *profile.hidden, *profile.seen}
    fresh = _by_turns(best or _rank(marquee, profile), starters, without=away)
    adapted = [tconst if tconst in stays else next(fresh, tconst) for tconst in wall]
    return marquee.films(list(dict.fromkeys(adapted)))


def _rank(marquee: Marquee, profile: Profile) -> list[str]:
    # Nobody reads here why a film is recommended, and reasons are most of the work.
    picks = rank_scores(
        marquee.model, profile, top_n=WALL_SIZE, profile_size=marquee.settings.profile_size
    )
    return [tconst for tconst, _ in picks]


def list_first_wall(marquee: Marquee) -> tuple[Film, ...]:
    """Return the wall that somebody new starts from, from the cache until the model changes.

    Parameters
    ----------
    marquee
        Whom to ask.
    """
    return _list_first_wall(marquee, marquee.model_edition)


@lru_cache(maxsize=2)
def _list_first_wall(marquee: Marquee, edition: str) -> tuple[Film, ...]:
    return tuple(adapt_wall(marquee, (), Profile()))


@lru_cache(maxsize=2)
def _list_wall_starters(marquee: Marquee, edition: str) -> tuple[str, ...]:
    """Return what is talked about now and what every decade is loved for, by turns.

    Eight rankings that depend on nobody: without ``edition`` they would outlive the model.
    """
    recent = [pick.film.tconst for pick in list_starters(marquee)]
    return tuple(_by_turns(recent, list_favourites(marquee), without=set()))


def build_browse_rows(marquee: Marquee) -> list[Row]:
    """Return rows for somebody who has liked nothing and wants to look around; no film twice."""
    shown: set[str] = set()
    rows = []
    for shelf in _SHELVES:
        offered = marquee.recommend(Profile(), top_n=ROW_LENGTH + len(shown), filters=shelf.filters)
        picks = tuple(pick for pick in offered if pick.film.tconst not in shown)[:ROW_LENGTH]
        shown |= {pick.film.tconst for pick in picks}
        if picks:
            rows.append(Row(key=shelf.key, title=shelf.title, matched=False, picks=picks))
    return rows


def _by_turns(first: Sequence[str], second: Sequence[str], *, without: set[str]) -> Iterator[str]:
    """Yield from two lists by turns, nothing twice and nothing of ``without``."""
    used = set(without)
    queues = [iter(first), iter(second)]
    while queues:
        for queue in list(queues):
            fresh = next((tconst for tconst in queue if tconst not in used), None)
            if fresh is None:
                queues.remove(queue)
                continue
            used.add(fresh)
            yield fresh
