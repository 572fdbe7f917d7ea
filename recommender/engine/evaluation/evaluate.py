"""Offline evaluation: fit each system on each split, test it on unseen users, tabulate metrics."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from recommender.engine.evaluation import metrics
from recommender.engine.evaluation.cases import read_ratings
from recommender.engine.evaluation.metrics import LIST_METRICS, Values
from recommender.engine.evaluation.splits import EvalCases, Progress, build_splits
from recommender.engine.evaluation.systems import SYSTEMS, System, default_systems
from recommender.engine.fit import fit_model
from recommender.engine.model import Model
from recommender.engine.profile import Rows
from recommender.errors import RatingsError

ONE_THREAD = {"limits": 1, "user_api": "blas"}
"""Arguments of ``threadpool_limits``: one BLAS thread is fastest for small matrix products."""
REFERENCE = "seed-profile"
_DIFFERENCE_COLUMNS = [f"{m}{end}" for m in LIST_METRICS[:2] for end in ("", " low", " high")]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Results of an offline evaluation.

    Attributes
    ----------
    table : one row for each system: metrics with 95% intervals, coverage, diversity, novelty,
        seconds to fit (variants of Marquee share a fit) and milliseconds for one profile
    differences : mean paired difference to the reference system, with its 95% interval
    facts : films, users (key ``people``), targets, protocol, folds, seed, reference system, and
        baselines not installed
    notes : tuned settings of each nested system, one line for each fold
    """

    table: pd.DataFrame
    differences: pd.DataFrame
    facts: Mapping[str, Any]
    notes: Mapping[str, Sequence[str]]

    def save(self, path: Path) -> None:
        """Write the evaluation results to a JSON file; create its folder if it is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "facts": dict(self.facts),
            "table": json.loads(self.table.round(5).to_json(orient="index")),
            "differences": json.loads(self.differences.round(5).to_json(orient="index")),
            "notes": {name: list(lines) for name, lines in self.notes.items()},
        }
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    def text(self) -> str:
        """Return the result tables as text for a terminal."""
        columns = [*LIST_METRICS, "coverage", "genre diversity", "people diversity"]
        columns += ["novelty", "fit s", "ms a profile"]
        facts = {name: value for name, value in self.facts.items() if name != "not installed"}
        lines = [", ".join(f"{name}: {value}" for name, value in facts.items())]
        if missing := self.facts.get("not installed"):
            lines.append(
                f"Left out because their library is not installed: {', '.join(missing)} "
                "(pip install -r requirements-research.txt)"
            )
        lines += ["", self.table[columns].to_string(float_format=lambda value: f"{value:.4f}"), ""]
        lines.append(f"Paired difference to {self.facts['reference']}:")
        lines.append(self.differences.to_string(float_format=lambda value: f"{value:+.4f}"))
        lines += [f"{name}, tuned: {'; '.join(found)}" for name, found in self.notes.items()]
        return "\n".join(lines)


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
    """Evaluate how well recommender systems predict the later likes of unseen users.

    Likes are ratings of at least 4, from users with at least 10 likes. The latest fifth of the
    likes are targets; the profile is the latest 15 of the rest. Candidates are the linked films,
    without other films the user rated and films newer than the newest target.

    Parameters
    ----------
    films, credits : as for `fit_model`
    ratings, links : as for `read_ratings`
    protocol : as for `build_splits`
    systems : names in `SYSTEMS`; by default the standard ones and the installed baselines
    nested : whether to add systems tuned on inner folds of the training users
    reference : system to which the others are compared in ``differences``
    seed : seed of folds, sampling and bootstrap; the same seed gives the same table, except times
    progress : receives the share done and the current step

    Raises
    ------
    RatingsError
        If the tables are not usable or have no test case.
    ValueError
        If a name is not known.
    """
    names, missing = _resolve_names(systems, reference, nested=nested)
    report = progress or (lambda share, what: None)
    report(0.0, "Fitting the catalogue")
    model = fit_linked(films, credits, links)
    rated = read_ratings(model, ratings, links)
    splits = build_splits(model, rated, protocol, seed)
    tested = [case for _, cases in splits for case in cases]
    if not tested:
        raise RatingsError("No person has enough likes to be tested.")
    rows: dict[str, dict[str, float]] = {}
    values: dict[str, Values] = {}
    notes: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        own_progress = _part_of(report, number / len(names), 1.0 / len(names), name)
        with threadpool_limits(**ONE_THREAD):
            shown, times, noted = _run(SYSTEMS[name], splits, own_progress)
        pairs = zip(shown, tested, strict=True)
        values[name] = np.array([metrics.list_metrics(model, x, c.targets) for x, c in pairs])
        rows[name] = _summarise(model, values[name], shown, seed) | times
        notes |= {name: noted} if noted else {}
    report(1.0, "Done")
    return Evaluation(
        table=pd.DataFrame.from_dict(rows, orient="index"),
        differences=_differences(values, reference, seed),
        facts={
            "protocol": protocol,
            "films": model.n_films,
            "people": len(tested),
            "targets": sum(len(case.targets) for case in tested),
            "folds": len(splits),
            "seed": seed,
            "reference": reference,
            "not installed": missing,
        },
        notes=notes,
    )


def fit_linked(films: pd.DataFrame, credits: pd.DataFrame, links: pd.DataFrame) -> Model:
    """Fit a model of the films that occur in the MovieLens links."""
    if "imdbId" not in links.columns:
        raise RatingsError("The links lack the column imdbId.")
    linked = {f"tt{int(number):07d}" for number in links["imdbId"]}
    kept = films["tconst"].isin(linked)
    if not kept.any():
        raise RatingsError("None of the linked films is in the catalogue.")
    return fit_model(films[kept], credits[credits["tconst"].isin(linked)])


def _resolve_names(
    systems: Sequence[str] | None, reference: str, *, nested: bool
) -> tuple[list[str], list[str]]:
    defaults, missing = default_systems(nested=nested)
    names = defaults if systems is None else list(dict.fromkeys(systems))
    if reference not in names:
        names.insert(0, reference)
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown:
        raise ValueError(f"There is no system {unknown[0]!r}; choose from {list(SYSTEMS)}.")
    return names, missing if systems is None else []


def _part_of(report: Progress, start: float, length: float, name: str) -> Progress:
    """Return a progress callback for one stage of a longer task."""

    def report_part(share: float, what: str) -> None:
        report(start + share * length, f"{name}: {what}" if what else name)

    return report_part


def _run(
    system: System, splits: EvalCases, report: Progress
) -> tuple[list[Rows], dict[str, float], list[str]]:
    """Fit and test a system on all splits; return its ranked lists, times and notes."""
    shown: list[Rows] = []
    notes: list[str] = []
    fit_s = recommend_s = 0.0
    for number, (split, cases) in enumerate(splits):
        report(number / len(splits), "")
        own = _part_of(report, number / len(splits), 1.0 / len(splits), f"fold {number + 1}")
        start = time.perf_counter()
        # Systems share the fits of a split, but not its notes and progress.
        recommend = system(replace(split, progress=own, notes=notes))
        fitted = time.perf_counter()
        shown += [recommend(case) for case in cases]
        fit_s += fitted - start
        recommend_s += time.perf_counter() - fitted
    times = {"fit s": fit_s / len(splits), "ms a profile": 1000 * recommend_s / max(len(shown), 1)}
    return shown, times, notes


def _summarise(model: Model, values: Values, shown: Sequence[Rows], seed: int) -> dict[str, float]:
    return _with_intervals(values, seed) | {
        "coverage": len(np.unique(np.concatenate(list(shown)))) / model.n_films,
        "genre diversity": float(np.mean([metrics.genre_diversity(model, x) for x in shown])),
        "people diversity": float(np.mean([metrics.people_diversity(model, x) for x in shown])),
        "novelty": float(np.mean([metrics.novelty(model, x) for x in shown])),
    }


def _differences(values: Mapping[str, Values], reference: str, seed: int) -> pd.DataFrame:
    rows = {}
    for name, own in values.items():
        if name == reference:
            continue
        found = _with_intervals(own - values[reference], seed)
        rows[name] = {key: found[key] for key in _DIFFERENCE_COLUMNS}
    return pd.DataFrame.from_dict(rows, orient="index")


def _with_intervals(values: Values, seed: int) -> dict[str, float]:
    """Return the mean of each metric and the ``low`` and ``high`` ends of its 95% interval."""
    low, high = metrics.bootstrap_interval(values, seed)
    columns = {"": metrics.mean_metrics(values), " low": low, " high": high}
    return {
        f"{name}{suffix}": float(numbers[column])
        for suffix, numbers in columns.items()
        for column, name in enumerate(LIST_METRICS)
    }
