"""Taste clusters: groups of likes that go together, and each film's affinity to them.

A profile of Westerns, Hitchcock and Hindi cinema has three clusters. Re-ranking shows each of them
in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.embedding import unit_rows
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.term_functions import genre_set_similarity, year_nearness

MAX_CLUSTERS = 5
"""Among the twenty films of a first screen, a share below a fifth gets no place."""
MIN_SIMILARITY = 1.6
"""Mean similarity, of at most 7, from which two groups of likes are one cluster."""
PEOPLE, FACTORS = 2.0, 2.0
"""Weights of shared people and people factors; genres, years and co-likes weigh 1 each."""
NEAREST = 25
"""Films nearest to a cluster that serve it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TasteClusters:
    """Groups of likes that go together.

    Attributes
    ----------
    shares : ndarray of shape (n_clusters,), each cluster's share of the likes; adds up to 1
    affinity : ndarray of shape (n_clusters, n_films), mean similarity to the cluster's likes
    """

    shares: FloatArray
    affinity: FloatArray

    @classmethod
    def of(
        cls, model: Model, profile: ProfileRows, members: FloatArray | None = None
    ) -> TasteClusters:
        """Return the clusters of a profile; none without likes.

        Parameters
        ----------
        members
            From `cluster_likes`, where the likes are clustered already.
        """
        if members is None:
            members = cluster_likes(model, profile.likes)
        affinity = affinity_without_credits(
            model,
            profile.likes,
            members,
            genre_set=model.genre_set,
            years=model.years,
            people_factors=model.people_factors.T,
            embedding=model.embedding.T,
        )
        cluster_of, part = members.argmax(axis=0), members.max(axis=0, initial=0.0)
        like, film, cosine = model.people.films_sharing(profile.likes)
        people = np.float32(PEOPLE) * np.sqrt(np.maximum(cosine, 0.0)) * part[like]
        np.add.at(affinity, (cluster_of[like], film), people)
        shares = (members > 0).sum(axis=1) / max(len(profile.likes), 1)
        return cls(shares=shares.astype(np.float32), affinity=affinity)

    def nearest_cluster(self, allowed: BoolArray) -> IntArray:
        """Return the cluster each film serves, shape (n_films,), -1 for none.

        A film serves the cluster it is nearest to if it is among the `NEAREST` allowed films.
        """
        if not len(self.shares) or not allowed.any():
            return np.full(len(allowed), -1)
        count = min(NEAREST, int(allowed.sum()))
        near = np.where(allowed, self.affinity, np.float32(-np.inf))
        edges = np.partition(near, -count, axis=1)[:, -count]
        own = near.argmax(axis=0)
        serves: IntArray = np.where(near.max(axis=0) >= edges[own], own, -1)
        return serves


def cluster_likes(model: Model, likes: Rows) -> FloatArray:
    """Return each like's weight in the centroid of its cluster, shape (n_clusters, n_likes).

    Average linkage merges the nearest two clusters while they are similar, or while there are
    more than the maximum.
    """
    embedding, factors = unit_rows(model.embedding[likes]), model.people_factors[likes]
    people = np.maximum(model.people.cosines(likes, likes), np.float32(0.0))
    alike = (
        np.float32(PEOPLE) * np.sqrt(people)
        + np.float32(FACTORS) * (factors @ factors.T)
        + genre_set_similarity(model, likes)[model.genre_set[likes]]
        + year_nearness(model.years[likes], model.years[likes])
        + embedding @ embedding.T
    )
    groups = _link(alike)
    members: FloatArray = groups / groups.sum(axis=1)[:, None]
    return members


def affinity_without_credits(
    model: Model,
    likes: Rows,
    members: FloatArray,
    *,
    genre_set: IntArray,
    years: IntArray,
    people_factors: FloatArray,
    embedding: FloatArray,
) -> FloatArray:
    """Return the films' affinity to each taste cluster, without shared cast and crew.

    Parameters
    ----------
    members
        From `cluster_likes`.
    genre_set, years : ndarray of shape (n_films,)
    people_factors, embedding : ndarray of shape (n_dimensions, n_films)

    Returns
    -------
    ndarray of shape (n_clusters, n_films)
    """
    by_set = members @ genre_set_similarity(model, likes).T
    near: FloatArray = by_set.astype(np.float32).take(genre_set, axis=1)
    if len(years):
        first = int(years.min())
        calendar = np.arange(first, int(years.max()) + 1)
        by_year = members @ year_nearness(calendar, model.years[likes]).T
        near += by_year.take(years - first, axis=1)
    near += (np.float32(FACTORS) * (members @ model.people_factors[likes])) @ people_factors
    near += (members @ unit_rows(model.embedding[likes])) @ embedding
    return near


def _link(alike: FloatArray) -> FloatArray:
    """Return groups by average linkage, ones and zeros of shape (n_groups, n_likes)."""
    groups = np.eye(len(alike), dtype=np.float32)
    sums, sizes = np.triu(alike + alike.T, 1) / 2.0, np.ones(len(alike), np.float32)
    sums += sums.T
    np.fill_diagonal(sums, -np.inf)
    mean = sums.copy()
    for left in range(len(alike), 1, -1):
        one, other = sorted(divmod(int(mean.argmax()), len(alike)))
        if mean[one, other] < MIN_SIMILARITY and left <= MAX_CLUSTERS:
            break
        groups[one] += groups[other]
        sizes[one] += sizes[other]
        sums[one] += sums[other]
        groups[other], sums[other], sums[:, other] = 0.0, -np.inf, -np.inf
        sums[:, one] = sums[one]
        mean[other], mean[:, other] = -np.inf, -np.inf
        mean[one] = mean[:, one] = sums[one] / (sizes * sizes[one])
    return groups[groups.any(axis=1)]
