"""Circles of film makers: who works with whom, and so what cinema a film belongs to.

Two Hindi films may share nobody, yet their casts have played beside the same people. The leading
singular vectors of the films x people matrix see that; no language or country is in the data.
"""

from __future__ import annotations

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.features import FeatureIndex

DIMENSIONS = 64
FEWEST_FILMS = 2
"""Somebody with one film links it to no other."""
SOFTNESS = 0.05
"""Films that hardly belong to any circle stay near the middle instead of being blown up."""


def find_circles(people: FeatureIndex) -> FloatArray:
    """Return where each film stands among the circles.

    Parameters
    ----------
    people : of n_films films

    Returns
    -------
    ndarray of shape (n_films, n_dimensions), rows shorter than 1; inner products of two films
    of one circle are high
    """
    matrix = people.forward
    films_of = np.bincount(matrix.indices, minlength=matrix.shape[1])
    linking = matrix[:, np.flatnonzero(films_of >= FEWEST_FILMS)]
    width = min(DIMENSIONS, min(linking.shape) - 1)
    if width < 1:
        return np.zeros((matrix.shape[0], 0), np.float32)
    # Only fitting needs it, and importing it takes a second of every start.
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415

    left, strength, _ = randomized_svd(linking, width, random_state=0, n_iter=4)
    places = left * strength
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    circles: FloatArray = (places / (lengths + SOFTNESS)).astype(np.float32)
    return circles
