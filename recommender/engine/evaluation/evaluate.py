"""The evaluation: every contender asked about people it never saw, and the table of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.engine.evaluation import measures
from recommender.engine.evaluation.cases import (
    Case,
    RatingsError,
    build_cases,
    build_temporal_cases,
    read_ratings,
)
from recommender.engine.evaluation.contenders import CONTENDERS, SHOWN, Contender, Lesson
from recommender.engine.fitting import fit_model
from recommender.engine.model import Model
from recommender.engine.taste import Rows

FOLDS = 3
RESAMPLES = 1000
REFERENCE = "seed-profile"
PER_PERSON = ("ndcg@10", "recall@20", "mrr", "hit@20", "tail recall@20")


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What an evaluation found.

    Attributes
    ----------
    table
        One row a contender: the measures, their 95% intervals (``... low``, ``... high``),
        coverage, diversity, novelty, fit seconds (variants of Marquee share the fit of the first)
        and milliseconds a profile.
    differences
        One row a contender: the mean paired difference to the reference and its 95% interval.
    facts
        Films, people, targets, protocol, folds, seed, reference.
    """

    table: pd.DataFrame
    differences: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write everything as one JSON file.

        Parameters
        ----------
        path
            The file; its folder is made when it is not there.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        page = {
            "facts": dict(self.facts),
            "table": json.loads(self.table.round(5).to_json(orient="index")),
            "differences": json.loads(self.differences.round(5).to_json(orient="index")),
        }
        path.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")

    def text(self) -> str:
        """Return the table as text for a terminal."""
        shown = [*PER_PERSON, *("coverage", "genre diversity", "people diversity", "novelty")]
        shown += ["fit s", "ms a profile"]
        lines = ", ".join(f"{name}: {value}" for name, value in self.facts.items())
        table = self.table[shown].to_string(float_format=lambda value: f"{value:.4f}")
        differences = self.differences.to_string(float_format=lambda value: f"{value:+.4f}")
        return (
            f"{lines}\n\n{table}\n\nPaired difference to {self.facts['reference']}:\n{differences}"
        )


def evaluate(
    films: pd.DataFrame,
    credits: pd.DataFrame,
    ratings: pd.DataFrame,
    links: pd.DataFrame,
    *,
    protocol: str = "folds",
    contenders: Sequence[str] | None = None,
    reference: str = REFERENCE,
    seed: int = 0,
    progress: Callable[[float, str], None] | None = None,
) -> Evaluation:
    """Return how well contenders find what people went on to like.

    Likes are ratings of 4 and more, of people with at least 10 of them. The latest fifth is to
    be found; the profile is the latest 15 of the rest; all else the person rated, and films
    newer than their last target, are no candidates. The catalogue is the films that are linked.

    Parameters
    ----------
    films, credits
        As for `fit_model`.
    ratings, links
        MovieLens tables: ``userId, movieId, rating, timestamp`` and ``movieId, imdbId``.
    protocol
        ``folds``: three folds of people, each asked of contenders that learned from the other
        two. ``temporal``: learned from people who stopped before a moment, asked about what
        others liked after it.
    contenders
        Names in `CONTENDERS`; all when None.
    reference
        The contender that differences are taken to; it is added when it is not among them.
    seed
        Of folds, sampling and bootstrap: the same seed gives the same table (times apart).
    progress
        Told the share done and what is being done.

    Raises
    ------
    RatingsError
        If the tables cannot be used or leave nobody to ask.
    ValueError
        If a name is not known.
    """
    names = _chosen(contenders, reference)
    tell = progress or (lambda share, what: None)
    tell(0.0, "Fitting the catalogue")
    model = fit_linked(films, credits, links)
    rated = read_ratings(model, ratings, links)
    lessons = _lessons(model, rated, protocol, seed)
    asked = [case for _, cases in lessons for case in cases]
    if not asked:
        raise RatingsError("No person has enough likes to be asked about.")
    rows: dict[str, dict[str, float]] = {}
    values: dict[str, npt.NDArray[np.float64]] = {}
    for number, name in enumerate(names):
        tell((number + 0.5) / (len(names) + 1), name)
        shown, spent = _ask(CONTENDERS[name], lessons)
        values[name] = np.array(
            [_person(model, list_, case) for list_, case in zip(shown, asked, strict=True)]
        )
        rows[name] = _row(model, values[name], shown, seed) | spent
    tell(1.0, "Done")
    return Evaluation(
        table=pd.DataFrame.from_dict(rows, orient="index"),
        differences=_differences(values, reference, seed),
        facts={
            "protocol": protocol,
            "films": model.n_films,
            "people": len(asked),
            "targets": sum(len(case.targets) for case in asked),
            "folds": len(lessons),
            "seed": seed,
            "reference": reference,
        },
    )


def fit_linked(films: pd.DataFrame, credits: pd.DataFrame, links: pd.DataFrame) -> Model:
    """Return the model of the films that the links name."""
    if "imdbId" not in links.columns:
        raise RatingsError("The links lack the column imdbId.")
    linked = {f"tt{int(number):07d}" for number in links["imdbId"]}
    kept = films["tconst"].isin(linked)
    if not kept.any():
        raise RatingsError("None of the linked films is in the catalogue.")
    return fit_model(films[kept], credits[credits["tconst"].isin(linked)])


def _chosen(contenders: Sequence[str] | None, reference: str) -> list[str]:
    names = list(CONTENDERS) if contenders is None else list(dict.fromkeys(contenders))
    if reference not in names:
        names.insert(0, reference)
    unknown = [name for name in names if name not in CONTENDERS]
    if unknown:
        raise ValueError(f"There is no contender {unknown[0]!r}; choose from {list(CONTENDERS)}.")
    return names


def _lessons(
    model: Model, rated: pd.DataFrame, protocol: str, seed: int
) -> list[tuple[Lesson, list[Case]]]:
    """Return what is learned from and who is then asked, one pair a fold."""
    if protocol == "temporal":
        taught, asked = build_temporal_cases(model, rated)
        return [(Lesson(model=model, rated=rated, cases=taught, seed=seed), asked)]
    if protocol != "folds":
        raise ValueError(f"There is no protocol {protocol!r}; choose folds or temporal.")
    cases = build_cases(model, rated, folds=FOLDS, seed=seed)
    pairs = []
    for fold in range(FOLDS):
        taught = [case for case in cases if case.fold != fold]
        asked = [case for case in cases if case.fold == fold]
        pairs.append((Lesson(model=model, rated=rated, cases=taught, seed=seed), asked))
    return pairs


def _ask(
    contender: Contender, lessons: Sequence[tuple[Lesson, list[Case]]]
) -> tuple[list[Rows], dict[str, float]]:
    """Return the list shown for every case, and the time that fitting and answering took."""
    shown: list[Rows] = []
    fitting = answering = 0.0
    for lesson, cases in lessons:
        start = time.perf_counter()
        answer = contender(lesson)
        middle = time.perf_counter()
        shown += [answer(case) for case in cases]
        fitting += middle - start
        answering += time.perf_counter() - middle
    return shown, {
        "fit s": fitting / len(lessons),
        "ms a profile": 1000.0 * answering / max(len(shown), 1),
    }


def _person(model: Model, shown: Rows, case: Case) -> tuple[float, ...]:
    targets = case.targets
    tail = targets[measures.long_tail(model)[targets]]
    return (
        measures.ndcg(shown, targets, at=10),
        measures.recall(shown, targets, at=SHOWN),
        measures.reciprocal_rank(shown, targets, at=SHOWN),
        measures.hit(shown, targets, at=SHOWN),
        measures.recall(shown, tail, at=SHOWN) if len(tail) else np.nan,
    )


def _row(
    model: Model, values: npt.NDArray[np.float64], shown: Sequence[Rows], seed: int
) -> dict[str, float]:
    means = _means(values)
    low, high = _interval(values, seed)
    row = {name: float(means[place]) for place, name in enumerate(PER_PERSON)}
    row |= {f"{name} low": float(low[place]) for place, name in enumerate(PER_PERSON)}
    row |= {f"{name} high": float(high[place]) for place, name in enumerate(PER_PERSON)}
    return row | {
        "coverage": len(np.unique(np.concatenate(list(shown)))) / model.n_films,
        "genre diversity": float(np.mean([measures.genre_diversity(model, x) for x in shown])),
        "people diversity": float(np.mean([measures.people_diversity(model, x) for x in shown])),
        "novelty": float(np.mean([measures.novelty(model, x) for x in shown])),
    }


def _differences(
    values: Mapping[str, npt.NDArray[np.float64]], reference: str, seed: int
) -> pd.DataFrame:
    rows = {}
    for name, theirs in values.items():
        if name == reference:
            continue
        apart = theirs - values[reference]
        means = _means(apart)
        low, high = _interval(apart, seed)
        rows[name] = {
            f"{measure}{part}": float(numbers[place])
            for place, measure in enumerate(PER_PERSON[:2])
            for part, numbers in (("", means), (" low", low), (" high", high))
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _means(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the columns' means over the people who have a value; 0 when nobody has."""
    known = ~np.isnan(values)
    sums = np.where(known, values, 0.0).sum(axis=0)
    means: npt.NDArray[np.float64] = sums / np.maximum(known.sum(axis=0), 1)
    return means


def _interval(
    values: npt.NDArray[np.float64], seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the 95% percentile bootstrap interval of the columns' means, over people."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(values), (RESAMPLES, len(values)))
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    counts = np.stack([np.bincount(pick, minlength=len(values)) for pick in picks])
    means = (counts @ filled) / np.maximum(counts @ known, 1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high
