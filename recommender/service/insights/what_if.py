"""Effect of single likes: how the recommendations move without them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from recommender.entities import Profile, Recommendation

SHOWN = 10
DEPTH = 40
"""Number of ranks that are compared."""

DOWN, UP, SAME = "falls or drops out", "rises or comes in", "stays"


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Changes of the top recommendations.

    Attributes
    ----------
    table
        One row a film that is at the top before or after: tconst, title, rank_before, rank_after
        (``3``, or ``40+`` below the fortieth), place_before, place_after (lines of the chart, from
        1) and fate (falls or drops out, rises or comes in, stays).
    finding
        Summary: a sentence without a full stop.
    """

    table: pd.DataFrame
    finding: str


def leave_out(profile: Profile, without: Collection[str]) -> Profile:
    """Return the profile with these likes moved to the seen films."""
    kept = tuple(like for like in profile.likes if like not in without)
    gone = tuple(like for like in profile.likes if like in without)
    return replace(profile, likes=kept, seen=(*profile.seen, *gone))


def compare_ranks(
    before: Sequence[Recommendation],
    after: Sequence[Recommendation],
    *,
    left_out: str,
    shown: int = SHOWN,
) -> Changes:
    """Compare the top of two rankings.

    Parameters
    ----------
    before, after : rankings with and without the likes
    left_out : titles of these likes, for the sentence
    shown : number of ranks that count as the top
    """
    was = {pick.film.tconst: rank for rank, pick in enumerate(before, 1)}
    now = {pick.film.tconst: rank for rank, pick in enumerate(after, 1)}
    titles = {pick.film.tconst: pick.film.primary_title for pick in (*before, *after)}
    first = [
        *before[:shown],
        *(p for p in after[:shown] if was.get(p.film.tconst, shown + 1) > shown),
    ]
    ids = list(dict.fromkeys(pick.film.tconst for pick in first))
    table = pd.DataFrame(
        {
            "tconst": ids,
            "title": [titles[id_] for id_ in ids],
            "rank_before": [_describe_rank(was.get(id_), len(before)) for id_ in ids],
            "rank_after": [_describe_rank(now.get(id_), len(after)) for id_ in ids],
            "place_before": _places(ids, was, shown),
            "place_after": _places(ids, now, shown),
            "fate": [_fate(was.get(id_), now.get(id_)) for id_ in ids],
        }
    )
    return Changes(
        table=table, finding=_describe(ids, was, now, titles=titles, left_out=left_out, shown=shown)
    )


def _places(ids: Sequence[str], ranks: dict[str, int], shown: int) -> list[int]:
    """Return each film's line in the chart: its rank, or a line below the top."""
    below = sorted(
        (id_ for id_ in ids if ranks.get(id_, math.inf) > shown),
        key=lambda id_: (ranks.get(id_, math.inf), ids.index(id_)),
    )
    first = min(shown, len(ranks))
    return [first + 1 + below.index(id_) if id_ in below else ranks[id_] for id_ in ids]


def _fate(was: int | None, now: int | None) -> str:
    if was == now:
        return SAME
    if was is None or (now is not None and now < was):
        return UP
    return DOWN


def _describe_rank(rank: int | None, depth: int) -> str:
    return str(rank) if rank is not None else f"{depth}+"


def _describe(
    ids: Sequence[str],
    was: dict[str, int],
    now: dict[str, int],
    *,
    titles: dict[str, str],
    left_out: str,
    shown: int,
) -> str:
    gone = [i for i in ids if was.get(i, shown + 1) <= shown < now.get(i, shown + 1)]
    come = [i for i in ids if now.get(i, shown + 1) <= shown < was.get(i, shown + 1)]
    if gone and come:
        far = max(gone, key=lambda i: (now.get(i, len(now) + 1), -was[i]))
        to = f"to {now[far]}" if far in now else f"to below {len(now)}"
        fall = f"{titles[far]} falls from {was[far]} {to}"
        best = min(come, key=lambda i: now[i])
        many = f"{len(gone)} of the first {min(shown, len(was))} picks would go"
        return f"Without {left_out}, {many}: {fall} and {titles[best]} comes in at {now[best]}"
    moved = [i for i in ids if i in was and i in now and was[i] != now[i]]
    if not moved:
        return f"Without {left_out}, the first picks stay as they are"
    most = max(moved, key=lambda i: (abs(was[i] - now[i]), -was[i]))
    way = "rises" if now[most] < was[most] else "falls"
    return (
        f"Without {left_out}, the same films stay in front, in another order: "
        f"{titles[most]} {way} from {was[most]} to {now[most]}"
    )
