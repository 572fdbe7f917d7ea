"""The rows of the home page: each with a reason to be there, and no film twice."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.engine import Dials
from recommender.entities import Profile, Recommendation
from recommender.service.marquee import Marquee

ROW_LENGTH = 14
_SPARE = 40  # asked for beyond a row, so that films already shown can be left out

_MATCHED = frozenset({"for_you", "gems"})


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
    recent = marquee.recommend(Profile(hidden=(*profile.hidden, *profile.likes)), top_n=wanted)
    offers = [("for_you", "For you", for_you)]
    for liked in marquee.films(profile.likes[:2]):
        alike = marquee.similar(liked.tconst, top_n=wanted)
        offers.append((f"like_{liked.tconst}", f"Because you liked {liked.primary_title}", alike))
    offers.append(("gems", "Hidden gems for you", gems))
    offers.append(("recent", "Loved by everyone lately", recent))
    shown = set(skip) | {*profile.likes, *profile.hidden, *profile.seen}
    rows = []
    for key, title, offered in offers:
        fresh = [pick for pick in offered if pick.film.tconst not in shown][:ROW_LENGTH]
        shown |= {pick.film.tconst for pick in fresh}
        if fresh:
            rows.append(Row(key=key, title=title, matched=key in _MATCHED, picks=tuple(fresh)))
    return rows
