"""The strands of a taste: which likes go together, and which films stand near each strand.

Somebody who likes Westerns, Hitchcock and Hindi cinema has three tastes, not one. A list is to
show all three, in proportion, so they have to be told apart first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import BoolArray, FloatArray, IntArray
from recommender.engine.embedding import unit_rows
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.terms import genre_set_similarity, year_nearness

MOST_STRANDS = 5
"""Among the twenty films of a first look, smaller shares than a fifth come to nothing."""
TOGETHER = 1.6
"""Mean likeness, of at most 7, from which two groups of likes are one strand."""
PEOPLE, CIRCLE = 2.0, 2.0
"""Shared makers, and a shared circle of them, tell tastes apart twice as well as genres, years
and company do, which count 1 each."""
NEAREST = 25
"""So many films nearest to a strand are said to serve it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TasteClusters:
    """Groups of likes that go together.

    Attributes
    ----------
    shares : ndarray of shape (n_strands,), which part of the likes each holds; adds up to 1
    members : ndarray of shape (n_strands, n_likes), each like's part in the mean of its strand
    nearness : ndarray of shape (n_strands, n_films), how near each film is to each strand
    """

    shares: FloatArray
    members: FloatArray
    nearness: FloatArray

    @classmethod
    def of(cls, model: Model, taste: ProfileRows) -> TasteClusters:
        """Return the strands of a taste; none when nothing is liked.

        The likes are joined by average linkage for as long as the nearest two groups are near
        enough, or there are too many of them.
        """
        return cls.among(model, taste, cluster_likes(model, taste.likes))

    @classmethod
    def among(cls, model: Model, taste: ProfileRows, members: FloatArray) -> TasteClusters:
        """Return the strands of likes joined before, among the films of a model."""
        sizes = (members > 0).sum(axis=1)
        return cls(
            shares=(sizes / max(len(taste.likes), 1)).astype(np.float32),
            members=members,
            nearness=_nearness(model, taste.likes, members),
        )

    def serving(self, allowed: BoolArray) -> IntArray:
        """Return which strand each film serves, shape (n_films,), -1 for none.

        A film serves the strand it is nearest to, when few allowed films are nearer.
        """
        if not len(self.shares) or not allowed.any():
            return np.full(len(allowed), -1)
        count = min(NEAREST, int(allowed.sum()))
        near = np.where(allowed, self.nearness, np.float32(-np.inf))
        edges = np.partition(near, -count, axis=1)[:, -count]
        own = near.argmax(axis=0)
        serves: IntArray = np.where(near.max(axis=0) >= edges[own], own, -1)
        return serves


def cluster_likes(model: Model, likes: Rows, people: FloatArray | None = None) -> FloatArray:
    """Return the strands' members: each like's part in the mean of its strand.

    Shape (n_strands, n_likes); a like is in one strand. ``people``, of shape (n_likes, n_likes), is
    how much the likes share, where it is known.
    """
    if people is None:
        people = model.people.cosines(likes, likes)
    groups = _join(_likeness(model, likes, people))
    members: FloatArray = groups / groups.sum(axis=1)[:, None]
    return members


def affinity_without_credits(
    model: Model,
    likes: Rows,
    members: FloatArray,
    *,
    sets: IntArray,
    years: IntArray,
    circle: FloatArray,
    space: FloatArray,
) -> FloatArray:
    """Return how near films that share nobody with the likes are to each strand.

    Parameters
    ----------
    members
        From `cluster_likes`.
    sets, years, circle, space
        Of the films, as the model has them.

    Returns
    -------
    ndarray of shape (n_strands, n_films)
    """
    by_set = members @ genre_set_similarity(model, likes).T
    near: FloatArray = by_set.astype(np.float32).take(sets, axis=1)
    if len(years):
        first = int(years.min())
        calendar = np.arange(first, int(years.max()) + 1)
        near += (members @ year_nearness(calendar, model.years[likes]).T).take(
            years - first, axis=1
        )
    near += (np.float32(CIRCLE) * (members @ model.people_factors[likes])) @ circle.T
    near += (members @ unit_rows(model.embedding[likes])) @ space.T
    return near


def _likeness(model: Model, likes: Rows, people: FloatArray) -> FloatArray:
    """Return how much each two likes go together, shape (n_likes, n_likes), up to 7."""
    space, circle = unit_rows(model.embedding[likes]), model.people_factors[likes]
    alike: FloatArray = (
        np.float32(PEOPLE) * np.sqrt(np.maximum(people, np.float32(0.0)))
        + np.float32(CIRCLE) * (circle @ circle.T)
        + genre_set_similarity(model, likes)[model.genre_set[likes]]
        + year_nearness(model.years[likes], model.years[likes])
        + space @ space.T
    )
    return alike


def _join(alike: FloatArray) -> FloatArray:
    """Return groups by average linkage, ones and zeros of shape (n_groups, n_likes)."""
    groups = np.eye(len(alike), dtype=np.float32)
    sums, sizes = np.triu(alike + alike.T, 1) / 2.0, np.ones(len(alike), np.float32)
    sums += sums.T
    np.fill_diagonal(sums, -np.inf)
    mean = sums.copy()
    for left in range(len(alike), 1, -1):
        one, other = sorted(divmod(int(mean.argmax()), len(alike)))
        if mean[one, other] < TOGETHER and left <= MOST_STRANDS:
            break
        groups[one] += groups[other]
        sizes[one] += sizes[other]
        sums[one] += sums[other]
        groups[other], sums[other], sums[:, other] = 0.0, -np.inf, -np.inf
        sums[:, one] = sums[one]
        mean[other], mean[:, other] = -np.inf, -np.inf
        mean[one] = mean[:, one] = sums[one] / (sizes * sizes[one])
    return groups[groups.any(axis=1)]


def _nearness(model: Model, likes: Rows, member: FloatArray) -> FloatArray:
    """Return each film's mean likeness to the likes of each strand, shape (n_strands, n_films).

    ``member`` holds each like's part in each strand's mean.
    """
    near = affinity_without_credits(
        model,
        likes,
        member,
        sets=model.genre_set,
        years=model.years,
        circle=model.people_factors,
        space=model.embedding,
    )
    strand_of, part = member.argmax(axis=0), member.max(axis=0, initial=0.0)
    like, film, cosine = model.people.films_sharing(likes)
    people = np.float32(PEOPLE) * np.sqrt(np.maximum(cosine, 0.0)) * part[like]
    np.add.at(near, (strand_of[like], film), people)
    return near
