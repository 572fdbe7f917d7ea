"""The rows of the home page: each with a reason to be there, and no film twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from recommender.engine import Dials, ItemFilter
from recommender.entities import Film, Profile, Recommendation
from recommender.service.marquee import Marquee

ROW_LENGTH = 14
_MOST_OF_DIRECTOR = 40

_NEW_YEARS = 3
"""The latest years of the catalogue that count as new."""

_FEWEST_OF_DIRECTOR = 2
"""So many likes make a favourite: one film may be liked for anything."""

_MATCHED = frozenset({"for_you", "gems", "recent", "director"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A titled row of films.

    ``key`` is stable from visit to visit; ``matched`` tells whether the films were ranked for the
    whole profile, so that their match means something.
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
    """Return the rows below the hero for a person with likes.

    Parameters
    ----------
    marquee
        Whom to ask.
    profile
        At least one like; without any there are no rows.
    skip
        Films that the page shows already (tconst).
    best
        The gallery of this profile, where it is there already: the first row is of it.
    """
    if not profile.likes:
        return []
    shown = set(skip) | {*profile.likes, *profile.hidden, *profile.seen}
    rows: list[Row] = []

    def offer(key: str, title: str, offered: Sequence[Recommendation]) -> None:
        fresh = [pick for pick in offered if pick.film.tconst not in shown][:ROW_LENGTH]
        shown.update(pick.film.tconst for pick in fresh)
        if fresh:
            rows.append(Row(key=key, title=title, matched=key in _MATCHED, picks=tuple(fresh)))

    def rank(
        dials: Dials | None = None, filters: ItemFilter | None = None
    ) -> Sequence[Recommendation]:
        # What is shown counts as seen: reasons take most of the time, and are made for these alone.
        others = replace(profile, seen=(*profile.seen, *sorted(shown.difference(profile.likes))))
        return marquee.recommend(others, top_n=ROW_LENGTH, dials=dials, filters=filters, brief=True)

    offer("for_you", "For you", best if len(best) > ROW_LENGTH else rank())
    likes = marquee.films(profile.likes[: marquee.settings.profile_size])
    director = find_favourite_director(likes)
    if director:
        theirs = ItemFilter(only=_list_by_director(marquee, director))
        offer("director", f"More by {director}", rank(filters=theirs))
    for liked in likes[:2]:
        alike = marquee.similar(liked.tconst, top_n=ROW_LENGTH, without=shown)
        offer(f"like_{liked.tconst}", f"Because you liked {liked.primary_title}", alike)
    offer("gems", "Hidden gems for you", rank(dials=Dials(hidden_gems=1.0)))
    last_year = marquee.catalogue.year_range()[1]
    new = ItemFilter(year_from=last_year - _NEW_YEARS + 1)
    offer("recent", "New, and near your taste", rank(filters=new))
    return rows


def find_favourite_director(likes: Sequence[Film]) -> str | None:
    """Return who directed most of the likes, the newer like's on a tie; None without a favourite.

    Parameters
    ----------
    likes
        Newest first.
    """
    counts = Counter(name for film in likes for name in film.directors)
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= _FEWEST_OF_DIRECTOR else None


def _list_by_director(marquee: Marquee, name: str) -> tuple[str, ...]:
    found = marquee.catalogue.search(name, limit=_MOST_OF_DIRECTOR).films
    return tuple(film.tconst for film in found if name in film.directors)
