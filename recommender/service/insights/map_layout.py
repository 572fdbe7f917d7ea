"""From distances between films to places on a flat map.

Classical scaling gives the start, stress majorization does the rest. scikit-learn has the latter
(`sklearn.manifold.smacof`, and a test compares), but importing it takes longer than a hundred maps.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

Places = npt.NDArray[np.float64]

ROUNDS = 200
STILL = 1e-5
"""Less than this share of the stress gained in a round, and the map has settled."""


def place_films(distances: Places) -> Places:
    """Return places in the plane whose distances are as near as may be to those given.

    Stress majorization (de Leeuw, 1977) from a start by classical scaling (Torgerson, 1952): no
    chance in it, and the longest direction lies across.

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
    for _ in range(ROUNDS):
        apart = _distances_of(places)
        stress = float(((apart - distances) ** 2).sum())
        if np.isfinite(before) and before - stress <= STILL * before:
            break
        places, before = _settle(places, apart, distances), stress
    return fit_to_frame(_turn(places))


def scale_classically(distances: Places) -> Places:
    """Return the leading two principal coordinates, shape (n_films, 2), signs fixed."""
    count = len(distances)
    if count < 3:
        return np.column_stack([np.arange(count, dtype=np.float64), np.zeros(count)])
    squares = distances**2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, vectors = eigh(-0.5 * centred, subset_by_index=[count - 2, count - 1])
    return _fix_signs(vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0)))


def fit_to_frame(places: Places) -> Places:
    """Return the places moved and stretched so that each column runs from 0 to 1."""
    low, high = places.min(axis=0), places.max(axis=0)
    span = np.where(high - low > 1e-9, high - low, 1.0)
    fitted: Places = np.where(high - low > 1e-9, (places - low) / span, 0.5)
    return fitted


def _settle(places: Places, apart: Places, distances: Places) -> Places:
    """Return the places after one round (Guttman's transform), with no more stress than before."""
    pull = -np.divide(distances, apart, out=np.zeros_like(apart), where=apart > 1e-12)
    pull[np.diag_indices(len(pull))] -= pull.sum(axis=1)
    settled: Places = pull @ places / len(places)
    return settled


def _distances_of(places: Places) -> Places:
    steps = places[:, None, :] - places[None, :, :]
    apart: Places = np.sqrt((steps**2).sum(axis=-1))
    return apart


def _turn(places: Places) -> Places:
    """Return the places turned so that they spread most from left to right."""
    centred = places - places.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return _fix_signs(centred @ axes.T)


def _fix_signs(places: Places) -> Places:
    """Return the places mirrored so that the film farthest out in each column is positive."""
    farthest = np.abs(places).argmax(axis=0)
    signs = np.sign(places[farthest, np.arange(places.shape[1])])
    return places * np.where(signs == 0, 1.0, signs)
