"""The recommender: a profile goes in, recommendations with reasons come out.

It reads tables (`fit_model`) and knows no SQL, HTTP or pages.
"""

from recommender.engine.embedding import MIN_USERS, blend_co_likes
from recommender.engine.fit import fit_model
from recommender.engine.model import Model
from recommender.engine.options import Dials, ItemFilter
from recommender.engine.pipeline import explain_film, rank_scores, recommend
from recommender.engine.rankers import RANKERS
from recommender.engine.similar import (
    bridge_films,
    shared_features,
    similar_films,
    similarity,
)
from recommender.engine.storage import adopt_model, load_model, save_model
from recommender.engine.terms import TERMS, Term, TermWeight, find_term
from recommender.engine.weights import Weights, load_weights

__all__ = [
    "MIN_USERS",
    "RANKERS",
    "TERMS",
    "Dials",
    "ItemFilter",
    "Model",
    "Term",
    "TermWeight",
    "Weights",
    "adopt_model",
    "blend_co_likes",
    "bridge_films",
    "explain_film",
    "find_term",
    "fit_model",
    "load_model",
    "load_weights",
    "rank_scores",
    "recommend",
    "save_model",
    "shared_features",
    "similar_films",
    "similarity",
]
