"""Training of the model files shipped with Marquee: calibrated weights and the embedding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from recommender.engine.embedding import Embedding, project_films, save_embedding
from recommender.engine.evaluation.cases import Case, build_cases, read_ratings
from recommender.engine.evaluation.evaluate import ONE_THREAD, fit_linked
from recommender.engine.evaluation.splits import FOLDS, Progress
from recommender.engine.evaluation.term_regression import fit_terms
from recommender.engine.model import Model
from recommender.engine.options import Dials
from recommender.engine.scoring import MarqueeRanker
from recommender.engine.weights import Calibration, Weights
from recommender.errors import RatingsError

Scores = npt.NDArray[np.float64]
Liked = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """Calibrated scoring weights and embedding, with their reliability table.

    Attributes
    ----------
    reliability
        Ten bins of held-out films by match: mean predicted match (``promised``) and observed
        likes (``liked``) in percent, and the number of ``films``.
    """

    weights: Weights
    embedding: Embedding | None
    reliability: pd.DataFrame

    def save(self, folder: Path) -> None:
        """Save ``weights.json`` and ``embedding.npz`` in a folder; replace each atomically."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "source": dict(self.weights.source),
            "terms": {name: asdict(weight) for name, weight in self.weights.terms.items()},
            "calibration": asdict(self.weights.calibration),
        }
        weights_draft = folder / "weights.json.draft"
        weights_draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        if self.embedding is not None:
            embedding_draft = folder / "embedding.draft.npz"
            save_embedding(self.embedding, embedding_draft)
            embedding_draft.replace(folder / "embedding.npz")
        weights_draft.replace(folder / "weights.json")


def train(
    films: pd.DataFrame,
    credits: pd.DataFrame,
    ratings: pd.DataFrame,
    links: pd.DataFrame,
    *,
    source: Mapping[str, Any],
    seed: int = 0,
    progress: Progress = lambda share, what: None,
) -> TrainingResult:
    """Learn scoring weights and embedding from all users; calibrate the match on held-out folds.

    Parameters
    ----------
    films, credits, ratings, links : as for `evaluate`
    source : facts stored with the weights: name and licence terms of the data, metrics
    seed : seed of folds and sampling
    progress : receives the share done and the current step

    Raises
    ------
    RatingsError
        If the tables are not usable or have too few users.
    """
    progress(0.0, "Fitting the catalogue")
    model = fit_linked(films, credits, links)
    rated = read_ratings(model, ratings, links)
    cases = build_cases(model, rated, folds=FOLDS, seed=seed)
    if len(cases) < 2 * FOLDS:
        raise RatingsError(f"{len(cases)} people with enough likes are too few to learn from.")
    with threadpool_limits(**ONE_THREAD):
        held_out = []
        for fold in range(FOLDS):
            progress((fold + 1) / (FOLDS + 2), "Calibrating on held-out people")
            training = [case for case in cases if case.fold != fold]
            fitted = fit_terms(model, rated, training, seed=seed)
            embedded = project_films(model, fitted.embedding)
            tested = [case for case in cases if case.fold == fold]
            held_out.append(_score_rated(embedded, tested, fitted.weights))
        progress((FOLDS + 1) / (FOLDS + 2), "Learning from all people")
        scores, liked = (np.concatenate(parts) for parts in zip(*held_out, strict=True))
        calibration = calibrate(scores, liked)
        fitted = fit_terms(model, rated, cases, seed=seed)
    table = reliability(calibration, scores, liked)
    progress(1.0, "Done")
    facts = {
        "date": date.today().isoformat(),
        "films": model.n_films,
        "people": len(cases),
        "seed": seed,
        "calibration": "Platt scaling on films that held-out people rated after their profile",
        "reliability": table.round(1).to_dict(orient="records"),
    }
    weights = Weights(
        terms=fitted.weights.terms,
        calibration=Calibration(
            intercept=round(calibration.intercept, 3), slope=round(calibration.slope, 3)
        ),
        source=dict(source) | facts,
    )
    return TrainingResult(weights=weights, embedding=fitted.embedding, reliability=table)


def calibrate(scores: Scores, liked: Liked) -> Calibration:
    """Fit the calibration curve from a score to the probability that a watched film is liked.

    Source: Platt scaling (Platt, 1999).

    Parameters
    ----------
    scores, liked : ndarrays of shape (n_rated,)
    """
    if liked.all() or not liked.any():
        return Calibration(intercept=0.0, slope=0.5)
    curve = LogisticRegression(C=np.inf).fit(scores[:, None], liked)
    return Calibration(
        intercept=float(curve.intercept_[0]), slope=max(float(curve.coef_[0, 0]), 1e-3)
    )


def reliability(calibration: Calibration, scores: Scores, liked: Liked) -> pd.DataFrame:
    """Return a reliability table: predicted and observed likes in ten equal-sized bins by score.

    Returns
    -------
    DataFrame with columns ``promised`` (predicted likes, percent), ``liked`` (observed likes,
    percent) and ``films`` (count)
    """
    order = np.argsort(scores, kind="stable")
    percent = np.array([calibration.percent(float(score)) for score in scores])
    rows = [
        (float(percent[part].mean()), 100.0 * float(liked[part].mean()), len(part))
        for part in np.array_split(order, 10)
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["promised", "liked", "films"])


def _score_rated(model: Model, cases: Sequence[Case], weights: Weights) -> tuple[Scores, Liked]:
    """Return the scores of held-out films rated after the profile, and whether each was liked."""
    ranker, neutral = MarqueeRanker(weights), Dials()
    scores: list[Scores] = []
    liked: list[Liked] = []
    for case in cases:
        rows = np.concatenate([case.targets, case.disliked])
        total = ranker.score(model, case.profile(), neutral).total
        scores.append(total[rows].astype(np.float64))
        liked.append(np.arange(len(rows)) < len(case.targets))
    return np.concatenate(scores), np.concatenate(liked)
