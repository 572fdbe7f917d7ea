"""What the ranking's score is of a film that shares nobody with the likes, as a `Measure`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from recommender.engine import terms
from recommender.engine.arrays import FloatArray, IntArray
from recommender.engine.census import Census
from recommender.engine.measure import Measure, Ramp, Told
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.profile import ProfileRows
from recommender.engine.rankers.general import RATING_SLOPE, TREND_RATING, TREND_VOTES, recency
from recommender.engine.rankers.marquee import (
    GEMS_CENTRE,
    GEMS_FLOOR,
    GEMS_WEIGHT,
    HIDDEN_WEIGHT,
    LESS_WEIGHT,
    NEWNESS_CENTRE,
    NEWNESS_WEIGHT,
    SAID_AS,
    TERMS,
)
from recommender.engine.touched import Touched
from recommender.engine.weights import Weights

SHARED = ("director", "writer", "cast")


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredScore:
    """The score as a measure, and what it is made of.

    Attributes
    ----------
    measure : exact unless a film is like a hidden one, then the score is less
    slope, centre : what each term's value is multiplied by, and where it adds nothing
    genre, era : ndarray of shape (n_sets,) and (n_years,), those terms without their centre
    against : ndarray of shape (n_sets,), what is taken off for likeness to something hidden
    """

    measure: Measure
    slope: Mapping[str, np.float32] = field(default_factory=dict)
    centre: Mapping[str, float] = field(default_factory=dict)
    genre: FloatArray | None = None
    era: FloatArray | None = None
    against: FloatArray | None = None

    def shared(self, model: Model, taste: ProfileRows, touched: Touched) -> dict[str, FloatArray]:
        """Return what each term adds to the touched films, and to no others."""
        if self.genre is None:
            return {}
        parts = {name: self.slope[name] * pooled(touched, name, taste) for name in SHARED}
        series = terms.franchise_of(model, taste, model.franchise[touched.films])
        return {**parts, "franchise": self.slope["franchise"] * series}

    def usual(
        self, census: Census, shared: Mapping[str, FloatArray], sample: Told
    ) -> dict[str, tuple[float, float]]:
        """Return mean and standard deviation over the catalogue of what personal terms add.

        Parameters
        ----------
        shared
            From `shared`.
        sample
            What the measure says of the census' sample; evenly spaced films speak for all.
        """
        if self.genre is None or self.era is None:
            return {}
        films, spaced = len(census.held.films), census.sample.reference
        told = {name: _moments(values, None, films) for name, values in shared.items()}
        told["genre"] = _moments(self.genre, census.sets, films)
        told["era"] = _moments(self.era, census.years, films)
        told["circle"] = _moments(sample.made[spaced], None, len(spaced))
        told["community"] = _moments(sample.near[spaced], None, len(spaced))
        shift = dict.fromkeys(told, 0.0)
        for name, centre in self.centre.items():
            said = SAID_AS.get(name, name)
            if said in shift:
                shift[said] += float(self.slope[name]) * centre
        return {name: (mean - shift[name], spread) for name, (mean, spread) in told.items()}


def _moments(values: FloatArray, counts: IntArray | None, among: int) -> tuple[float, float]:
    """Return mean and standard deviation of values among so many, the others being 0."""
    weighed = values.astype(np.float64) if counts is None else values * counts.astype(np.float64)
    mean = float(weighed.sum()) / among
    return mean, float(np.sqrt(max(float(weighed @ values) / among - mean**2, 0.0)))


def measure_trend(model: Model, taste: ProfileRows, dials: Dials) -> MeasuredScore:
    """Return the score of those who have liked nothing yet."""
    gems, calendar = _gems(dials), model.census.calendar
    base = gems * GEMS_CENTRE - TREND_VOTES - RATING_SLOPE * TREND_RATING
    against = _against(model, taste)
    measure = Measure(
        by_set=(against + np.float32(base)),
        by_year=(recency(model, calendar) + _newness(dials, calendar)),
        votes=Ramp(slope=1.0 - gems, under=gems, floor=GEMS_FLOOR),
        rating=Ramp(slope=RATING_SLOPE),
    )
    return MeasuredScore(measure=measure)


def measure_score(
    model: Model, taste: ProfileRows, *, weights: Weights, dials: Dials
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
        by_set=(kind + against + np.float32(level + gems * GEMS_CENTRE)),
        by_year=(era + _newness(dials, calendar)),
        votes=Ramp(
            slope=float(slope["votes"]) - gems,
            beyond=float(slope["renown"]),
            knee=terms.WELL_KNOWN,
            pull=float(slope["votes_level"]),
            level=float(terms.level(model.log_votes, taste)),
            under=gems,
            floor=GEMS_FLOOR,
        ),
        rating=Ramp(
            slope=float(slope["rating"]),
            pull=float(slope["rating_level"]),
            level=float(terms.level(model.weighted, taste)),
        ),
        circle=(slope["circle"] * terms.circle_centre(model, taste)),
        space=(slope["community"] * terms.community_centre(model, taste)),
        space_best=slope["community_best"] * model.embedding[taste.likes],
    )
    return MeasuredScore(
        measure=measure,
        slope=slope,
        centre={name: term.centre for name, term in weights.terms.items()},
        genre=kind,
        era=era,
        against=against,
    )


def pooled(touched: Touched, index: str, taste: ProfileRows) -> FloatArray:
    """Return how much each touched film shares with the likes, as the term of that name says."""
    root: FloatArray = np.sqrt(terms.shares(taste) @ touched.cosines[index] ** 2)
    return root


def _against(model: Model, taste: ProfileRows) -> FloatArray:
    """Return what a genre set loses for being like something hidden, or that less was wanted of."""
    hidden = terms.likeness_against_by_set(model, taste, taste.hidden, defence=terms.HIDDEN_DEFENCE)
    less = terms.likeness_against_by_set(model, taste, taste.less, defence=terms.LESS_DEFENCE)
    return np.float32(-HIDDEN_WEIGHT) * hidden - np.float32(LESS_WEIGHT) * less


def _gems(dials: Dials) -> float:
    return (2.0 * dials.hidden_gems - 1.0) * GEMS_WEIGHT


def _newness(dials: Dials, calendar: IntArray) -> FloatArray:
    decades = (calendar.astype(np.float32) - np.float32(NEWNESS_CENTRE)) / np.float32(10)
    return np.float32((2.0 * dials.newness - 1.0) * NEWNESS_WEIGHT) * decades
