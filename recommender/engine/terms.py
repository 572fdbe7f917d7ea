"""What may speak for a film: one function a term, each a value for every film at once.

A term takes the model and a taste and returns an array of shape (n_films,). Personal terms pool
over the likes, so that each like counts by itself: the mean of several tastes is nobody's taste.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows

Term = Callable[[Model, ProfileRows], FloatArray]

YEARS_APART = 6.0
"""Two films this many years apart are 1/e as near as two of one year."""
WELL_KNOWN = 5.0
"""log10 of the votes from which a film counts as widely known (100,000)."""
HIDDEN_DEFENCE, LESS_DEFENCE = 1.0, 0.5
"""How loud likes speak for a film that is like a hidden one, or like one less was asked for."""


def director(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how much each film shares its directors with the likes."""
    return model.director.pooled(taste.likes, shares(taste))


def writer(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how much each film shares its writers with the likes."""
    return model.writer.pooled(taste.likes, shares(taste))


def cast(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how much each film shares its cast with the likes, leads before small parts."""
    return model.cast.pooled(taste.likes, shares(taste))


def franchise(model: Model, taste: ProfileRows) -> FloatArray:
    """Return which share of the likes is of each film's own series."""
    return franchise_of(model, taste, model.franchise)


def franchise_of(model: Model, taste: ProfileRows, franchises: IntArray) -> FloatArray:
    """Return `franchise` of films of these series."""
    series, which = np.unique(model.franchise[taste.likes], return_inverse=True)
    held = np.bincount(which, shares(taste)).astype(np.float32)
    place = np.minimum(np.searchsorted(series, franchises), len(series) - 1)
    found = series[place] == franchises
    value: FloatArray = np.where(found, held[place], np.float32(0.0))
    return value


def genre(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film's genres are to the likes', on average."""
    return _by_genre_set(model, genre_by_set(model, taste))


def genre_by_set(model: Model, taste: ProfileRows) -> FloatArray:
    """Return `genre` of every distinct genre set, shape (n_sets,)."""
    near: FloatArray = genre_set_similarity(model, taste.likes) @ shares(taste)
    return near


def genre_best(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film's genres are to those of the like that is nearest."""
    return _by_genre_set(model, genre_best_by_set(model, taste))


def genre_best_by_set(model: Model, taste: ProfileRows) -> FloatArray:
    """Return `genre_best` of every distinct genre set, shape (n_sets,)."""
    best: FloatArray = (genre_set_similarity(model, taste.likes) * taste.weights).max(1)
    return best


def era(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film's year is to the likes' years, on average."""
    first = int(model.years.min())
    calendar = np.arange(first, int(model.years.max()) + 1)
    nearness = era_by_year(model, taste, calendar)
    by_year: FloatArray = nearness[model.years.astype(np.int64) - first].astype(np.float32)
    return by_year


def era_by_year(model: Model, taste: ProfileRows, calendar: np.ndarray) -> FloatArray:
    """Return `era` of each year of a calendar, shape (n_years,)."""
    near: FloatArray = year_nearness(calendar, model.years[taste.likes]) @ shares(taste)
    return near


def community(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film is to the likes in the space of who likes what, on average."""
    near: FloatArray = model.embedding @ community_centre(model, taste)
    return near


def community_centre(model: Model, taste: ProfileRows) -> FloatArray:
    """Return where the likes stand in the space of who likes what, on average."""
    together: FloatArray = shares(taste) @ model.embedding[taste.likes]
    return together


def community_best(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film is, in that space, to the like that is nearest."""
    if not model.embedding.shape[1]:
        return np.zeros(model.n_films, np.float32)
    near: FloatArray = (model.embedding[taste.likes] @ model.embedding.T).max(axis=0)
    return near


def circle(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how much each film comes from the likes' circles of film makers, on average."""
    near: FloatArray = np.maximum(
        model.people_factors @ circle_centre(model, taste), np.float32(0.0)
    )
    return near


def circle_centre(model: Model, taste: ProfileRows) -> FloatArray:
    """Return where the likes stand among the circles of film makers, on average."""
    together: FloatArray = shares(taste) @ model.people_factors[taste.likes]
    return together


def votes(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how widely each film is known: log10 of its votes."""
    return model.log_votes


def renown(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how far beyond widely known each film is, in powers of ten."""
    beyond: FloatArray = np.maximum(model.log_votes - np.float32(WELL_KNOWN), 0.0)
    return beyond


def rating(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how well each film is rated, few votes pulled to the mean."""
    return model.weighted


def votes_level(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film is to the likes in how widely it is known (0 is equal)."""
    return _nearness_to_level(model.log_votes, taste)


def rating_level(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how near each film is to the likes in how well it is rated (0 is equal)."""
    return _nearness_to_level(model.weighted, taste)


def level(values: FloatArray, taste: ProfileRows) -> np.float32:
    """Return the mean of a column over the likes."""
    return np.float32(values[taste.likes] @ shares(taste))


def hidden(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how much each film is like what the person hid, 0 to 1; likes speak against it."""
    return _likeness_against(model, taste, taste.hidden, defence=HIDDEN_DEFENCE)


def less(model: Model, taste: ProfileRows) -> FloatArray:
    """Return how much each film is like those that less like was asked for, 0 to 1.

    Likes speak against it half as loud as against what was hidden: hiding is about one film,
    this is about what it is like.
    """
    return _likeness_against(model, taste, taste.less, defence=LESS_DEFENCE)


def kinship(model: Model, rows: Rows, others: Rows | None = None) -> FloatArray:
    """Return how alike films are in people and genre together, 0 to 1.

    Parameters
    ----------
    rows
        Films the columns stand for.
    others
        Films the rows stand for; every film when None.

    Returns
    -------
    ndarray of shape (n_others or n_films, n_rows)
    """
    return people_and_genre(*people_and_genres(model, rows, others))


class Kinship:
    """`kinship` of some films with each other, a film at a time: of few films all is asked."""

    def __init__(self, model: Model, rows: Rows) -> None:
        one, self._others, self._products = model.people.meetings_within(rows)
        self._starts = np.searchsorted(one, np.arange(len(rows) + 1)).tolist()
        self._genres = model.genre_vectors.take(model.genre_set[rows], axis=0)

    def row(self, number: int) -> FloatArray:
        """Return the kinship of one of the films with all of them."""
        here = slice(self._starts[number], self._starts[number + 1])
        people = np.bincount(self._others[here], self._products[here], len(self._genres))
        return people_and_genre(people.astype(np.float32), self._genres @ self._genres[number])


def people_and_genres(
    model: Model, rows: Rows, others: Rows | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the two likenesses `kinship` joins, each of its shape."""
    if others is None:
        people, sets = model.people.similarity_with_all(rows), model.genre_set
    else:
        people = model.people.cosines(others, rows)
        sets = model.genre_set[others]
    return people, genre_set_similarity(model, rows)[sets]


def people_and_genre(people: FloatArray | np.float32, genres: FloatArray) -> FloatArray:
    """Return one likeness from two: a shared maker says more than a shared genre."""
    alike: FloatArray = np.sqrt(people) * np.float32(0.6) + np.float32(0.4) * genres
    return np.minimum(alike, np.float32(1.0), out=alike)


def genre_set_similarity(model: Model, rows: Rows) -> FloatArray:
    """Return cosines of every distinct genre set with the films at rows, (n_sets, n_rows)."""
    return model.genre_likeness(model.genre_set[rows])


def year_nearness(years: np.ndarray, others: np.ndarray) -> FloatArray:
    """Return exp(-|years apart| / 6) for every pair, shape (n_years, n_others)."""
    apart = np.abs(years.astype(np.float32)[:, None] - others.astype(np.float32)[None, :])
    near: FloatArray = np.exp(-apart / np.float32(YEARS_APART))
    return near


def _likeness_against(
    model: Model, taste: ProfileRows, rows: Rows, *, defence: float
) -> FloatArray:
    """Return kinship with the nearest of the rows, less ``defence`` times that with the likes."""
    if not len(rows):
        return np.zeros(model.n_films, np.float32)
    pushed = kinship(model, rows).max(1)
    if len(taste.likes):
        pushed = pushed - np.float32(defence) * kinship(model, taste.likes).max(1)
    value: FloatArray = np.maximum(pushed, np.float32(0.0))
    return value


def likeness_against_by_set(
    model: Model, taste: ProfileRows, rows: Rows, *, defence: float
) -> FloatArray:
    """Return what `hidden` or `less` are of a film that shares nobody, by genre set."""
    if not len(rows):
        return np.zeros(model.genre_sets.shape[0], np.float32)
    nobody = np.float32(0.0)
    pushed = people_and_genre(nobody, genre_set_similarity(model, rows)).max(1)
    if len(taste.likes):
        near = people_and_genre(nobody, genre_set_similarity(model, taste.likes)).max(1)
        pushed = pushed - np.float32(defence) * near
    value: FloatArray = np.maximum(pushed, np.float32(0.0))
    return value


def _by_genre_set(model: Model, values: FloatArray) -> FloatArray:
    spread: FloatArray = values.astype(np.float32)[model.genre_set]
    return spread


def _nearness_to_level(values: FloatArray, taste: ProfileRows) -> FloatArray:
    near: FloatArray = -np.abs(values - level(values, taste))
    return near


def shares(taste: ProfileRows) -> FloatArray:
    """Return each like's part of the taste, shape (n_likes,); they add up to 1."""
    parts: FloatArray = taste.weights / taste.weights.sum()
    return parts
