"""What the ranking's score is of a film that shares nobody with the likes, as a `Measure`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.engine import terms
from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.choice import Dials
from recommender.engine.measure import Measure, Ramp
from recommender.engine.model import Model
from recommender.engine.rankers.general import RATING_SLOPE, TREND_RATING, TREND_VOTES, recency
from recommender.engine.rankers.marquee import (
    GEMS_CENTRE,
    GEMS_WEIGHT,
    HIDDEN_WEIGHT,
    LESS_WEIGHT,
    NEWNESS_CENTRE,
    NEWNESS_WEIGHT,
    SAID_AS,
    TERMS,
)
from recommender.engine.taste import Taste
from recommender.engine.touched import Known, Touched
from recommender.engine.weights import Weights

SHARED = ("director", "writer", "cast")


@dataclass(frozen=True, slots=True)
class MeasuredScore:
    """The score as a measure, and of films that are weighed anyway.

    Attributes
    ----------
    measure : exact unless a film is like a hidden one; then the score is less
    known : ndarray of shape (n_known,), what those films score at most, likewise
    personal : term -> what it adds to each of them
    """

    measure: Measure
    known: FloatArray
    personal: Mapping[str, FloatArray]


def measure_trend(model: Model, taste: Taste, known: Known, dials: Dials) -> MeasuredScore:
    """Return the score of those who have liked nothing yet."""
    gems, calendar = _gems(dials), model.census.calendar
    base = gems * GEMS_CENTRE - TREND_VOTES - RATING_SLOPE * TREND_RATING
    measure = Measure(
        by_set=_against(model, taste) + np.float32(base),
        by_year=recency(model, calendar) + _newness(dials, calendar),
        votes=Ramp(slope=1.0 - gems),
        rating=Ramp(slope=RATING_SLOPE),
    )
    return MeasuredScore(measure, measure.of_kind(model.census.held, known.places), {})


def measure_score(
    model: Model,
    taste: Taste,
    touched: Touched,
    known: Known,
    *,
    weights: Weights,
    dials: Dials,
) -> MeasuredScore:
    """Return the score of a taste with likes.

    Parameters
    ----------
    weights
        None is negative.
    """
    slope = {name: np.float32(term.weight / term.scale) for name, term in weights.terms.items()}
    slope = {name: slope.get(name, np.float32(0.0)) for name in TERMS}
    calendar = model.census.calendar
    kind = slope["genre"] * terms.genre_by_set(model, taste)
    kind = kind + slope["genre_best"] * terms.genre_best_by_set(model, taste)
    against, gems = _against(model, taste), _gems(dials)
    level = -sum(float(slope[name]) * term.centre for name, term in weights.terms.items())
    era = slope["era"] * terms.era_by_year(model, taste, calendar)
    measure = Measure(
        by_set=kind + against + np.float32(level + gems * GEMS_CENTRE),
        by_year=era + _newness(dials, calendar),
        votes=Ramp(
            slope=float(slope["votes"]) - gems,
            beyond=float(slope["renown"]),
            knee=terms.WELL_KNOWN,
            pull=float(slope["votes_level"]),
            level=float(terms.level(model.log_votes, taste)),
        ),
        rating=Ramp(
            slope=float(slope["rating"]),
            pull=float(slope["rating_level"]),
            level=float(terms.level(model.weighted, taste)),
        ),
        circle=slope["circle"] * terms.circle_centre(model, taste),
        circle_from_zero=True,
        space=slope["community"] * terms.community_centre(model, taste),
        space_best=slope["community_best"] * model.space[taste.likes],
    )
    held, several = model.census.held, known.touched
    sets = held.genre_set[known.places]
    shared = {name: slope[name] * pooled(touched, name, taste) for name in SHARED}
    series = terms.franchise_of(model, taste, model.franchise[touched.films])
    shared["franchise"] = slope["franchise"] * series
    near, circle = measure.in_space(known.space), measure.in_circle(known.circle)
    scores = measure.of_kind(held, known.places) + near + circle
    scores[:several] += np.sum(list(shared.values()), axis=0) - against[sets[:several]]
    nothing = np.zeros(len(sets) - several, np.float32)
    personal = {
        **{name: np.concatenate([value, nothing]) for name, value in shared.items()},
        "genre": kind[sets],
        "era": era[held.year[known.places]],
        "circle": circle,
        "community": near,
    }
    for name, term in weights.terms.items():
        said = SAID_AS.get(name, name)
        if said in personal:
            personal[said] = personal[said] - slope[name] * np.float32(term.centre)
    return MeasuredScore(measure, scores, personal)


def pooled(touched: Touched, index: str, taste: Taste) -> FloatArray:
    """Return how much each touched film shares with the likes, as the term of that name says."""
    root: FloatArray = np.sqrt(terms.shares(taste) @ touched.cosines[index] ** 2)
    return root


def _against(model: Model, taste: Taste) -> FloatArray:
    """Return what a genre set loses for being like something hidden, or that less was wanted of."""
    hidden = terms.likeness_against_by_set(model, taste, taste.hidden, defence=terms.HIDDEN_DEFENCE)
    less = terms.likeness_against_by_set(model, taste, taste.less, defence=terms.LESS_DEFENCE)
    return np.float32(-HIDDEN_WEIGHT) * hidden - np.float32(LESS_WEIGHT) * less


def _gems(dials: Dials) -> float:
    return (2.0 * dials.hidden_gems - 1.0) * GEMS_WEIGHT


def _newness(dials: Dials, calendar: IntArray) -> FloatArray:
    decades = (calendar.astype(np.float32) - np.float32(NEWNESS_CENTRE)) / np.float32(10)
    return np.float32((2.0 * dials.newness - 1.0) * NEWNESS_WEIGHT) * decades
