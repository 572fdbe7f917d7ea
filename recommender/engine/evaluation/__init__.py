"""Offline evaluation of recommender systems on MovieLens, and training of the scoring weights."""

from recommender.engine.evaluation.evaluate import Evaluation, evaluate
from recommender.engine.evaluation.splits import PROTOCOLS
from recommender.engine.evaluation.systems import SYSTEMS
from recommender.engine.evaluation.train import TrainingResult, train

__all__ = [
    "PROTOCOLS",
    "SYSTEMS",
    "Evaluation",
    "TrainingResult",
    "evaluate",
    "train",
]
