"""The taste map: the films a person likes, their picks and the films nearby, laid out flat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import ConvexHull

from recommender.engine import Model, similar_films, similarity
from recommender.entities import Film, Recommendation
from recommender.service.insights.map_clusters import Corner, find_corners
from recommender.service.insights.map_labels import place_words
from recommender.service.insights.map_layout import Places, place_films
from recommender.service.marquee import Marquee

LIKE, PICK, NEAR = "Likes", "Picks", "Films nearby"
NEIGHBOURS = 60
"""So many films beside the likes, shared among them; with these a map is full and readable."""
FEWEST_NEIGHBOURS = 5

MAKERS, AUDIENCE, YEARS, CIRCLE = 0.45, 0.30, 0.15, 0.10
"""What makes films near: people and genres, who likes them, when, and what cinema they are from."""
YEARS_APART = 8.0
MARGIN, UPRIGHT = 0.03, 1.8
"""How far a corner's outline keeps from its films: in widths of the map, upright in times that."""
_ROUND = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class TasteMap:
    """A map as tables.

    Attributes
    ----------
    films
        One row a film: tconst, film (label), title, role, corner, genres, people, note, x, y
        (0 to 1), short (title), wide and narrow (``above`` or ``below``: where the title has room
        on a wide or narrow map).
    outlines
        Points around each named corner, in order: corner, x, y, order.
    corners
        One row a named corner, the largest first: corner, says (``9 of 12 films`` hold the name),
        tconsts, wide_x, wide_y, narrow_x and narrow_y (where its name stands).
    """

    films: pd.DataFrame
    outlines: pd.DataFrame
    corners: pd.DataFrame


def build_taste_map(
    marquee: Marquee, likes: Sequence[Film], picks: Sequence[Recommendation]
) -> TasteMap:
    """Return the map of these likes and picks. The order they come in changes nothing.

    Parameters
    ----------
    likes
        At least one.
    picks
        Recommended for them.
    """
    model = marquee.model
    notes = {pick.film.tconst: pick.because for pick in picks}
    roles = dict.fromkeys(notes, PICK) | {film.tconst: LIKE for film in likes}
    near = _find_neighbours(model, likes)
    known = set(model.rows_of(sorted({*roles, *near})).tolist())
    ids = [model.tconst(row) for row in sorted(known)]
    films = marquee.films(ids)
    rows = model.rows_of([film.tconst for film in films])
    places = place_films(measure_distances(model, rows))
    corners = find_corners(films, places)
    corner_of = {place: corner.name for corner in corners for place in corner.films}
    table = pd.DataFrame(
        [
            {
                "tconst": film.tconst,
                "film": film.label,
                "title": film.primary_title,
                "role": roles.get(film.tconst, NEAR),
                "corner": corner_of[place] or "between corners",
                "genres": ", ".join(film.genres) or "unknown",
                "people": ", ".join([*film.directors[:1], *film.cast[:2]]) or "unknown",
                "note": notes.get(film.tconst) or near.get(film.tconst, "Liked"),
                "x": places[place, 0],
                "y": places[place, 1],
            }
            for place, film in enumerate(films)
        ]
    )
    named = [corner for corner in corners if corner.name]
    table, said = place_words(table, _say_corners(named, films), first=(LIKE, PICK))
    return TasteMap(films=table, outlines=_outline(named, places), corners=said)


def measure_distances(model: Model, rows: npt.NDArray[np.int64]) -> Places:
    """Return how far apart films are: the root of what they do not share, 0 to 1.

    Parameters
    ----------
    rows : ndarray of shape (n_films,), of the model

    Returns
    -------
    ndarray of shape (n_films, n_films), symmetric, 0 on the diagonal
    """
    years = model.years[rows].astype(np.float64)
    space, circle = model.embedding[rows], model.people_factors[rows]
    alike = (
        MAKERS * similarity(model, rows, rows).blended.astype(np.float64)
        + AUDIENCE * np.clip(space @ space.T, 0.0, 1.0)
        + YEARS * np.exp(-np.abs(years[:, None] - years[None, :]) / YEARS_APART)
        + CIRCLE * np.clip(circle @ circle.T, 0.0, 1.0)
    )
    distances: Places = np.sqrt(np.clip(1.0 - (alike + alike.T) / 2.0, 0.0, 1.0))
    np.fill_diagonal(distances, 0.0)
    return distances


def _find_neighbours(model: Model, likes: Sequence[Film]) -> dict[str, str]:
    """Return films near the likes by id, each with the like it is near and what they share."""
    each = max(FEWEST_NEIGHBOURS, NEIGHBOURS // max(len(likes), 1))
    found: dict[str, str] = {}
    for like in sorted(likes, key=lambda film: film.tconst):
        for pick in similar_films(model, like.tconst, top_n=each):
            shared = f": {pick.because}" if pick.because else ""
            found.setdefault(pick.tconst, f"Near {like.primary_title}{shared}")
    return found


def _outline(corners: Sequence[Corner], places: Places) -> pd.DataFrame:
    around = MARGIN * np.column_stack([np.cos(_ROUND), UPRIGHT * np.sin(_ROUND)])
    parts = []
    for corner in corners:
        points = (places[list(corner.films)][:, None, :] + around).reshape(-1, 2)
        edge = points[ConvexHull(points).vertices]
        parts.append(
            pd.DataFrame(
                {"corner": corner.name, "x": edge[:, 0], "y": edge[:, 1], "order": range(len(edge))}
            )
        )
    columns = ["corner", "x", "y", "order"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _say_corners(corners: Sequence[Corner], films: Sequence[Film]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "corner": corner.name,
                "says": f"{corner.held_by} of {len(corner.films)} films",
                "members": list(corner.films),
                "tconsts": [films[place].tconst for place in corner.films],
            }
            for corner in corners
        ],
        columns=["corner", "says", "members", "tconsts"],
    )
