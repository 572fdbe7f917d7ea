"""The engine: which films a taste asks for, and why.

It is handed tables (`fit_model`) and knows neither SQL nor HTTP nor pages.
"""

from recommender.engine.choice import Candidates, Dials
from recommender.engine.fitting import fit_model
from recommender.engine.model import Model
from recommender.engine.rankers import RANKERS, Ranker
from recommender.engine.ranking import explain_film, rank_films, rank_scores
from recommender.engine.similar import (
    Likeness,
    Shared,
    bridge_films,
    shared_features,
    similar_films,
    similarity,
)
from recommender.engine.storage import load_model, save_model
from recommender.engine.words import TERM_LABELS

__all__ = [
    "RANKERS",
    "TERM_LABELS",
    "Candidates",
    "Dials",
    "Likeness",
    "Model",
    "Ranker",
    "Shared",
    "bridge_films",
    "explain_film",
    "fit_model",
    "load_model",
    "rank_films",
    "rank_scores",
    "save_model",
    "shared_features",
    "similar_films",
    "similarity",
]
