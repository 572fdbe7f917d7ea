"""A profile as rows of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.entities import Profile

PROFILE_SIZE = 15
OLDEST_WEIGHT = 0.6
"""Weight of the oldest like of a profile; the newest weighs 1."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileRows:
    """A profile as rows of the model.

    Attributes
    ----------
    likes : ndarray of shape (n_likes,), newest first, at most the profile's size
    weights : ndarray of shape (n_likes,), 1 for the newest like falling to 0.6
    hidden : ndarray of shape (n_hidden,)
    less : ndarray of shape (n_less,), films marked "less like this"
    excluded : ndarray, every row that must not be recommended, ascending
    """

    likes: Rows
    weights: FloatArray
    hidden: Rows
    less: Rows
    excluded: Rows

    @classmethod
    def of(cls, model: Model, profile: Profile, *, size: int = PROFILE_SIZE) -> ProfileRows:
        """Return the rows of a profile; ids the model does not know are left out.

        A film both liked and hidden, or liked and marked "less", counts for neither side.
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
        """Return the profile of these rows, likes newest first."""
        nothing = np.empty(0, np.int64)
        return cls(
            likes=likes,
            weights=np.linspace(1.0, OLDEST_WEIGHT, len(likes), dtype=np.float32),
            hidden=nothing if hidden is None else hidden,
            less=nothing if less is None else less,
            excluded=np.unique(excluded),
        )

    def films_of(self, source: str) -> Rows:
        """Return the rows of ``"likes"``, ``"hidden"`` or ``"less"``."""
        return {"likes": self.likes, "hidden": self.hidden, "less": self.less}[source]


def _without(rows: Rows, *others: Rows) -> Rows:
    """Return the rows that are not among others."""
    for other in others:
        if len(rows) and len(other):
            rows = rows[~np.isin(rows, other)]
    return rows
