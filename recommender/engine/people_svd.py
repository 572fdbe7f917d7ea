"""People factors: a truncated SVD of the films x people matrix.

Films whose people work with the same others are near, even if they share no person. So factors
separate national cinemas, although the data hold no language or country.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray
from recommender.engine.features import FeatureIndex

DIMENSIONS = 64
MIN_FILMS = 2
"""Films a person needs; one film links to no other."""
DAMPING = 0.05
"""Added to the norm of a film's factors, so that weak factors stay small."""
_OVERSAMPLES, _ITERATIONS = 10, 4
"""As scikit-learn's `randomized_svd` for 64 components."""
_NOISE = 1e-10
"""Relative squared strength below which a direction is rounding error."""
BATCH_FILMS, BATCH_COLUMNS = 16_384, 8


def fit_people_factors(people: FeatureIndex) -> FloatArray:
    """Return the people factors, shape (n_films, n_dimensions), each row shorter than 1."""
    films_of = np.diff(people.inverted.indptr)
    linking = people.inverted[np.flatnonzero(films_of >= MIN_FILMS)]
    width = min(DIMENSIONS, min(linking.shape) - 1)
    if width < 1:
        return np.zeros((linking.shape[1], 0), np.float32)
    factors = _leading_vectors(linking, width)
    # In batches: at 700,000 films a copy takes 200 MB.
    for part in _batches(factors):
        lengths = np.linalg.norm(factors[part], axis=1, keepdims=True)
        factors[part] /= lengths + np.float32(DAMPING)
    return factors


def _leading_vectors(people: csr_array, width: int) -> FloatArray:
    """Return right singular vectors times singular values, by randomised subspace iteration.

    Algorithm 4.4 of Halko, Martinsson and Tropp (2011). Memory is two bases of the films;
    scikit-learn takes 1.7 GB at 700,000 films.

    Parameters
    ----------
    people : csr_array of shape (n_people, n_films)
    """
    basis = np.empty((people.shape[1], min(width + _OVERSAMPLES, *people.shape)), np.float32)
    random = np.random.RandomState(0)
    for part in _batches(basis):
        drawn = random.normal(size=(len(basis[part]), width + _OVERSAMPLES))
        basis[part] = drawn[:, : basis.shape[1]]
    for _ in range(_ITERATIONS):
        product = _multiply(people, basis)
        _rotate(product, _whitening(_products(product, product)))
        basis = product
        del product
    product = _multiply(people, basis)
    rotation = _whitening(_products(basis, product))
    del basis
    _rotate(product, rotation)
    strength, rotation = np.linalg.eigh(_products(product, product))
    _rotate(product, rotation[:, np.argsort(-strength)])
    factors = np.ascontiguousarray(product[:, :width])
    del product
    # Fix the sign of each vector, which otherwise depends on the machine.
    factors *= np.where(factors.max(axis=0) >= -factors.min(axis=0), np.float32(1), np.float32(-1))
    return factors


def _multiply(people: csr_array, basis: FloatArray) -> FloatArray:
    """Return ``people.T @ people @ basis``, in batches of columns to save memory."""
    product = np.empty_like(basis)
    for start in range(0, basis.shape[1], BATCH_COLUMNS):
        some = slice(start, start + BATCH_COLUMNS)
        product[:, some] = people.T @ (people @ np.ascontiguousarray(basis[:, some]))
    return product


def _whitening(products: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the matrix that makes vectors of these inner products orthonormal."""
    strength, rotation = np.linalg.eigh(products)
    above_noise = strength > strength.max(initial=0.0) * _NOISE
    scale: npt.NDArray[np.float64] = np.where(above_noise, strength, np.inf) ** -0.5
    return rotation * scale


def _rotate(basis: FloatArray, rotation: npt.NDArray[np.float64]) -> None:
    for part in _batches(basis):
        basis[part] = basis[part] @ rotation.astype(np.float32)


def _products(one: FloatArray, other: FloatArray) -> npt.NDArray[np.float64]:
    """Return the inner products of columns, in double precision."""
    products = np.zeros((one.shape[1], other.shape[1]))
    for part in _batches(one):
        products += one[part].astype(np.float64).T @ other[part].astype(np.float64)
    return products


def _batches(basis: FloatArray) -> Iterator[slice]:
    for start in range(0, len(basis), BATCH_FILMS):
        yield slice(start, start + BATCH_FILMS)
