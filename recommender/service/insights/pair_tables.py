"""Tables of film pairs and of one score: similarities, contributions, similar films."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recommender.engine import find_term, shared_features, similarity
from recommender.entities import Film, Reason, Recommendation
from recommender.service.marquee import Marquee

ELSE = "Everything else"
_SMALL = 0.02
"""Bars below this share of the largest are merged into `ELSE`."""


def build_similarity_table(
    marquee: Marquee, likes: Sequence[Film], picks: Sequence[Recommendation]
) -> pd.DataFrame:
    """Return one row for each pair of a like and a recommendation, for the heatmap.

    Returns
    -------
    DataFrame of ``len(likes) * len(picks)`` rows: like, pick, like_order, pick_order, tconst (of
    the pick), similarity (0 to 1), people, genres
    """
    model = marquee.model
    rows_likes = model.rows_of([film.tconst for film in likes])
    rows_picks = model.rows_of([pick.film.tconst for pick in picks])
    alike = similarity(model, rows_picks, rows_likes).blended
    cells = []
    for pick_order, pick in enumerate(picks):
        for like_order, liked in enumerate(likes):
            shared = shared_features(model, pick.film.tconst, liked.tconst)
            cells.append(
                {
                    "pick": pick.film.label,
                    "like": liked.label,
                    "pick_order": pick_order,
                    "like_order": like_order,
                    "tconst": pick.film.tconst,
                    "similarity": float(alike[pick_order, like_order]),
                    "people": ", ".join(shared.people) or "none",
                    "genres": ", ".join(shared.genres) or "none",
                }
            )
    return pd.DataFrame(cells)


def build_contribution_table(reasons: Sequence[Reason]) -> pd.DataFrame:
    """Return the contributions to a score, grouped into bars; they sum to the score.

    Returns
    -------
    DataFrame with label, contribution, detail (terms of the bar) and text (strongest reason), by
    descending contribution
    """
    grouped: dict[str, list[Reason]] = {}
    for reason in reasons:
        term = find_term(reason.term)
        label = term.group or term.label
        grouped.setdefault(label, []).append(reason)
    sums = {label: sum(r.contribution for r in members) for label, members in grouped.items()}
    smallest = _SMALL * max(map(abs, sums.values()), default=0.0)
    small = [label for label, value in sums.items() if abs(value) < smallest or not value]
    rest = [reason for label in small for reason in grouped.pop(label)]
    if sum(reason.contribution for reason in rest):
        grouped[ELSE] = rest
    rows = [_build_bar(label, members) for label, members in grouped.items()]
    rows.sort(key=lambda row: -row["contribution"])
    return pd.DataFrame(rows, columns=["label", "contribution", "detail", "text"])


def build_alike_rows(picks: Sequence[Recommendation]) -> list[dict[str, Any]]:
    """Return the contributions to the similarity of each film, one row a film and term.

    Returns
    -------
    list of rows with film, order, label, contribution, text
    """
    return [
        {
            "film": pick.film.label,
            "order": order,
            "label": find_term(reason.term).label,
            "contribution": reason.contribution,
            "text": ", ".join(reason.shared) or reason.text,
        }
        for order, pick in enumerate(picks)
        for reason in pick.reasons
        if reason.contribution > 0
    ]


def _build_bar(label: str, reasons: Sequence[Reason]) -> dict[str, Any]:
    ordered = sorted(reasons, key=lambda reason: -abs(reason.contribution))
    terms = [
        f"{find_term(reason.term).label} {reason.contribution:+.2f}"
        for reason in ordered
        if reason.contribution
    ]
    return {
        "label": label,
        "contribution": sum(reason.contribution for reason in reasons),
        "detail": ", ".join(terms),
        "text": next((reason.text for reason in ordered if reason.text), ""),
    }
