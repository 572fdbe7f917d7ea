"""TF-IDF features of films: people and genres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, spans

DIRECTOR_WEIGHT = 1.0
WRITER_WEIGHT = 0.6
LEAD_WEIGHT = 0.9
BILLING_DECAY = 0.85
"""Weight of a cast member relative to the one billed before."""
FEW = 32
"""Films up to which `FeatureIndex.cosines` uses a dense table."""


@dataclass(frozen=True, slots=True)
class FeatureIndex:
    """TF-IDF matrix with its inverted index.

    Attributes
    ----------
    forward : csr_array of shape (n_films, n_features), float32, rows of length 1 (or empty)
    inverted : csr_array of shape (n_features, n_films), its transpose
    """

    forward: csr_array
    inverted: csr_array

    @classmethod
    def of(cls, matrix: csr_array) -> FeatureIndex:
        """Return the index of a matrix of shape (n_films, n_features)."""
        inverted = csr_array(matrix.T)
        inverted.sort_indices()
        return cls(matrix, inverted)

    def similarity_to(self, rows: IntArray) -> csr_array:
        """Return cosines of the films at ``rows`` with every film, shape (n_rows, n_films)."""
        return self.forward[rows] @ self.inverted

    def cosines(self, rows: IntArray, others: IntArray) -> FloatArray:
        """Return cosines of some films with some others, shape (n_rows, n_others).

        Faster than a product of two slices of a scipy matrix.
        """
        if len(others) > FEW:
            return self._cosines_with_many(rows, others)
        result = np.zeros((len(rows), len(others)), np.float32)
        other, columns, weights = self._entries(others)
        known = np.unique(columns)
        if not len(known):
            return result
        table = np.zeros((len(known), len(others)), np.float32)
        table[np.searchsorted(known, columns), other] = weights
        row, columns, weights = self._entries(rows)
        place = np.minimum(np.searchsorted(known, columns), len(known) - 1)
        shared = known[place] == columns
        np.add.at(result, row[shared], table[place[shared]] * weights[shared, None])
        return result

    def _cosines_with_many(self, rows: IntArray, others: IntArray) -> FloatArray:
        row, columns, weights = self._entries(rows)
        other, known, other_weights = self._entries(others)
        order = np.argsort(known, kind="stable")
        known = known[order]
        first = np.searchsorted(known, columns)
        counts = np.searchsorted(known, columns, side="right") - first
        matches = order[spans(first, counts)]
        pairs = np.repeat(row, counts) * len(others) + other[matches]
        products = np.repeat(weights, counts) * other_weights[matches]
        sums = np.bincount(pairs, products, minlength=len(rows) * len(others))
        return sums.astype(np.float32).reshape(len(rows), len(others))

    def meetings_within(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return each feature that two of some films share, ordered by the first film.

        Returns
        -------
        positions of both films, and product of the weights; products of a pair sum to its cosine
        """
        which, columns, weights = self._entries(rows)
        order = np.argsort(columns, kind="stable")
        begins = np.flatnonzero(np.diff(columns[order], prepend=-1))
        sizes = np.diff(begins, append=len(order))
        # First entry of the same feature, and number of such entries.
        first, counts = np.empty((2, len(order)), np.int64)
        first[order], counts[order] = np.repeat(begins, sizes), np.repeat(sizes, sizes)
        shared = np.flatnonzero(counts > 1)
        other = order[spans(first[shared], counts[shared])]
        one = np.repeat(shared, counts[shared])
        return which[one], which[other], weights[one] * weights[other]

    def films_sharing(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the nonzero entries of `similarity_to`: position in rows, film, cosine."""
        which, films, products = self.meetings(rows)
        n_films = self.forward.shape[0]
        distinct, place = np.unique(which * n_films + films, return_inverse=True)
        cosines = np.bincount(place, products, minlength=len(distinct)).astype(np.float32)
        return distinct // n_films, distinct % n_films, cosines

    def pooled(self, rows: IntArray, shares: FloatArray) -> FloatArray:
        """Return every film's root mean squared cosine with the films at ``rows``, 0 to 1.

        The square keeps one strong match visible among many films without any.

        Parameters
        ----------
        shares : ndarray of shape (n_rows,), weights of the mean; they add up to 1
        """
        which, films, cosines = self.films_sharing(rows)
        squares = np.bincount(films, cosines**2 * shares[which], minlength=self.forward.shape[0])
        return np.sqrt(squares).astype(np.float32)

    def meetings(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return each feature that a film shares with a row, from the inverted lists.

        Returns
        -------
        position in rows, film, and product of the weights; products of a pair sum to its cosine
        """
        which, features, weights = self._entries(rows)
        lengths, entries = _spans(self.inverted.indptr, features)
        products = self.inverted.data[entries] * np.repeat(weights, lengths)
        return np.repeat(which, lengths), self.inverted.indices[entries], products

    def similarity_with_all(self, rows: IntArray) -> FloatArray:
        """Return the dense cosines of every film with the films at ``rows``, (n_films, n_rows)."""
        dense: FloatArray = self.similarity_to(rows).toarray().T
        return dense

    def _entries(self, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return position in rows, feature and weight of every entry of the rows."""
        lengths, entries = _spans(self.forward.indptr, rows)
        which = np.repeat(np.arange(len(rows)), lengths)
        return which, self.forward.indices[entries], self.forward.data[entries]

    def features_of(self, row: int) -> IntArray:
        """Return the feature numbers of one film."""
        indptr = self.forward.indptr
        features: IntArray = self.forward.indices[indptr[row] : indptr[row + 1]]
        return features

    def weights_of(self, row: int) -> FloatArray:
        """Return the weights of `features_of` one film."""
        indptr = self.forward.indptr
        weights: FloatArray = self.forward.data[indptr[row] : indptr[row + 1]]
        return weights


def _spans(indptr: IntArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of entries of each row of a matrix, and the positions of all of them."""
    start = indptr[rows].astype(np.int64)
    lengths = indptr[np.asarray(rows) + 1] - start
    return lengths, spans(start, lengths)


def credit_weights(category: pd.Series, ordering: pd.Series) -> FloatArray:
    """Return the weight of each credit: directors most, the last billed least.

    Parameters
    ----------
    category : Series of ``director``, ``writer`` or ``cast``
    ordering : Series of the position within the category, from 1

    Returns
    -------
    ndarray of shape (n_credits,), 0 to 1
    """
    place = ordering.to_numpy(dtype=np.float32, na_value=10.0)
    billed = LEAD_WEIGHT * BILLING_DECAY ** np.clip(place - 1.0, 0.0, 30.0)
    kind = category.to_numpy()
    weights = np.select(
        [kind == "director", kind == "writer", kind == "cast"],
        [np.full_like(place, DIRECTOR_WEIGHT), np.full_like(place, WRITER_WEIGHT), billed],
        default=0.0,
    )
    return weights.astype(np.float32)


def build_people_index(
    film_rows: IntArray, person_rows: IntArray, weights: FloatArray, shape: tuple[int, int]
) -> FeatureIndex:
    """Return the TF-IDF index of people, rows of length 1.

    Parameters
    ----------
    film_rows, person_rows : ndarray of shape (n_credits,), positions in the matrix
    weights : ndarray of shape (n_credits,); several credits of a person on a film add up
    shape : (n_films, n_people)
    """
    counts = csr_array((weights.astype(np.float64), (film_rows, person_rows)), shape=shape)
    counts.sum_duplicates()
    return FeatureIndex.of(_tfidf(counts))


def build_genre_matrix(genres: list[tuple[str, ...]], names: tuple[str, ...]) -> csr_array:
    """Return the TF-IDF of genres, shape (n_rows, n_genres), rows of length 1 (or empty)."""
    position = {name: column for column, name in enumerate(names)}
    columns = [position[name] for row in genres for name in row]
    indptr = np.cumsum([0, *(len(row) for row in genres)])
    ones = np.ones(len(columns))
    counts = csr_array((ones, np.array(columns, np.int64), indptr), (len(genres), len(names)))
    counts.sum_duplicates()
    return _tfidf(counts)


def weighted_rating(
    rating: FloatArray, votes: FloatArray, *, prior_votes: float, mean: float
) -> FloatArray:
    """Return the Bayesian average of each film's rating and the mean.

    Parameters
    ----------
    rating : ndarray of shape (n_films,), 0 to 10
    votes : ndarray of shape (n_films,), counts
    prior_votes : weight of the mean, in votes
    mean : the rating a film without votes gets, 0 to 10

    Returns
    -------
    ndarray of shape (n_films,), 0 to 10

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if rating.shape != votes.shape:
        raise ValueError(f"rating has shape {rating.shape}, votes has {votes.shape}")
    share = votes / np.maximum(votes + prior_votes, 1.0)
    pulled: FloatArray = (share * rating + (1.0 - share) * mean).astype(np.float32)
    return pulled


def _tfidf(counts: csr_array) -> csr_array:
    if 0 in counts.shape:  # scikit-learn refuses to fit on nothing
        return csr_array(counts.shape, dtype=np.float32)
    # Deferred: this import takes a second, and only fitting needs it.
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415

    matrix = csr_array(TfidfTransformer(norm="l2", smooth_idf=True).fit_transform(counts))
    matrix.sort_indices()
    return csr_array(
        (
            matrix.data.astype(np.float32),
            matrix.indices.astype(np.int32),
            matrix.indptr.astype(np.int32),
        ),
        shape=matrix.shape,
    )
