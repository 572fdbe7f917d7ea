"""Values of the scoring terms, for every film at once, and the likes each value comes from.

Personal terms pool over the likes, so each like counts on its own: the mean of several tastes
matches none of them.
"""

from __future__ import annotations

import numpy as np

from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows

YEARS_APART = 6.0
"""Difference in years at which two films are 1/e as near as films of one year."""
WELL_KNOWN = 5.0
"""log10 of the votes from which a film is widely known (100,000)."""
HIDDEN_DEFENCE, LESS_DEFENCE = 1.0, 0.5
"""How much similarity to a like offsets similarity to a hidden film, or to one marked "less"."""
GEMS_FLOOR = 3.0
"""log10 of the votes below which fewer votes make no film more of a hidden gem."""
RECENCY_YEARS = 4.0
"""Age in years at which a film is 1/e as recent as the newest of the catalogue."""

NEAR_YEARS, NEAR_GENRES, NEAR_CO_LIKES, NEAR_PEOPLE = 0.5, 0.3, 0.5, 0.2
"""Nearness from which a like is named: four years, a genre cosine, inner products."""


def director(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how much each film shares its directors with the likes, 0 to 1."""
    return model.director.pooled(profile.likes, like_weights(profile))


def writer(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how much each film shares its writers with the likes, 0 to 1."""
    return model.writer.pooled(profile.likes, like_weights(profile))


def cast(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how much each film shares its cast with the likes, leads first, 0 to 1."""
    return model.cast.pooled(profile.likes, like_weights(profile))


def franchise(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the share of the likes that is of each film's series, 0 to 1."""
    series, which = np.unique(model.franchise[profile.likes], return_inverse=True)
    held = np.bincount(which, like_weights(profile)).astype(np.float32)
    place = np.minimum(np.searchsorted(series, model.franchise), len(series) - 1)
    found = series[place] == model.franchise
    value: FloatArray = np.where(found, held[place], np.float32(0.0))
    return value


def genre(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the mean genre cosine of each film with the likes, 0 to 1."""
    near = genre_set_similarity(model, profile.likes) @ like_weights(profile)
    value: FloatArray = near.astype(np.float32)[model.genre_set]
    return value


def genre_best(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the genre cosine of each film with the nearest like, 0 to 1."""
    best = (genre_set_similarity(model, profile.likes) * profile.weights).max(1)
    value: FloatArray = best.astype(np.float32)[model.genre_set]
    return value


def year(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the mean nearness of each film's year to the likes' years, 0 to 1."""
    first = int(model.years.min())
    calendar = np.arange(first, int(model.years.max()) + 1)
    near = year_nearness(calendar, model.years[profile.likes]) @ like_weights(profile)
    value: FloatArray = near[model.years.astype(np.int64) - first].astype(np.float32)
    return value


def people_factors(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how near each film is to the likes among the people factors, at least 0."""
    centre = like_weights(profile) @ model.people_factors[profile.likes]
    near: FloatArray = np.maximum(model.people_factors @ centre, np.float32(0.0))
    return near


def co_likes(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the mean inner product of each film with the likes in the embedding."""
    centre = like_weights(profile) @ model.embedding[profile.likes]
    near: FloatArray = model.embedding @ centre
    return near


def co_likes_best(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the inner product of each film with the nearest like in the embedding."""
    if not model.embedding.shape[1]:
        return np.zeros(model.n_films, np.float32)
    near: FloatArray = (model.embedding[profile.likes] @ model.embedding.T).max(axis=0)
    return near


def popularity(model: Model, profile: ProfileRows) -> FloatArray:
    """Return log10 of one more than each film's votes."""
    return model.log_votes


def popularity_high(model: Model, profile: ProfileRows) -> FloatArray:
    """Return log10 of each film's votes above the threshold of wide popularity; 0 below it."""
    beyond: FloatArray = np.maximum(model.log_votes - np.float32(WELL_KNOWN), 0.0)
    return beyond


def rating(model: Model, profile: ProfileRows) -> FloatArray:
    """Return each film's weighted rating, 0 to 10."""
    return model.weighted


def popularity_match(model: Model, profile: ProfileRows) -> FloatArray:
    """Return the negative distance of each film's log votes from the mean of the likes."""
    return _nearness_to_mean(model.log_votes, profile)


def rating_match(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how near each film is to the likes' mean rating; 0 is equal."""
    return _nearness_to_mean(model.weighted, profile)


def recency(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how recent each film is: 1 for the newest year, falling to 0."""
    age = np.maximum(model.newest_year - model.years.astype(np.float32), 0.0)
    value: FloatArray = np.exp(-age / np.float32(RECENCY_YEARS))
    return value


def known_enough(model: Model, profile: ProfileRows) -> FloatArray:
    """Return log10 of each film's votes, at least `GEMS_FLOOR`."""
    known: FloatArray = np.maximum(model.log_votes, np.float32(GEMS_FLOOR))
    return known


def release_year(model: Model, profile: ProfileRows) -> FloatArray:
    """Return each film's year."""
    return model.years.astype(np.float32)


def hidden(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how similar each film is to a hidden one, less its similarity to a like, 0 to 1."""
    return _similarity_against(model, profile, profile.hidden, defence=HIDDEN_DEFENCE)


def less(model: Model, profile: ProfileRows) -> FloatArray:
    """Return how similar each film is to one marked "less", 0 to 1.

    A like offsets half as much as for a hidden film: hiding is about one film, "less" is about
    what it is like.
    """
    return _similarity_against(model, profile, profile.less, defence=LESS_DEFENCE)


def director_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted director cosines of films at rows with the likes."""
    return model.director.cosines(rows, films) * profile.weights


def writer_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted writer cosines of films at rows with the likes."""
    return model.writer.cosines(rows, films) * profile.weights


def cast_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted cast cosines of films at rows with the likes."""
    return model.cast.cosines(rows, films) * profile.weights


def people_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted people cosines of films at rows with the likes."""
    return model.people.cosines(rows, films) * profile.weights


def franchise_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weights of the likes of the series of the films at rows."""
    same = model.franchise[rows][:, None] == model.franchise[films]
    strength: FloatArray = same * profile.weights
    return strength


def genre_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted genre cosines of films at rows with the likes, where near."""
    vectors = model.genre_vectors
    near = vectors[model.genre_set[rows]] @ vectors[model.genre_set[films]].T
    return _at_least(NEAR_GENRES, near, profile)


def year_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted nearness of years of films at rows to the likes, where near."""
    return _at_least(NEAR_YEARS, year_nearness(model.years[rows], model.years[films]), profile)


def people_factors_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted inner products of people factors with the likes, where near."""
    near = model.people_factors.take(rows, axis=0) @ model.people_factors[films].T
    return _at_least(NEAR_PEOPLE, near, profile)


def co_likes_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the weighted inner products in the embedding with the likes, where near."""
    near = model.embedding[rows] @ model.embedding[films].T
    return _at_least(NEAR_CO_LIKES, near, profile)


def similarity_likes(model: Model, profile: ProfileRows, rows: Rows, films: Rows) -> FloatArray:
    """Return the similarity in people and genres of films at rows with profile films."""
    return similarity(model, films, rows)


def similarity(model: Model, rows: Rows, others: Rows | None = None) -> FloatArray:
    """Return the similarity of films in people and genres together, 0 to 1.

    Parameters
    ----------
    rows
        Films of the columns.
    others
        Films of the rows; every film when None.

    Returns
    -------
    ndarray of shape (n_others or n_films, n_rows)
    """
    if others is None:
        people, sets = model.people.similarity_with_all(rows), model.genre_set
    else:
        people, sets = model.people.cosines(others, rows), model.genre_set[others]
    return blend_similarity(people, genre_set_similarity(model, rows)[sets])


def blend_similarity(people: FloatArray, genres: FloatArray) -> FloatArray:
    """Return one similarity from people and genre cosines: shared people weigh more."""
    alike: FloatArray = np.sqrt(people) * np.float32(0.6) + np.float32(0.4) * genres
    return np.minimum(alike, np.float32(1.0), out=alike)


class PairSimilarity:
    """`similarity` of a few films with each other, one row at a time."""

    def __init__(self, model: Model, rows: Rows) -> None:
        one, self._others, self._products = model.people.meetings_within(rows)
        self._starts = np.searchsorted(one, np.arange(len(rows) + 1)).tolist()
        self._genres = model.genre_vectors.take(model.genre_set[rows], axis=0)

    def row(self, number: int) -> FloatArray:
        """Return the similarity of one of the films with all of them."""
        here = slice(self._starts[number], self._starts[number + 1])
        people = np.bincount(self._others[here], self._products[here], len(self._genres))
        return blend_similarity(people.astype(np.float32), self._genres @ self._genres[number])


def genre_set_similarity(model: Model, rows: Rows) -> FloatArray:
    """Return cosines of every genre set with the films at rows, shape (n_sets, n_rows)."""
    vectors = model.genre_vectors
    cosines: FloatArray = vectors @ vectors[model.genre_set[rows]].T
    return cosines


def year_nearness(years: IntArray, others: IntArray) -> FloatArray:
    """Return exp(-|years apart| / 6) of every pair, shape (n_years, n_others)."""
    apart = np.abs(years.astype(np.float32)[:, None] - others.astype(np.float32)[None, :])
    near: FloatArray = np.exp(-apart / np.float32(YEARS_APART))
    return near


def like_weights(profile: ProfileRows) -> FloatArray:
    """Return each like's share of the profile, shape (n_likes,); they add up to 1."""
    weights: FloatArray = profile.weights / profile.weights.sum()
    return weights


def people_index(model: Model, term: str) -> FeatureIndex:
    """Return the feature index a term of people reads: its own, or that of all people."""
    index: FeatureIndex = getattr(model, term, model.people)
    return index


def _similarity_against(
    model: Model, profile: ProfileRows, rows: Rows, *, defence: float
) -> FloatArray:
    if not len(rows):
        return np.zeros(model.n_films, np.float32)
    pushed = similarity(model, rows).max(1)
    if len(profile.likes):
        pushed = pushed - np.float32(defence) * similarity(model, profile.likes).max(1)
    value: FloatArray = np.maximum(pushed, np.float32(0.0))
    return value


def _nearness_to_mean(values: FloatArray, profile: ProfileRows) -> FloatArray:
    mean = np.float32(values[profile.likes] @ like_weights(profile))
    near: FloatArray = -np.abs(values - mean)
    return near


def _at_least(least: float, near: FloatArray, profile: ProfileRows) -> FloatArray:
    strength: FloatArray = np.where(near >= least, near, np.float32(0.0)) * profile.weights
    return strength
