"""The engine: which films a taste asks for, and why.

It is handed tables (`fit_model`) and knows neither SQL nor HTTP nor pages.
"""

from recommender.engine.choice import Candidates, Dials
from recommender.engine.community import ENOUGH_PEOPLE, join_community
from recommender.engine.fitting import fit_model
from recommender.engine.model import Model
from recommender.engine.rankers import RANKERS, Ranker
from recommender.engine.ranking import (
    Standing,
    explain_film,
    rank_films,
    rank_scores,
    weigh_films,
)
from recommender.engine.similar import (
    Likeness,
    Shared,
    bridge_films,
    shared_features,
    similar_films,
    similarity,
)
from recommender.engine.storage import adopt_model, keep_census, load_model, save_model
from recommender.engine.weights import Weights, load_weights
from recommender.engine.words import TERM_LABELS

__all__ = [
    "ENOUGH_PEOPLE",
    "RANKERS",
    "TERM_LABELS",
    "Candidates",
    "Dials",
    "Likeness",
    "Model",
    "Ranker",
    "Shared",
    "Standing",
    "Weights",
    "adopt_model",
    "bridge_films",
    "explain_film",
    "fit_model",
    "join_community",
    "keep_census",
    "load_model",
    "load_weights",
    "rank_films",
    "rank_scores",
    "save_model",
    "shared_features",
    "similar_films",
    "similarity",
    "weigh_films",
]
