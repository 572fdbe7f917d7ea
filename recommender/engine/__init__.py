"""The engine: which films a taste asks for, and why.

It is handed tables (`fit_model`) and knows neither SQL nor HTTP nor pages.
"""

from recommender.engine.co_likes import MIN_USERS, blend_co_likes
from recommender.engine.fit import fit_model
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.pipeline import (
    Standing,
    explain_film,
    rank_scores,
    recommend,
    weigh_films,
)
from recommender.engine.rankers import RANKERS, Ranker
from recommender.engine.reason_text import TERM_LABELS
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

__all__ = [
    "MIN_USERS",
    "RANKERS",
    "TERM_LABELS",
    "Dials",
    "ItemFilter",
    "Likeness",
    "Model",
    "Ranker",
    "Shared",
    "Standing",
    "Weights",
    "adopt_model",
    "blend_co_likes",
    "bridge_films",
    "explain_film",
    "fit_model",
    "keep_census",
    "load_model",
    "load_weights",
    "rank_scores",
    "recommend",
    "save_model",
    "shared_features",
    "similar_films",
    "similarity",
    "weigh_films",
]
