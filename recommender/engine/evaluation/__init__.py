"""How good the engine is, and how its weights are learned: ratings in, tables and weights out."""

from recommender.engine.evaluation.cases import RatingsError
from recommender.engine.evaluation.contenders import CONTENDERS
from recommender.engine.evaluation.evaluate import Evaluation, evaluate
from recommender.engine.evaluation.lessons import PROTOCOLS
from recommender.engine.evaluation.train import Trained, train

__all__ = ["CONTENDERS", "PROTOCOLS", "Evaluation", "RatingsError", "Trained", "evaluate", "train"]
