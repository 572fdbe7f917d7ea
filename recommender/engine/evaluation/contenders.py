"""Everything that can be evaluated: learn from some people, then answer for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.engine.choice import Candidates, Dials
from recommender.engine.embedding import place_films
from recommender.engine.evaluation.cases import LIKED_FROM, Case
from recommender.engine.evaluation.training import Learned, learn
from recommender.engine.evaluation.yardsticks import ScoreLikes, fit_ease, fit_item_knn
from recommender.engine.model import Model
from recommender.engine.rankers import RANKERS, MarqueeRanker, Ranker
from recommender.engine.ranking import order_films
from recommender.engine.rerank import rank_by_score
from recommender.engine.taste import Rows

SHOWN = 20

Answer = Callable[[Case], Rows]
"""A case -> the rows shown for it, best first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What a contender may learn from."""

    model: Model
    rated: pd.DataFrame
    cases: Sequence[Case]
    seed: int
    _learned: list[Learned] = field(default_factory=list)

    def learned(self) -> Learned:
        """Return Marquee's weights and embedding, learned once for all its variants."""
        if not self._learned:
            self._learned.append(learn(self.model, self.rated, self.cases, seed=self.seed))
        return self._learned[0]

    def liked(self) -> pd.DataFrame:
        """Return ``person, row`` of every like of the people in the lesson."""
        people = {case.person for case in self.cases}
        wanted = (self.rated["rating"] >= LIKED_FROM) & self.rated["person"].isin(people)
        chosen: pd.DataFrame = self.rated.loc[wanted, ["person", "row"]]
        return chosen


Contender = Callable[[Lesson], Answer]


def answer_with(model: Model, ranker: Ranker, *, dials: Dials | None = None) -> Answer:
    """Return the answer of a ranker: the very list the product would show."""
    chosen = dials or Dials()

    def answer(case: Case) -> Rows:
        taste = case.taste()
        return order_films(
            model,
            taste,
            ranker.score(model, taste, chosen),
            ranker,
            top_n=SHOWN,
            dials=chosen,
            filters=Candidates(year_to=case.latest_year),
        ).rows

    return answer


def _fixed(name: str) -> Contender:
    return lambda lesson: answer_with(lesson.model, RANKERS[name])


def _marquee(*, dials: Dials | None = None, hybrid: bool = False) -> Contender:
    def contend(lesson: Lesson) -> Answer:
        learned = lesson.learned()
        liked = lesson.liked() if hybrid else None
        placed = place_films(lesson.model, learned.embedding, liked)
        return answer_with(placed, MarqueeRanker(learned.weights), dials=dials)

    return contend


def _yardstick(fit: Callable[[Model, pd.DataFrame], ScoreLikes]) -> Contender:
    def contend(lesson: Lesson) -> Answer:
        score = fit(lesson.model, lesson.liked())

        def answer(case: Case) -> Rows:
            allowed = lesson.model.years <= case.latest_year
            allowed[case.rated] = False
            return rank_by_score(score(case.likes).astype(np.float32), allowed, SHOWN)

        return answer

    return contend


CONTENDERS: Mapping[str, Contender] = MappingProxyType(
    {
        "popularity": _fixed("popularity"),
        "weighted-rating": _fixed("weighted-rating"),
        "seed-single": _fixed("seed-single"),
        "seed-profile": _fixed("seed-profile"),
        "item-knn": _yardstick(fit_item_knn),
        "ease": _yardstick(fit_ease),
        "marquee": _marquee(),
        "marquee, most popular": _marquee(dials=Dials(hidden_gems=0.0)),
        "marquee, hidden gems": _marquee(dials=Dials(hidden_gems=1.0)),
        "marquee, as scored": _marquee(dials=Dials(diversity=0.0)),
        "hybrid": _marquee(hybrid=True),
    }
)
"""By name, in the order of the table."""
