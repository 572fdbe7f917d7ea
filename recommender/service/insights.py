"""Tables behind the charts: what is alike, what adds up to a score, what a taste consists of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from recommender.engine import TERM_LABELS, shared_features, similarity
from recommender.entities import Film, Reason, Recommendation
from recommender.service.marquee import Marquee

_SMALL = 0.02
"""Contributions below this share of the largest are one bar, ``Everything else``."""


def build_similarity_table(
    marquee: Marquee, likes: Sequence[Film], picks: Sequence[Recommendation]
) -> pd.DataFrame:
    """Return one row a pair of like and pick, for the heatmap.

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
                    "people": ", ".join(shared.people) or "nobody",
                    "genres": ", ".join(shared.genres) or "none",
                }
            )
    return pd.DataFrame(cells)


def build_contribution_table(reasons: Sequence[Reason]) -> pd.DataFrame:
    """Return what each term adds to a score; the rows add up to it.

    Returns
    -------
    DataFrame with label, contribution, text; largest first, terms too small to see in one row
    """
    largest = max((abs(reason.contribution) for reason in reasons), default=0.0)
    shown = [r for r in reasons if abs(r.contribution) >= _SMALL * largest and r.contribution]
    rest = sum(reason.contribution for reason in reasons) - sum(r.contribution for r in shown)
    rows = [
        {
            "label": TERM_LABELS.get(reason.term, reason.term),
            "contribution": reason.contribution,
            "text": reason.text or TERM_LABELS.get(reason.term, reason.term),
        }
        for reason in sorted(shown, key=lambda reason: -reason.contribution)
    ]
    if abs(rest) > 1e-9:
        rows.append({"label": "Everything else", "contribution": rest, "text": ""})
    return pd.DataFrame(rows, columns=["label", "contribution", "text"])


def build_alike_table(picks: Sequence[Recommendation]) -> pd.DataFrame:
    """Return the parts of each similar film's likeness, one row a film and part.

    Returns
    -------
    DataFrame with film, order, label, contribution, text
    """
    return pd.DataFrame(
        [
            {
                "film": pick.film.label,
                "order": order,
                "label": TERM_LABELS.get(reason.term, reason.term),
                "contribution": reason.contribution,
                "text": ", ".join(reason.shared) or reason.text,
            }
            for order, pick in enumerate(picks)
            for reason in pick.reasons
            if reason.contribution > 0
        ],
        columns=["film", "order", "label", "contribution", "text"],
    )


def build_genre_table(marquee: Marquee, likes: Sequence[Film]) -> pd.DataFrame:
    """Return each liked genre's share of the likes beside its share of the catalogue.

    Returns
    -------
    DataFrame with genre, yours, everyone (0 to 1); the most over-represented first
    """
    everyone = marquee.catalogue.count_genres()
    films = marquee.catalogue.count_films()
    yours = Counter(genre for film in likes for genre in film.genres)
    table = pd.DataFrame(
        [
            {
                "genre": genre,
                "yours": count / len(likes),
                "everyone": everyone.get(genre, 0) / films,
            }
            for genre, count in yours.items()
        ],
        columns=["genre", "yours", "everyone"],
    )
    return table.sort_values(by="yours", ascending=False, kind="stable").reset_index(drop=True)
