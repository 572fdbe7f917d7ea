"""A space in which films liked by the same people are near, told from what a film is.

Other people's ratings place the films they rated. A ridge regression then learns where a film
stands from its genres, years and people alone, so that a film nobody here has
rated finds its place too.
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
"""People against genres and years in the regression; a name is rare, so it needs a voice."""
FEWEST_FILMS = 3
"""A person with fewer films in the catalogue tells one film from the rest and nothing else."""
FEWEST_LIKERS = 2
SETTLED = 1e-5
"""How exactly the regression is solved: far finer than the byte a number is kept in."""

_AT_ONCE = 50_000
"""Films placed together; the values of all of 700,000 would take 0.6 GB."""

_YEARS = (np.arange(1920.0, 2026.0, 6.0), 6.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class BlendConfig:
    """How much the community says of where a film stands.

    Attributes
    ----------
    people : people at which half of what can be known of everybody's taste is known
    likers : likers at which half of what can be known of a film's place is known
    louder : how much louder the whole speaks in the score when everything is known (1 is twice
        as loud)
    """

    people: float = 200.0
    likers: float = 5.0
    louder: float = 1.0


@dataclass(frozen=True, slots=True)
class Embedding:
    """Where each feature of a film moves it.

    Attributes
    ----------
    features : names, ``genre:Crime``, ``year:1962``, ``person:Michael Mann``
    vectors : ndarray of shape (n_features, n_dimensions)
    centre : ndarray of shape (n_dimensions,), where a film without features stands
    """

    features: tuple[str, ...]
    vectors: FloatArray
    centre: FloatArray

    def place(self, model: Model) -> FloatArray:
        """Return where the model's films stand, shape (n_films, n_dimensions)."""
        position = {name: number for number, name in enumerate(self.features)}
        told = _told_people(model)
        columns = np.array([position.get(name, -1) for name in _feature_names(model, told)])
        # Most people of a large catalogue are new to the embedding, and move no film.
        people = len(columns) - len(told)
        known = columns[people:] >= 0
        columns = np.concatenate([columns[:people], columns[people:][known]])
        vectors = np.where(columns[:, None] >= 0, self.vectors[columns], np.float32(0.0))
        placed = np.empty((model.n_films, vectors.shape[1]), np.float32)
        for start in range(0, model.n_films, _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            placed[rows] = _feature_values(model, told[known], rows) @ vectors + self.centre
        return placed


def learn_embedding(
    model: Model,
    liked: pd.DataFrame,
    *,
    seed: int = 0,
    dimensions: int = DIMENSIONS,
    ridge: float = RIDGE,
) -> Embedding:
    """Return the embedding that these likes teach.

    Parameters
    ----------
    model
        The catalogue.
    liked
        ``person, row``: one line a like.
    seed
        Of the randomised SVD and of the regression's order.
    dimensions
        Of the space.
    ridge
        How strongly the regression is held back.

    Raises
    ------
    ModelError
        If too little is liked to learn anything.
    """
    # Only fitting needs it, and importing it takes a second of every start.
    from sklearn.linear_model import Ridge  # noqa: PLC0415

    places, likers = embed_liked_films(model, liked, seed=seed, dimensions=dimensions)
    names, matrix = film_features(model)
    rows = np.flatnonzero(likers >= FEWEST_LIKERS)
    if not len(rows):
        raise ModelError("No film is liked by two people; that is too little to learn from.")
    known = matrix[rows].astype(np.float64)
    weights = np.sqrt(likers[rows])
    centre = (weights[:, None] * places[rows]).sum(axis=0) / weights.sum()
    # Conjugate gradients: in a second for 10,000 films and their people, whatever the catalogue.
    fitted = Ridge(alpha=ridge, fit_intercept=False, solver="sparse_cg", tol=SETTLED).fit(
        known, places[rows] - centre, sample_weight=weights
    )
    vectors = fitted.coef_.reshape(places.shape[1], -1).T
    used = np.flatnonzero(np.abs(vectors).max(axis=1) > 0)
    return Embedding(
        features=tuple(names[column] for column in used),
        vectors=vectors[used].astype(np.float32),
        centre=centre.astype(np.float32),
    )


def embed_liked_films(
    model: Model, liked: pd.DataFrame, *, seed: int = 0, dimensions: int = DIMENSIONS
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return where likes place the films, and how many people like each.

    The leading singular vectors of the people x films matrix, each row and column divided by
    about the root of its sum, so that neither busy people nor hits decide alone.

    Returns
    -------
    places : ndarray of shape (n_films, n_dimensions); 0 for a film nobody likes
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
    # As above: slow to import, and needed for fitting alone.
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415

    _, strength, right = randomized_svd(
        csr_array(by_person @ matrix @ by_film), width, random_state=seed, n_iter=5
    )
    places = right.T * np.sqrt(strength)
    spread = np.sqrt(np.mean((places[likers >= FEWEST_LIKERS] ** 2).sum(axis=1)))
    return places / max(float(spread), 1e-12), likers


def project_films(
    model: Model,
    embedding: Embedding | None,
    liked: pd.DataFrame | None = None,
    *,
    voice: BlendConfig | None = None,
) -> Model:
    """Return the model with its films placed, by content and, where known, by who likes them.

    The two places stand side by side in one vector, each with the square root of its share, so
    that a product of two vectors is the shared-out sum of two cosines. A film's own place counts
    the more the more people like it, and the more people there are at all; and the more people
    there are, the louder the whole speaks in the score, up to twice as loud.

    Parameters
    ----------
    embedding
        From `learn_embedding` or `load_embedding`; None places by likes alone.
    liked
        ``person, row``: one line a like; None places by content alone.
    voice
        How much the likes say; as measured best when None.
    """
    heard = voice or BlendConfig()
    shape = (model.n_films, 0)
    content = unit_rows(embedding.place(model)) if embedding else np.zeros(shape, np.float32)
    if liked is None:
        return replace(model, embedding=content)
    places, likers = embed_liked_films(model, liked)
    people = liked["person"].nunique()
    known = people / (people + heard.people)
    share = known * likers / (likers + heard.likers)
    own = np.sqrt(share)[:, None].astype(np.float32) * unit_rows(places.astype(np.float32))
    rest = np.sqrt(1.0 - share)[:, None].astype(np.float32) * content
    loudness = np.float32(np.sqrt(1.0 + heard.louder * known))
    return replace(model, embedding=loudness * np.hstack([rest, own]))


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Return the rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: FloatArray = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32, copy=False)
    return units


def film_features(model: Model) -> tuple[list[str], csr_array]:
    """Return the features' names and each film's values, shape (n_films, n_features)."""
    told = _told_people(model)
    return _feature_names(model, told), _feature_values(model, told, slice(None))


def _told_people(model: Model) -> npt.NDArray[np.int64]:
    people = model.people.forward
    films_of = np.bincount(people.indices, minlength=people.shape[1])
    return np.flatnonzero(films_of >= FEWEST_FILMS)


def _feature_names(model: Model, told: npt.NDArray[np.int64]) -> list[str]:
    names = [f"genre:{name}" for name in model.genre_names]
    names += [f"year:{centre:g}" for centre in _YEARS[0]]
    return names + [f"person:{name}" for name in model.names.take(told)]


def _feature_values(model: Model, told: npt.NDArray[np.int64], rows: slice) -> csr_array:
    genres = csr_array((model.genre_sets > 0).astype(np.float32)[model.genre_set[rows]])
    years = csr_array(_bumps(model.years[rows], *_YEARS))
    people = model.people.forward[rows][:, told] * np.float32(PEOPLE_SCALE)
    return csr_array(hstack([genres, years, people]))


def save_embedding(embedding: Embedding, path: Path = EMBEDDING_FILE) -> None:
    """Write the embedding as plain arrays, one byte a number: it is learned no finer."""
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
        If the file does not read as an embedding.
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


def _bumps(values: npt.NDArray[Any], centres: npt.NDArray[np.float64], width: float) -> FloatArray:
    """Return soft bins: how near each value is to each centre, 0 to 1."""
    apart = (values.astype(np.float64)[:, None] - centres[None, :]) / width
    bumps: FloatArray = np.exp(-(apart**2)).astype(np.float32)
    return bumps
