"""The evaluation: every system asked about people it never saw, and the table of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from recommender.engine.evaluation import metrics
from recommender.engine.evaluation.cases import RatingsError, read_ratings
from recommender.engine.evaluation.splits import EvalCases, Progress, build_splits
from recommender.engine.evaluation.systems import SYSTEMS, System, default_systems
from recommender.engine.fit import fit_model
from recommender.engine.model import Model
from recommender.engine.profile import Rows

ONE_THREAD = {"limits": 1, "user_api": "blas"}
"""Products here are small: threads wait for each other, ten times as long on a busy machine."""
RESAMPLES = 1000
REFERENCE = "seed-profile"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What an evaluation found.

    Attributes
    ----------
    table
        One row a system: the measures, their 95% intervals (``... low``, ``... high``),
        coverage, diversity, novelty, fit seconds (variants of Marquee share the fit of the first)
        and milliseconds a profile.
    differences
        One row a system: the mean paired difference to the reference and its 95% interval.
    facts
        Films, people, targets, protocol, folds, seed, reference, and which baselines were left
        out because their library is not installed.
    notes
        What systems found out, fold by fold: the settings a nested one chose.
    """

    table: pd.DataFrame
    differences: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)

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
            "notes": {name: list(found) for name, found in self.notes.items()},
        }
        path.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")

    def text(self) -> str:
        """Return the table as text for a terminal."""
        shown = [*metrics.LIST_METRICS, "coverage", "genre diversity", "people diversity"]
        shown += ["novelty", "fit s", "ms a profile"]
        told = {name: value for name, value in self.facts.items() if name != "not installed"}
        lines = ", ".join(f"{name}: {value}" for name, value in told.items())
        if missing := self.facts.get("not installed"):
            lines += f"\nLeft out, for their library is not installed: {', '.join(missing)}"
            lines += " (pip install -r requirements-research.txt)"
        chosen = [f"{name}, chosen: {'; '.join(found)}" for name, found in self.notes.items()]
        table = self.table[shown].to_string(float_format=lambda value: f"{value:.4f}")
        differences = self.differences.to_string(float_format=lambda value: f"{value:+.4f}")
        return (
            f"{lines}\n\n{table}\n\nPaired difference to {self.facts['reference']}:\n{differences}"
            + "".join(f"\n{line}" for line in chosen)
        )


def evaluate(
    films: pd.DataFrame,
    credits: pd.DataFrame,
    ratings: pd.DataFrame,
    links: pd.DataFrame,
    *,
    protocol: str = "folds",
    systems: Sequence[str] | None = None,
    nested: bool = False,
    reference: str = REFERENCE,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Return how well systems find what people went on to like.

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
        ``folds``: three folds of people, each asked of systems that learned from the other
        two. ``returning``: the same, asked only of people who came back on a later day, about
        what they liked then. ``temporal``: learned from people who stopped before a moment,
        asked about what others liked after it, at nine moments.
    systems
        Names in `SYSTEMS`; when None, those of Marquee and its baselines, with the libraries'
        where they are installed.
    nested
        Whether Marquee is also shown with settings chosen on inner folds of the people it
        learns from, so that nothing about it was chosen by looking at the people asked.
    reference
        The system that differences are taken to; it is added when it is not among them.
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
    names, missing = _chosen(systems, reference, nested=nested)
    tell = progress or (lambda share, what: None)
    tell(0.0, "Fitting the catalogue")
    model = fit_linked(films, credits, links)
    rated = read_ratings(model, ratings, links)
    splits = build_splits(model, rated, protocol, seed)
    asked = [case for _, cases in splits for case in cases]
    if not asked:
        raise RatingsError("No person has enough likes to be asked about.")
    rows: dict[str, dict[str, float]] = {}
    values: dict[str, npt.NDArray[np.float64]] = {}
    notes: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        part = _part_of(tell, number / len(names), 1.0 / len(names), name)
        with threadpool_limits(**ONE_THREAD):
            shown, spent, noted = _ask(SYSTEMS[name], splits, part)
        values[name] = np.array(
            [
                metrics.list_metrics(model, x, case.targets)
                for x, case in zip(shown, asked, strict=True)
            ]
        )
        rows[name] = _row(model, values[name], shown, seed) | spent
        notes |= {name: noted} if noted else {}
    tell(1.0, "Done")
    return Evaluation(
        table=pd.DataFrame.from_dict(rows, orient="index"),
        differences=_differences(values, reference, seed),
        facts={
            "protocol": protocol,
            "films": model.n_films,
            "people": len(asked),
            "targets": sum(len(case.targets) for case in asked),
            "folds": len(splits),
            "seed": seed,
            "reference": reference,
            "not installed": missing,
        },
        notes=notes,
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


def _chosen(
    systems: Sequence[str] | None, reference: str, *, nested: bool
) -> tuple[list[str], list[str]]:
    usual, missing = default_systems(nested=nested)
    names = usual if systems is None else list(dict.fromkeys(systems))
    if reference not in names:
        names.insert(0, reference)
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown:
        raise ValueError(f"There is no system {unknown[0]!r}; choose from {list(SYSTEMS)}.")
    return names, missing if systems is None else []


def _part_of(tell: Progress, start: float, length: float, name: str) -> Progress:
    """Return what tells a system's own progress as a part of the whole."""

    def told(share: float, what: str) -> None:
        tell(start + share * length, f"{name}: {what}" if what else name)

    return told


def _ask(
    system: System, splits: EvalCases, tell: Progress
) -> tuple[list[Rows], dict[str, float], list[str]]:
    """Return the list shown for every case, the time it took, and what was noted on the way."""
    shown: list[Rows] = []
    notes: list[str] = []
    fitting = answering = 0.0
    for number, (split, cases) in enumerate(splits):
        tell(number / len(splits), "")
        told = _part_of(tell, number / len(splits), 1.0 / len(splits), f"fold {number + 1}")
        start = time.perf_counter()
        # What was learned is shared by the systems; what is noted and told is each one's own.
        own = replace(split, progress=told, notes=notes)
        recommend = system(own)
        middle = time.perf_counter()
        shown += [recommend(case) for case in cases]
        fitting += middle - start
        answering += time.perf_counter() - middle
    spent = {
        "fit s": fitting / len(splits),
        "ms a profile": 1000.0 * answering / max(len(shown), 1),
    }
    return shown, spent, notes


def _row(
    model: Model, values: npt.NDArray[np.float64], shown: Sequence[Rows], seed: int
) -> dict[str, float]:
    means = metrics.mean_metrics(values)
    low, high = _interval(values, seed)
    row = {name: float(means[place]) for place, name in enumerate(metrics.LIST_METRICS)}
    row |= {f"{name} low": float(low[place]) for place, name in enumerate(metrics.LIST_METRICS)}
    row |= {f"{name} high": float(high[place]) for place, name in enumerate(metrics.LIST_METRICS)}
    return row | {
        "coverage": len(np.unique(np.concatenate(list(shown)))) / model.n_films,
        "genre diversity": float(np.mean([metrics.genre_diversity(model, x) for x in shown])),
        "people diversity": float(np.mean([metrics.people_diversity(model, x) for x in shown])),
        "novelty": float(np.mean([metrics.novelty(model, x) for x in shown])),
    }


def _differences(
    values: Mapping[str, npt.NDArray[np.float64]], reference: str, seed: int
) -> pd.DataFrame:
    rows = {}
    for name, theirs in values.items():
        if name == reference:
            continue
        apart = theirs - values[reference]
        means = metrics.mean_metrics(apart)
        low, high = _interval(apart, seed)
        rows[name] = {
            f"{measure}{part}": float(numbers[place])
            for place, measure in enumerate(metrics.LIST_METRICS[:2])
            for part, numbers in (("", means), (" low", low), (" high", high))
        }
    return pd.DataFrame.from_dict(rows, orient="index")


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
