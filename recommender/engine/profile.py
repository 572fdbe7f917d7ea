"""What ranking is told of a person, as rows of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.entities import Profile

PROFILE_SIZE = 15
OLDEST_WEIGHT = 0.6
"""The oldest like of a profile weighs this much of the newest: tastes move, slowly."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileRows:
    """A profile as rows of the model.

    Attributes
    ----------
    likes : ndarray of shape (n_likes,), newest first, at most the profile's size
    weights : ndarray of shape (n_likes,), 1 for the newest like falling to 0.6
    hidden : ndarray of shape (n_hidden,)
    less : ndarray of shape (n_less,), films that less like was asked for
    excluded : ndarray, every row that must not be recommended
    """

    likes: Rows
    weights: FloatArray
    hidden: Rows
    less: Rows
    excluded: Rows

    @classmethod
    def of(cls, model: Model, profile: Profile, *, size: int = PROFILE_SIZE) -> ProfileRows:
        """Return the taste of a profile; ids the model does not know are left out.

        A film both liked and hidden was hidden by the newer word or the older one, which the
        profile does not say: it counts for neither side and is never recommended. A film that is
        liked and that less like was asked for counts for neither side either.
        """
        likes, hidden = model.rows_of(profile.likes), model.rows_of(profile.hidden)
        less, seen = model.rows_of(profile.less), model.rows_of(profile.seen)
        return cls.from_rows(
            _without(likes, hidden, less)[:size],
            hidden=_without(hidden, likes),
            less=_without(less, likes, hidden),
            excluded=np.concatenate([likes, hidden, seen]),
        )

    @classmethod
    def from_rows(
        cls,
        likes: Rows,
        *,
        excluded: Rows,
        hidden: Rows | None = None,
        less: Rows | None = None,
    ) -> ProfileRows:
        """Return the taste of these rows, likes newest first."""
        nothing = np.empty(0, np.int64)
        return cls(
            likes=likes,
            weights=np.linspace(1.0, OLDEST_WEIGHT, len(likes), dtype=np.float32),
            hidden=nothing if hidden is None else hidden,
            less=nothing if less is None else less,
            excluded=np.unique(excluded),
        )


def _without(rows: Rows, *others: Rows) -> Rows:
    """Return the rows that are not among others; most people hid nothing."""
    for other in others:
        if len(rows) and len(other):
            rows = rows[~np.isin(rows, other)]
    return rows
