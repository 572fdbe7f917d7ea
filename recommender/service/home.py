"""Content of the home page: rows for a taste, the onboarding wall, and rows to browse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from recommender.engine import Dials, ItemFilter
from recommender.entities import Film, Profile, Recommendation
from recommender.service.marquee import Marquee

ROW_LENGTH = 14
WALL_SIZE = 40
_MAX_OF_DIRECTOR = 40
_MIN_LIKES_OF_DIRECTOR = 2
_NEW_YEARS = 3
"""Number of the catalogue's latest years that count as new."""
_MATCHED = frozenset({"for_you", "gems", "recent", "director"})
_KEPT_AFTER_LIKE = 8
"""Films after the latest like that stay: the film under the pointer must not change."""
_DECADES = range(2010, 1940, -10)
_PER_DECADE = 6
_BROWSE_ROWS = (
    ("new", "Loved lately", ItemFilter(year_from=2019)),
    ("classics", "The golden age", ItemFilter(year_to=1962)),
    ("eighties", "The eighties", ItemFilter(year_from=1980, year_to=1989)),
    ("animation", "Animated", ItemFilter(genres=("Animation",))),
    ("documentary", "True stories", ItemFilter(genres=("Documentary",))),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Titled row of films.

    ``key`` is the same on every visit; ``matched`` tells whether the films were ranked for the
    whole profile, so that their match percentage has a meaning.
    """

    key: str
    title: str
    matched: bool
    picks: tuple[Recommendation, ...]


def build_home_rows(
    marquee: Marquee,
    profile: Profile,
    *,
    skip: frozenset[str],
    best: Sequence[Recommendation] = (),
) -> list[Row]:
    """Return the rows below the hero; no film comes twice.

    Parameters
    ----------
    profile : without likes there are no rows
    skip : films that the page shows already (tconst)
    best : recommendations for this profile, where they are known: they fill the first row
    """
    if not profile.likes:
        return []
    shown = set(skip) | {*profile.likes, *profile.hidden, *profile.seen}
    rows: list[Row] = []

    def add(key: str, title: str, offered: Sequence[Recommendation]) -> None:
        fresh = [pick for pick in offered if pick.film.tconst not in shown][:ROW_LENGTH]
        shown.update(pick.film.tconst for pick in fresh)
        if fresh:
            rows.append(Row(key=key, title=title, matched=key in _MATCHED, picks=tuple(fresh)))

    def rank(
        dials: Dials | None = None, filters: ItemFilter | None = None
    ) -> Sequence[Recommendation]:
        # Films on the page count as seen, so that only new ones are ranked.
        others = replace(profile, seen=(*profile.seen, *sorted(shown.difference(profile.likes))))
        return marquee.recommend(
            others, top_n=ROW_LENGTH, dials=dials, filters=filters, with_reasons=False
        )

    add("for_you", "For you", best if len(best) > ROW_LENGTH else rank())
    likes = marquee.films(profile.likes[: marquee.settings.profile_size])
    director = find_favourite_director(likes)
    if director:
        found = marquee.catalogue.search(director, limit=_MAX_OF_DIRECTOR).films
        directed = tuple(film.tconst for film in found if director in film.directors)
        add("director", f"More by {director}", rank(filters=ItemFilter(only=directed)))
    for liked in likes[:2]:
        similar = marquee.similar(liked.tconst, top_n=ROW_LENGTH, without=shown)
        add(f"like_{liked.tconst}", f"Because you liked {liked.primary_title}", similar)
    add("gems", "Hidden gems for you", rank(dials=Dials(hidden_gems=1.0)))
    first_new_year = marquee.catalogue.year_range()[1] - _NEW_YEARS + 1
    add("recent", "New, and near your taste", rank(filters=ItemFilter(year_from=first_new_year)))
    return rows


def find_favourite_director(likes: Sequence[Film]) -> str | None:
    """Return the director of most likes (newest first), on a tie the one of the newer like.

    None when no director has two of them.
    """
    counts = Counter(name for film in likes for name in film.directors)
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= _MIN_LIKES_OF_DIRECTOR else None


def list_starters(marquee: Marquee, *, top_n: int = WALL_SIZE) -> list[Recommendation]:
    """Return well-known films of varied genres, for a person without likes."""
    return marquee.recommend(Profile(), top_n=top_n)


def adapt_wall(
    marquee: Marquee, shown: Sequence[str], profile: Profile, *, best: Sequence[str] = ()
) -> list[Film]:
    """Return the onboarding wall after a like: later films make room for recommended ones.

    The first wall alternates between popular films and favourites of every decade. Liked films
    stay where they are, and so do all films up to a row after the latest like. The others
    alternate between recommendations and films of the first wall.

    Parameters
    ----------
    shown : films of the current wall (tconst); empty for a first one
    best : recommendations for this profile (tconst), where they are known
    """
    starters = _list_wall_starters(marquee, marquee.model_edition)
    wall = list(shown) or list(starters[:WALL_SIZE])
    if not profile.likes:
        return marquee.films(wall)
    latest = next((tconst for tconst in profile.likes if tconst in wall), wall[0])
    kept_until = wall.index(latest) + 1 + _KEPT_AFTER_LIKE
    kept = {t for i, t in enumerate(wall) if i < kept_until or t in profile.likes}
    if not best:
        picks = marquee.recommend(profile, top_n=WALL_SIZE, with_reasons=False)
        best = [pick.film.tconst for pick in picks]
    used = kept | {*profile.likes, *profile.hidden, *profile.seen}
    fresh = _alternate(best, starters, without=used)
    adapted = [tconst if tconst in kept else next(fresh, tconst) for tconst in wall]
    return marquee.films(list(dict.fromkeys(adapted)))


def list_first_wall(marquee: Marquee) -> tuple[Film, ...]:
    """Return the onboarding wall of a new visitor; cached until the model changes."""
    return _list_first_wall(marquee, marquee.model_edition)


@lru_cache(maxsize=2)
def _list_first_wall(marquee: Marquee, edition: str) -> tuple[Film, ...]:
    return tuple(adapt_wall(marquee, (), Profile()))


@lru_cache(maxsize=2)
def _list_wall_starters(marquee: Marquee, edition: str) -> tuple[str, ...]:
    """Return popular films and favourites of every decade in turn; eight rankings, so cached."""
    recent = [pick.film.tconst for pick in list_starters(marquee)]
    return tuple(_alternate(recent, _list_favourites(marquee), without=set()))


def _list_favourites(marquee: Marquee) -> list[str]:
    """Return the best films of every decade in turn, newest decade first (tconst)."""
    decades = [
        marquee.recommend(
            Profile(), top_n=_PER_DECADE, filters=ItemFilter(year_from=year, year_to=year + 9)
        )
        for year in _DECADES
    ]
    turns = zip_longest(*decades)
    return [pick.film.tconst for turn in turns for pick in turn if pick is not None]


def build_browse_rows(marquee: Marquee) -> list[Row]:
    """Return rows for a person without likes who looks around; no film comes twice."""
    shown: set[str] = set()
    rows = []
    for key, title, filters in _BROWSE_ROWS:
        offered = marquee.recommend(Profile(), top_n=ROW_LENGTH + len(shown), filters=filters)
        picks = tuple(pick for pick in offered if pick.film.tconst not in shown)[:ROW_LENGTH]
        shown |= {pick.film.tconst for pick in picks}
        if picks:
            rows.append(Row(key=key, title=title, matched=False, picks=picks))
    return rows


def _alternate(first: Sequence[str], second: Sequence[str], *, without: set[str]) -> Iterator[str]:
    """Yield from two lists in turn, without duplicates and without the films of ``without``."""
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
