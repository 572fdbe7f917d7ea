"""The taste map: liked films, recommendations and their neighbours at positions on a plane.

Distances in the model become positions by classical scaling and stress majorization. A test
compares with `sklearn.manifold.smacof`, whose import alone takes a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import eigh
from scipy.spatial import ConvexHull

from recommender.engine import Model, similar_films, similarity
from recommender.entities import Film, Recommendation
from recommender.service.insights.map_clusters import MapCluster, find_clusters
from recommender.service.insights.map_labels import place_labels
from recommender.service.marquee import Marquee

LIKE, PICK, NEAR = "Likes", "Picks", "Films nearby"
NEIGHBOURS = 60
"""Number of neighbours on a map, shared among the likes."""
MIN_NEIGHBOURS = 5

CONTENT_WEIGHT, EMBEDDING_WEIGHT, YEAR_WEIGHT, PEOPLE_WEIGHT = 0.45, 0.30, 0.15, 0.10
"""Weights of people and genres, item embedding, year and people factors in the similarity."""
YEAR_SCALE = 8.0
MARGIN, MARGIN_ASPECT = 0.03, 1.8
"""Distance of an outline from its films in widths of the map; upwards it is multiplied."""
MAX_ROUNDS = 200
MIN_GAIN = 1e-5
"""Share of the stress that a round must remove for the layout to go on."""
Places = npt.NDArray[np.float64]
_CIRCLE = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class TasteMap:
    """Tables of a map; a labelled cluster is called a corner on the page.

    Attributes
    ----------
    films
        One row a film: tconst, film (label), title, role, corner, genres, people, note, x, y
        (0 to 1), short (title), wide and narrow (position of the title on a map of that width:
        ``above``, ``below`` or empty).
    outlines
        Points around each labelled cluster, in order: corner, x, y, order.
    corners
        One row a labelled cluster, the largest first: corner, says (``9 of 12 films``), tconsts,
        wide_x, wide_y, narrow_x and narrow_y (position of the label).
    """

    films: pd.DataFrame
    outlines: pd.DataFrame
    corners: pd.DataFrame


def build_taste_map(
    marquee: Marquee, likes: Sequence[Film], picks: Sequence[Recommendation]
) -> TasteMap:
    """Return the map of at least one like and the recommendations for it, in any order."""
    model = marquee.model
    notes = {pick.film.tconst: pick.because for pick in picks}
    roles = dict.fromkeys(notes, PICK) | {film.tconst: LIKE for film in likes}
    near = _find_neighbours(model, likes)
    known = set(model.rows_of(sorted({*roles, *near})).tolist())
    ids = [model.tconst(row) for row in sorted(known)]
    films = marquee.films(ids)
    rows = model.rows_of([film.tconst for film in films])
    places = place_films(measure_distances(model, rows))
    clusters = find_clusters(films, places)
    label_of = {place: cluster.name for cluster in clusters for place in cluster.films}
    table = pd.DataFrame(
        [
            {
                "tconst": film.tconst,
                "film": film.label,
                "title": film.primary_title,
                "role": roles.get(film.tconst, NEAR),
                "corner": label_of[place] or "between corners",
                "genres": ", ".join(film.genres) or "unknown",
                "people": ", ".join([*film.directors[:1], *film.cast[:2]]) or "unknown",
                "note": notes.get(film.tconst) or near.get(film.tconst, "Liked"),
                "x": places[place, 0],
                "y": places[place, 1],
            }
            for place, film in enumerate(films)
        ]
    )
    labelled = [cluster for cluster in clusters if cluster.name]
    table, corners = place_labels(table, _corner_table(labelled, films), first=(LIKE, PICK))
    return TasteMap(films=table, outlines=_outline(labelled, places), corners=corners)


def measure_distances(model: Model, rows: npt.NDArray[np.int64]) -> Places:
    """Return the distances between films: the root of one minus their similarity, 0 to 1.

    Parameters
    ----------
    rows : ndarray of shape (n_films,), rows of the model

    Returns
    -------
    ndarray of shape (n_films, n_films), symmetric, 0 on the diagonal
    """
    years = model.years[rows].astype(np.float64)
    embedding, people = model.embedding[rows], model.people_factors[rows]
    alike = (
        CONTENT_WEIGHT * similarity(model, rows, rows).blended.astype(np.float64)
        + EMBEDDING_WEIGHT * np.clip(embedding @ embedding.T, 0.0, 1.0)
        + YEAR_WEIGHT * np.exp(-np.abs(years[:, None] - years[None, :]) / YEAR_SCALE)
        + PEOPLE_WEIGHT * np.clip(people @ people.T, 0.0, 1.0)
    )
    distances: Places = np.sqrt(np.clip(1.0 - (alike + alike.T) / 2.0, 0.0, 1.0))
    np.fill_diagonal(distances, 0.0)
    return distances


def _find_neighbours(model: Model, likes: Sequence[Film]) -> dict[str, str]:
    """Return the neighbours of the likes by tconst, each with a note on what they share."""
    each = max(MIN_NEIGHBOURS, NEIGHBOURS // max(len(likes), 1))
    found: dict[str, str] = {}
    for like in sorted(likes, key=lambda film: film.tconst):
        for pick in similar_films(model, like.tconst, top_n=each):
            shared = f": {pick.because}" if pick.because else ""
            found.setdefault(pick.tconst, f"Near {like.primary_title}{shared}")
    return found


def _outline(clusters: Sequence[MapCluster], places: Places) -> pd.DataFrame:
    around = MARGIN * np.column_stack([np.cos(_CIRCLE), MARGIN_ASPECT * np.sin(_CIRCLE)])
    parts = []
    for cluster in clusters:
        points = (places[list(cluster.films)][:, None, :] + around).reshape(-1, 2)
        edge = points[ConvexHull(points).vertices]
        parts.append(
            pd.DataFrame(
                {
                    "corner": cluster.name,
                    "x": edge[:, 0],
                    "y": edge[:, 1],
                    "order": range(len(edge)),
                }
            )
        )
    columns = ["corner", "x", "y", "order"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _corner_table(clusters: Sequence[MapCluster], films: Sequence[Film]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "corner": cluster.name,
                "says": f"{cluster.holders} of {len(cluster.films)} films",
                "members": list(cluster.films),
                "tconsts": [films[place].tconst for place in cluster.films],
            }
            for cluster in clusters
        ],
        columns=["corner", "says", "members", "tconsts"],
    )


def place_films(distances: Places) -> Places:
    """Return positions in the plane whose distances approximate those given.

    Stress majorization (de Leeuw, 1977) that starts from classical scaling (Torgerson, 1952). It
    is deterministic, and the positions spread most along x.

    Parameters
    ----------
    distances : ndarray of shape (n_films, n_films), symmetric, 0 on the diagonal

    Returns
    -------
    ndarray of shape (n_films, 2), each column from 0 to 1
    """
    places = scale_classically(distances)
    if len(places) < 3:
        return fit_to_frame(places)
    before = np.inf
    for _ in range(MAX_ROUNDS):
        apart = _distances_of(places)
        stress = float(((apart - distances) ** 2).sum())
        if np.isfinite(before) and before - stress <= MIN_GAIN * before:
            break
        places, before = _transform(places, apart, distances), stress
    return fit_to_frame(_turn(places))


def scale_classically(distances: Places) -> Places:
    """Return the first two principal coordinates, shape (n_films, 2), with fixed signs."""
    count = len(distances)
    if count < 3:
        return np.column_stack([np.arange(count, dtype=np.float64), np.zeros(count)])
    squares = distances**2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, vectors = eigh(-0.5 * centred, subset_by_index=[count - 2, count - 1])
    return _fix_signs(vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0)))


def fit_to_frame(places: Places) -> Places:
    """Return the positions scaled so that each column runs from 0 to 1."""
    low, high = places.min(axis=0), places.max(axis=0)
    span = np.where(high - low > 1e-9, high - low, 1.0)
    fitted: Places = np.where(high - low > 1e-9, (places - low) / span, 0.5)
    return fitted


def _transform(places: Places, apart: Places, distances: Places) -> Places:
    """Return the positions after one Guttman transform, which never increases the stress."""
    pull = -np.divide(distances, apart, out=np.zeros_like(apart), where=apart > 1e-12)
    pull[np.diag_indices(len(pull))] -= pull.sum(axis=1)
    moved: Places = pull @ places / len(places)
    return moved


def _distances_of(places: Places) -> Places:
    steps = places[:, None, :] - places[None, :, :]
    apart: Places = np.sqrt((steps**2).sum(axis=-1))
    return apart


def _turn(places: Places) -> Places:
    """Return the positions rotated so that they spread most along x."""
    centred = places - places.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return _fix_signs(centred @ axes.T)


def _fix_signs(places: Places) -> Places:
    """Return the positions mirrored so that the largest coordinate of each column is positive."""
    farthest = np.abs(places).argmax(axis=0)
    signs = np.sign(places[farthest, np.arange(places.shape[1])])
    return places * np.where(signs == 0, 1.0, signs)
