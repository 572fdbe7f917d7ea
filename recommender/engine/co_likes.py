"""The app's own people, once there are enough of them, as one more voice in the ranking."""

from __future__ import annotations

import pandas as pd

from recommender.engine.embedding import load_embedding, project_films
from recommender.engine.model import Model

MIN_USERS = 100
"""People with enough likes from which a collaborative voice helps more than it harms."""
ENOUGH_LIKES = 5
"""A person with fewer likes says nothing of what goes with what."""


def blend_co_likes(model: Model, likes: pd.DataFrame) -> Model:
    """Return the model in which who likes what speaks too; unchanged while too few people do.

    A film is then placed by its likers as well as by its content. Nothing else about the model
    changes, so saving and swapping it in works as for any model; when this fails, the model it
    was given carries on.

    Parameters
    ----------
    model
        From `fit_model`.
    likes
        ``person, tconst``: one line a like, from the app's people or from imported ratings.
        Ids the model does not know are passed over.
    """
    counted = count_co_likes(model, likes)
    if counted["person"].nunique() < MIN_USERS:
        return model
    return project_films(model, load_embedding(), counted)


def count_co_likes(model: Model, likes: pd.DataFrame) -> pd.DataFrame:
    """Return ``person, row`` of the likes that count: known films, people with enough of them."""
    ids = pd.unique(likes["tconst"])
    row_of = {model.tconst(int(row)): int(row) for row in model.rows_of(str(name) for name in ids)}
    known = likes[likes["tconst"].isin(row_of)].drop_duplicates(["person", "tconst"])
    rows = known["tconst"].map(row_of)
    table = pd.DataFrame({"person": known["person"], "row": rows}, dtype="int64")
    enough = table.groupby("person")["row"].transform("size") >= ENOUGH_LIKES
    counted: pd.DataFrame = table[enough]
    return counted
