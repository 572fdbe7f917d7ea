"""Embedding of films from co-likes: films liked by the same people are near.

The likes of many people give an item-item embedding of the films they liked. A ridge regression
predicts it from genres, years and people, and so covers films without likes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, diags_array, hstack

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.errors import ModelError

EMBEDDING_FILE = Path(__file__).with_name("embedding.npz")
DIMENSIONS = 32
RIDGE = 5.0
PEOPLE_SCALE = 3.0
"""Scale of people features against genres and years: most people occur in few films."""
MIN_FILMS = 3
"""Films of the catalogue a person needs to be a feature."""
MIN_LIKERS = 2
"""Likes a film needs to be a row of the regression."""
TOLERANCE = 1e-5
"""Of the regression; vectors are saved with 8 bits."""
BATCH_FILMS = 50_000
"""Films projected at once; the features of 700,000 would take 0.6 GB."""
MIN_USERS = 100
"""Users with enough likes from which co-likes are blended in."""
ENOUGH_LIKES = 5
"""Likes a user needs to count."""

_YEARS = (np.arange(1920.0, 2026.0, 6.0), 6.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class BlendConfig:
    """Strength of the users' own co-likes in the embedding.

    Attributes
    ----------
    people : users at which co-likes reach half of their full strength
    likers : likes of a film at which its own co-likes weigh half
    gain : growth of the squared norm of the vectors at full strength; 1 doubles it
    """

    people: float = 200.0
    likers: float = 5.0
    gain: float = 1.0


@dataclass(frozen=True, slots=True)
class Embedding:
    """Regression from features of a film to its vector.

    Attributes
    ----------
    features : names, ``genre:Crime``, ``year:1962``, ``person:Michael Mann``
    vectors : ndarray of shape (n_features, n_dimensions)
    centre : ndarray of shape (n_dimensions,), the vector of a film without features
    """

    features: tuple[str, ...]
    vectors: FloatArray
    centre: FloatArray

    def project(self, model: Model) -> FloatArray:
        """Return the vectors of a model's films, shape (n_films, n_dimensions)."""
        position = {name: number for number, name in enumerate(self.features)}
        featured = _featured_people(model)
        columns = np.array([position.get(name, -1) for name in _feature_names(model, featured)])
        # Most people of a large catalogue have no vector: leave them out.
        people = len(columns) - len(featured)
        known = columns[people:] >= 0
        columns = np.concatenate([columns[:people], columns[people:][known]])
        vectors = np.where(columns[:, None] >= 0, self.vectors[columns], np.float32(0.0))
        projected = np.empty((model.n_films, vectors.shape[1]), np.float32)
        for start in range(0, model.n_films, BATCH_FILMS):
            rows = slice(start, start + BATCH_FILMS)
            projected[rows] = _feature_values(model, featured[known], rows) @ vectors + self.centre
        return projected


def learn_embedding(
    model: Model,
    liked: pd.DataFrame,
    *,
    seed: int = 0,
    dimensions: int = DIMENSIONS,
    ridge: float = RIDGE,
) -> Embedding:
    """Return the embedding learned from likes.

    Parameters
    ----------
    liked
        ``person, row``: one row per like.
    seed
        Of the randomised SVD.
    ridge
        Regularisation of the regression.

    Raises
    ------
    ModelError
        If no film is liked by two people.
    """
    # Deferred: this import takes a second, and only training needs it.
    from sklearn.linear_model import Ridge  # noqa: PLC0415

    vectors, likers = embed_liked_films(model, liked, seed=seed, dimensions=dimensions)
    names, matrix = film_features(model)
    rows = np.flatnonzero(likers >= MIN_LIKERS)
    if not len(rows):
        raise ModelError("No film is liked by two people; that is too little to learn from.")
    known = matrix[rows].astype(np.float64)
    weights = np.sqrt(likers[rows])
    centre = (weights[:, None] * vectors[rows]).sum(axis=0) / weights.sum()
    fitted = Ridge(alpha=ridge, fit_intercept=False, solver="sparse_cg", tol=TOLERANCE).fit(
        known, vectors[rows] - centre, sample_weight=weights
    )
    coefficients = fitted.coef_.reshape(vectors.shape[1], -1).T
    used = np.flatnonzero(np.abs(coefficients).max(axis=1) > 0)
    return Embedding(
        features=tuple(names[column] for column in used),
        vectors=coefficients[used].astype(np.float32),
        centre=centre.astype(np.float32),
    )


def embed_liked_films(
    model: Model, liked: pd.DataFrame, *, seed: int = 0, dimensions: int = DIMENSIONS
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return the vectors of films by co-likes, and the number of likes of each film.

    The leading singular vectors of the people x films matrix. Rows and columns are divided by
    about the root of their sum, so that active people and popular films do not dominate.

    Returns
    -------
    vectors : ndarray of shape (n_films, n_dimensions); 0 for a film without likes
    likers : ndarray of shape (n_films,)
    """
    person, people = pd.factorize(liked["person"], sort=True)
    rows = liked["row"].to_numpy()
    shape = (len(people), model.n_films)
    matrix = csr_array((np.ones(len(rows)), (person, rows)), shape=shape)
    likers = np.bincount(rows, minlength=model.n_films)
    width = min(dimensions, len(people) - 1, model.n_films - 1)
    if width < 1:
        raise ModelError("Likes of two people at least are needed to learn from.")
    by_person = diags_array((np.asarray(matrix.sum(axis=1)).ravel() + 1.0) ** -0.5)
    by_film = diags_array((likers + 5.0) ** -0.5)
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415

    _, strength, right = randomized_svd(
        csr_array(by_person @ matrix @ by_film), width, random_state=seed, n_iter=5
    )
    vectors = right.T * np.sqrt(strength)
    spread = np.sqrt(np.mean((vectors[likers >= MIN_LIKERS] ** 2).sum(axis=1)))
    return vectors / max(float(spread), 1e-12), likers


def project_films(
    model: Model,
    embedding: Embedding | None,
    liked: pd.DataFrame | None = None,
    *,
    blend: BlendConfig | None = None,
) -> Model:
    """Return the model with the embedding of its films, by content and by co-likes.

    Both vectors are concatenated, each scaled by the root of its share, so that an inner product
    is the weighted sum of two cosines. The share of co-likes grows with the likes of the film and
    with the number of people; the norm grows with the number of people.

    Parameters
    ----------
    embedding
        From `learn_embedding` or `load_embedding`; None uses co-likes alone.
    liked
        ``person, row``: one row per like; None uses content alone.
    blend
        Strength of the co-likes.
    """
    blend = blend or BlendConfig()
    shape = (model.n_films, 0)
    content = unit_rows(embedding.project(model)) if embedding else np.zeros(shape, np.float32)
    if liked is None:
        return replace(model, embedding=content)
    vectors, likers = embed_liked_films(model, liked)
    people = liked["person"].nunique()
    strength = people / (people + blend.people)
    share = strength * likers / (likers + blend.likers)
    by_likes = np.sqrt(share)[:, None].astype(np.float32) * unit_rows(vectors.astype(np.float32))
    by_content = np.sqrt(1.0 - share)[:, None].astype(np.float32) * content
    norm = np.float32(np.sqrt(1.0 + blend.gain * strength))
    return replace(model, embedding=norm * np.hstack([by_content, by_likes]))


def blend_co_likes(model: Model, likes: pd.DataFrame) -> Model:
    """Return the model with the users' co-likes in its embedding; unchanged with too few users.

    Parameters
    ----------
    likes
        ``person, tconst``: one row per like. Ids the model does not know are ignored.
    """
    ids = pd.unique(likes["tconst"])
    row_of = {model.tconst(int(row)): int(row) for row in model.rows_of(str(name) for name in ids)}
    known = likes[likes["tconst"].isin(row_of)].drop_duplicates(["person", "tconst"])
    rows = known["tconst"].map(row_of)
    table = pd.DataFrame({"person": known["person"], "row": rows}, dtype="int64")
    enough = table[table.groupby("person")["row"].transform("size") >= ENOUGH_LIKES]
    if enough["person"].nunique() < MIN_USERS:
        return model
    return project_films(model, load_embedding(), enough)


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Return the rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: FloatArray = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32, copy=False)
    return units


def film_features(model: Model) -> tuple[list[str], csr_array]:
    """Return names of features and their values, shape (n_films, n_features)."""
    featured = _featured_people(model)
    return _feature_names(model, featured), _feature_values(model, featured, slice(None))


def _featured_people(model: Model) -> npt.NDArray[np.int64]:
    people = model.people.forward
    films_of = np.bincount(people.indices, minlength=people.shape[1])
    return np.flatnonzero(films_of >= MIN_FILMS)


def _feature_names(model: Model, people: npt.NDArray[np.int64]) -> list[str]:
    names = [f"genre:{name}" for name in model.genre_names]
    names += [f"year:{centre:g}" for centre in _YEARS[0]]
    return names + [f"person:{name}" for name in model.names.take(people)]


def _feature_values(model: Model, people: npt.NDArray[np.int64], rows: slice) -> csr_array:
    genres = csr_array((model.genre_sets > 0).astype(np.float32)[model.genre_set[rows]])
    years = csr_array(_soft_bins(model.years[rows], *_YEARS))
    credits = model.people.forward[rows][:, people] * np.float32(PEOPLE_SCALE)
    return csr_array(hstack([genres, years, credits]))


def save_embedding(embedding: Embedding, path: Path = EMBEDDING_FILE) -> None:
    """Save the embedding with 8 bits a number."""
    step = np.abs(embedding.vectors).max(axis=1, keepdims=True) / 127.0
    coarse = np.round(embedding.vectors / np.maximum(step, 1e-12)).astype(np.int8)
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(embedding.features).encode(), np.uint8),
        vectors=coarse,
        step=step.astype(np.float16),
        centre=embedding.centre.astype(np.float32),
    )


@cache
def load_embedding(path: Path = EMBEDDING_FILE) -> Embedding | None:
    """Return the embedding of a file, None when there is no file.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays: dict[str, npt.NDArray[Any]] = {name: held[name] for name in held.files}
        vectors = arrays["vectors"].astype(np.float32) * arrays["step"].astype(np.float32)
        features = tuple(arrays["features"].tobytes().decode("utf-8").split("\n"))
        if len(features) != len(vectors):
            raise ValueError("names and vectors differ in number")
        return Embedding(features, vectors, arrays["centre"].astype(np.float32))
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ModelError(f"The embedding in {path.name} cannot be read: {error}") from error


def _soft_bins(
    values: npt.NDArray[Any], centres: npt.NDArray[np.float64], width: float
) -> FloatArray:
    """Return the nearness of each value to each centre, 0 to 1."""
    apart = (values.astype(np.float64)[:, None] - centres[None, :]) / width
    bins: FloatArray = np.exp(-(apart**2)).astype(np.float32)
    return bins
