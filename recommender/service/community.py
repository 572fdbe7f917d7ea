"""Likes of all users and imported ones as a collaborative part of the model.

The result is saved as the model, and running processes reload it. After an error the previous
model stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recommender.engine import MIN_USERS, Model, blend_co_likes, save_model
from recommender.errors import MarqueeError
from recommender.settings import Settings
from recommender.users import People

LIKED_FROM = 4.0
"""Rating from which a film counts as liked, on MovieLens's scale of 0.5 to 5."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Community:
    """Result of learning from likes: their number, and whether the model was changed."""

    people: int
    likes: int
    joined: bool
    enough_people: int = MIN_USERS


def import_ratings(settings: Settings, ratings: pd.DataFrame, links: pd.DataFrame) -> int:
    """Save the likes among ratings for `learn_community`, in place of earlier ones; count them.

    Parameters
    ----------
    settings
        Settings with the data folder.
    ratings
        MovieLens columns ``userId, movieId, rating``.
    links
        MovieLens columns ``movieId, imdbId``.

    Raises
    ------
    MarqueeError
        If columns are missing, no rating is a like, or the file cannot be written.
    """
    for table, wanted in (
        (ratings, ("userId", "movieId", "rating")),
        (links, ("movieId", "imdbId")),
    ):
        missing = [name for name in wanted if name not in table.columns]
        if missing:
            raise MarqueeError(f"These ratings lack the columns {', '.join(missing)}.")
    liked = ratings[ratings["rating"] >= LIKED_FROM].merge(links, on="movieId")
    likes = pd.DataFrame(
        {
            "person": liked["userId"],
            "tconst": [f"tt{int(number):07d}" for number in liked["imdbId"]],
        }
    ).drop_duplicates()
    if likes.empty:
        raise MarqueeError(
            f"None of the ratings is a like ({LIKED_FROM:g} and more) of a linked film. "
            "Ratings imported earlier stay."
        )
    target = settings.community_file
    draft = target.with_name(f"{target.name}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        likes.to_csv(draft, index=False, compression="gzip")
        draft.replace(target)
    except OSError as error:
        raise MarqueeError(f"The ratings cannot be saved in {target.parent}: {error}.") from error
    return len(likes)


def learn_community(people: People, model: Model, settings: Settings) -> Community:
    """Add the likes of all users to the model, once enough users have enough of them.

    Parameters
    ----------
    people
        Source of the app's own likes.
    model
        The model that the likes are added to.
    settings
        Paths of imported likes and of the saved model.

    Raises
    ------
    MarqueeError
        If the likes cannot be read or the model cannot be saved. The previous model stays.
    """
    likes = collect_likes(people, settings)
    joined = blend_co_likes(model, likes)
    if joined is not model:
        save_model(joined, settings.model_dir)
    return Community(
        people=int(likes["person"].nunique()), likes=len(likes), joined=joined is not model
    )


def collect_likes(people: People, settings: Settings) -> pd.DataFrame:
    """Return ``person, tconst`` of the likes of all users and of the imported ones.

    Raises
    ------
    MarqueeError
        If the likes cannot be read.
    """
    own = pd.DataFrame(people.list_likes(), columns=["person", "tconst"])
    imported = _read_imported(settings.community_file)
    # Negative numbers, so that an imported person is never taken for a user.
    imported["person"] = -1 - imported["person"]
    return pd.concat([own, imported], ignore_index=True).astype({"person": "int64"})


def _read_imported(path: Path) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame({"person": pd.Series(dtype="int64"), "tconst": pd.Series(dtype="str")})
    try:
        return pd.read_csv(path, dtype={"person": "int64", "tconst": "str"})
    except (OSError, ValueError, EOFError) as error:
        raise MarqueeError(f"{path} is damaged; import the ratings again.") from error
