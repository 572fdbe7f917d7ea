"""Circles of film makers: who works with whom, and so what cinema a film belongs to.

Two Hindi films may share nobody, yet their casts have played beside the same people. The leading
singular vectors of the films x people matrix see that; no language or country is in the data.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray
from recommender.engine.features import FeatureIndex

DIMENSIONS = 64
FEWEST_FILMS = 2
"""Somebody with one film links it to no other."""
SOFTNESS = 0.05
"""Films that hardly belong to any circle stay near the middle instead of being blown up."""
_SPARE, _ROUNDS = 10, 4
"""Dimensions beyond those asked for, and rounds: what scikit-learn takes for so many."""
_NOISE = 1e-10
"""Directions this much weaker than the strongest (squared) are rounding."""
_AT_ONCE, _COLUMNS = 16_384, 8


def fit_people_factors(people: FeatureIndex) -> FloatArray:
    """Return where each film stands among the circles.

    Parameters
    ----------
    people : of n_films films

    Returns
    -------
    ndarray of shape (n_films, n_dimensions), rows shorter than 1; inner products of two films
    of one circle are high
    """
    films_of = np.diff(people.inverted.indptr)
    linking = people.inverted[np.flatnonzero(films_of >= FEWEST_FILMS)]
    width = min(DIMENSIONS, min(linking.shape) - 1)
    if width < 1:
        return np.zeros((linking.shape[1], 0), np.float32)
    places = _leading_places(linking, width)
    # A piece at a time: at 700,000 films every copy is 200 MB.
    for part in _parts(places):
        lengths = np.linalg.norm(places[part], axis=1, keepdims=True)
        places[part] /= lengths + np.float32(SOFTNESS)
    return places


def _leading_places(people: csr_array, width: int) -> FloatArray:
    """Return right singular vectors times their strength, by randomised subspace iteration.

    Halko, Martinsson and Tropp (2011), algorithm 4.4, as scikit-learn has it, but nothing is
    held beside two bases of the films: scikit-learn's took 1.7 GB at 700,000 films.

    Parameters
    ----------
    people : csr_array of shape (n_people, n_films)
    """
    basis = np.empty((people.shape[1], min(width + _SPARE, *people.shape)), np.float32)
    random = np.random.RandomState(0)
    for part in _parts(basis):
        drawn = random.normal(size=(len(basis[part]), width + _SPARE))
        basis[part] = drawn[:, : basis.shape[1]]
    for _ in range(_ROUNDS):
        reached = _reach(people, basis)
        _turn(reached, _whitening(_products(reached, reached)))
        basis = reached
        del reached
    reached = _reach(people, basis)
    turn = _whitening(_products(basis, reached))
    del basis
    _turn(reached, turn)
    strength, turn = np.linalg.eigh(_products(reached, reached))
    _turn(reached, turn[:, np.argsort(-strength)])
    places = np.ascontiguousarray(reached[:, :width])
    del reached
    # A vector's sign means nothing; this one does not depend on the machine.
    places *= np.where(places.max(axis=0) >= -places.min(axis=0), np.float32(1), np.float32(-1))
    return places


def _reach(people: csr_array, basis: FloatArray) -> FloatArray:
    """Return films x people x films x basis; a few columns at a time, people are many."""
    reached = np.empty_like(basis)
    for start in range(0, basis.shape[1], _COLUMNS):
        some = slice(start, start + _COLUMNS)
        reached[:, some] = people.T @ (people @ np.ascontiguousarray(basis[:, some]))
    return reached


def _whitening(products: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return what turns vectors of these inner products into orthonormal ones."""
    strength, turn = np.linalg.eigh(products)
    told = strength > strength.max(initial=0.0) * _NOISE
    scale: npt.NDArray[np.float64] = np.where(told, strength, np.inf) ** -0.5
    return turn * scale


def _turn(basis: FloatArray, turn: npt.NDArray[np.float64]) -> None:
    for part in _parts(basis):
        basis[part] = basis[part] @ turn.astype(np.float32)


def _products(one: FloatArray, other: FloatArray) -> npt.NDArray[np.float64]:
    """Return the inner products of columns, in double precision."""
    products = np.zeros((one.shape[1], other.shape[1]))
    for part in _parts(one):
        products += one[part].astype(np.float64).T @ other[part].astype(np.float64)
    return products


def _parts(basis: FloatArray) -> Iterator[slice]:
    for start in range(0, len(basis), _AT_ONCE):
        yield slice(start, start + _AT_ONCE)
