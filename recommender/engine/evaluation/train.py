"""Ratings -> the files that ship: weights with their calibration, and the embedding."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from recommender.engine.embedding import Embedding, project_films, save_embedding
from recommender.engine.evaluation.cases import RatingsError, build_cases, read_ratings
from recommender.engine.evaluation.evaluate import ONE_THREAD, fit_linked
from recommender.engine.evaluation.splits import FOLDS
from recommender.engine.evaluation.term_regression import (
    calibrate,
    learn,
    reliability,
    score_judged,
    with_calibration,
)
from recommender.engine.weights import Weights

ENGINE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """What training gives: weights and embedding, ready to ship.

    Attributes
    ----------
    reliability
        Tenths of the held-out films by match: ``promised``, ``liked`` (percent), ``films``.
    """

    weights: Weights
    embedding: Embedding | None
    reliability: pd.DataFrame

    def save(self, folder: Path = ENGINE_DIR) -> None:
        """Write ``weights.json`` and ``embedding.npz`` into a folder, each swapped in whole."""
        folder.mkdir(parents=True, exist_ok=True)
        page = {
            "source": dict(self.weights.source),
            "terms": {name: asdict(weight) for name, weight in self.weights.terms.items()},
            "calibration": asdict(self.weights.calibration),
        }
        draft = folder / "weights.json.draft"
        draft.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")
        if self.embedding is not None:
            drawn = folder / "embedding.draft.npz"
            save_embedding(self.embedding, drawn)
            drawn.replace(folder / "embedding.npz")
        draft.replace(folder / "weights.json")


def train(
    films: pd.DataFrame,
    credits: pd.DataFrame,
    ratings: pd.DataFrame,
    links: pd.DataFrame,
    *,
    source: Mapping[str, Any] | None = None,
    today: date | None = None,
    seed: int = 0,
    progress: Callable[[float, str], None] | None = None,
) -> TrainingResult:
    """Return weights learned from everybody, calibrated on people held out in turn.

    Parameters
    ----------
    films, credits, ratings, links
        As for `evaluate`.
    source
        What to write beside the weights: the data's name, its terms, scores.
    today
        The date to write; today when None.
    seed
        Of folds and sampling.
    progress
        Told the share done and what is being done.

    Raises
    ------
    RatingsError
        If the tables cannot be used or hold too few people.
    """
    tell = progress or (lambda share, what: None)
    tell(0.0, "Fitting the catalogue")
    model = fit_linked(films, credits, links)
    rated = read_ratings(model, ratings, links)
    cases = build_cases(model, rated, folds=FOLDS, seed=seed)
    if len(cases) < 2 * FOLDS:
        raise RatingsError(f"{len(cases)} people with enough likes are too few to learn from.")
    with threadpool_limits(**ONE_THREAD):
        scores, liked = [], []
        for fold in range(FOLDS):
            tell((fold + 1) / (FOLDS + 2), "Calibrating on people held out")
            taught = [case for case in cases if case.fold != fold]
            asked = [case for case in cases if case.fold == fold]
            learned = learn(model, rated, taught, seed=seed)
            placed = project_films(model, learned.embedding)
            found = score_judged(placed, asked, learned.weights)
            scores.append(found[0])
            liked.append(found[1])
        tell((FOLDS + 1) / (FOLDS + 2), "Learning from everybody")
        all_scores, all_liked = np.concatenate(scores), np.concatenate(liked)
        calibration = calibrate(all_scores, all_liked)
        learned = learn(model, rated, cases, seed=seed)
        table = reliability(calibration, all_scores, all_liked)
        weights = with_calibration(learned.weights, calibration)
    tell(1.0, "Done")
    facts = {
        "date": (today or date.today()).isoformat(),
        "films": model.n_films,
        "people": len(cases),
        "seed": seed,
        "calibration": "Platt's curve on films that held-out people rated after their profile",
        "reliability": table.round(1).to_dict(orient="records"),
    }
    shipped = Weights(
        terms=weights.terms,
        calibration=weights.calibration,
        source=dict(source or {}) | facts,
    )
    return TrainingResult(weights=shipped, embedding=learned.embedding, reliability=table)
