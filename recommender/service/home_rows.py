"""The rows of the home page: each with a reason to be there, and no film twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.engine import Candidates, Dials
from recommender.entities import Film, Profile, Recommendation
from recommender.service.marquee import Marquee

ROW_LENGTH = 14
_SPARE = 40  # asked for beyond a row, so that films already shown can be left out

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


def build_home_rows(marquee: Marquee, profile: Profile, *, skip: frozenset[str]) -> list[Row]:
    """Return the rows below the hero for a person with likes.

    Parameters
    ----------
    marquee
        Whom to ask.
    profile
        At least one like; without any there are no rows.
    skip
        Films that the page shows already (tconst).
    """
    if not profile.likes:
        return []
    wanted = ROW_LENGTH + _SPARE
    for_you = marquee.recommend(profile, top_n=wanted)
    gems = marquee.recommend(profile, top_n=wanted, dials=Dials(hidden_gems=1.0))
    last_year = marquee.catalogue.year_range()[1]
    new = Candidates(year_from=last_year - _NEW_YEARS + 1)
    recent = marquee.recommend(profile, top_n=wanted, filters=new)
    likes = marquee.films(profile.likes[: marquee.settings.profile_size])
    offers = [("for_you", "For you", for_you)]
    director = find_favourite_director(likes)
    if director:
        theirs = _list_by_director(marquee, director, profile)
        offers.append(("director", f"More by {director}", theirs))
    for liked in likes[:2]:
        alike = marquee.similar(liked.tconst, top_n=wanted)
        offers.append((f"like_{liked.tconst}", f"Because you liked {liked.primary_title}", alike))
    offers.append(("gems", "Hidden gems for you", gems))
    offers.append(("recent", "New, and near your taste", recent))
    shown = set(skip) | {*profile.likes, *profile.hidden, *profile.seen}
    rows = []
    for key, title, offered in offers:
        fresh = [pick for pick in offered if pick.film.tconst not in shown][:ROW_LENGTH]
        shown |= {pick.film.tconst for pick in fresh}
        if fresh:
            rows.append(Row(key=key, title=title, matched=key in _MATCHED, picks=tuple(fresh)))
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


def _list_by_director(marquee: Marquee, name: str, profile: Profile) -> list[Recommendation]:
    found = marquee.catalogue.search(name, limit=_SPARE).films
    theirs = tuple(film.tconst for film in found if name in film.directors)
    return marquee.recommend(profile, top_n=ROW_LENGTH, filters=Candidates(only=theirs))
