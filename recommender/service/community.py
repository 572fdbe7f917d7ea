"""Other people's likes, brought together: the app's own and imported ones, once there are enough.

What is learned becomes the saved model; processes that run swap it in by themselves. Nothing here
is on a page's way: when it fails, the model of before carries on.
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
"""A rating from which a film counts as liked, on MovieLens's scale of half to five stars."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Community:
    """What came of learning from everybody: how many were listened to, and whether it sufficed."""

    people: int
    likes: int
    joined: bool
    enough_people: int = MIN_USERS


def import_ratings(settings: Settings, ratings: pd.DataFrame, links: pd.DataFrame) -> int:
    """Keep the likes among community ratings for `learn_community`; return how many they are.

    They take the place of what was imported before.

    Parameters
    ----------
    settings
        Where the data folder is.
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
        raise MarqueeError(f"The ratings cannot be kept in {target.parent}: {error}.") from error
    return len(likes)


def learn_community(people: People, model: Model, settings: Settings) -> Community:
    """Let everybody's likes join the ranking, if enough people have enough of them.

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
        If the likes cannot be read or the model cannot be saved; the old one stays.
    """
    likes = collect_likes(people, settings)
    joined = blend_co_likes(model, likes)
    if joined is not model:
        save_model(joined, settings.model_dir)
    return Community(
        people=int(likes["person"].nunique()), likes=len(likes), joined=joined is not model
    )


def collect_likes(people: People, settings: Settings) -> pd.DataFrame:
    """Return ``person, tconst`` of every like: of our own people, and of those imported.

    Raises
    ------
    MarqueeError
        If they cannot be read.
    """
    own = pd.DataFrame(people.list_likes(), columns=["person", "tconst"])
    imported = _read_imported(settings.community_file)
    # One numbering for both: an imported person is nobody of ours.
    imported["person"] = -1 - imported["person"]
    return pd.concat([own, imported], ignore_index=True).astype({"person": "int64"})


def _read_imported(path: Path) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame({"person": pd.Series(dtype="int64"), "tconst": pd.Series(dtype="str")})
    try:
        return pd.read_csv(path, dtype={"person": "int64", "tconst": "str"})
    except (OSError, ValueError, EOFError) as error:
        raise MarqueeError(f"{path} is damaged; import the ratings again.") from error
