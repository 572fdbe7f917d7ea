"""Fitting: builds the model from tables of films and credits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from recommender.engine.arrays import FloatArray, IntArray, TextColumn
from recommender.engine.credits import CREDIT_COLUMNS, PERSON_COLUMNS, ROLE_COLUMNS, Credits
from recommender.engine.embedding import load_embedding, project_films
from recommender.engine.features import build_genre_matrix, weighted_rating
from recommender.engine.franchises import find_franchises, load_series
from recommender.engine.model import Model
from recommender.engine.people_svd import fit_people_factors
from recommender.engine.retrieval_index import build_shortlist, known_from
from recommender.errors import ModelError

Progress = Callable[[float, str], None]
"""Callback with the share done (0 to 1) and the current step."""

FILM_COLUMNS = ("tconst", "primaryTitle", "startYear", "genres", "averageRating", "numVotes")
PRIOR_QUANTILE = 0.70
"""Quantile of votes that weighs the mean in the weighted rating."""


def fit_model(
    films: pd.DataFrame,
    credits: pd.DataFrame,
    *,
    people: pd.DataFrame | None = None,
    fingerprint: str = "",
    progress: Progress | None = None,
) -> Model:
    """Return the model of a catalogue, whatever the order of its rows.

    Parameters
    ----------
    films
        `FILM_COLUMNS`, genres separated by ``|``; further columns are ignored.
    credits
        ``tconst, person_id, name, category (director, writer or cast), ordering (from 1)``; with
        ``people``: ``film, person, category, ordering``, row numbers of film and person from 0.
    people
        ``person_id, name``, each person once. Needs a tenth of the memory.
    fingerprint
        Identifies the catalogue; `load_model` refuses a model of another.

    Raises
    ------
    ModelError
        If a column is missing or there is no film.
    """
    report = progress or (lambda share, step: None)
    _check_columns(films, FILM_COLUMNS, "films")
    _check_columns(credits, CREDIT_COLUMNS if people is None else ROLE_COLUMNS, "credits")
    report(0.0, "Reading films")
    films = _sorted_films(films)
    if films.empty:
        raise ModelError("The catalogue holds no films, so there is nothing to learn from.")
    report(0.1, "Reading who made them")
    if people is None:
        known = Credits.of_texts(films, credits)
    else:
        _check_columns(people, PERSON_COLUMNS, "people")
        known = Credits.of_numbers(films, credits, people)
    report(0.3, "Weighing directors, writers and cast")
    indexes = {
        name: known.index_of(None if name == "people" else name)
        for name in ("director", "writer", "cast", "people")
    }
    names = known.names
    del known, credits, people
    report(0.5, "Finding people who work together")
    factors = fit_people_factors(indexes["people"])
    report(0.7, "Finding series")
    titles = [str(title) for title in films["primaryTitle"]]
    listed = load_series()
    franchise = find_franchises(
        titles, indexes["people"].forward, [listed.get(tconst) for tconst in films["tconst"]]
    )
    report(0.85, "Weighing genres, votes and years")
    genre_set, genre_sets, genre_names = _genre_sets(films["genres"])
    years = _numbers(films["startYear"])
    votes = _numbers(films["numVotes"])
    ratings = _numbers(films["averageRating"])
    mean = float(ratings[votes > 0].mean()) if (votes > 0).any() else 0.0
    prior = float(np.quantile(votes, PRIOR_QUANTILE))
    log_votes = np.log10(1.0 + votes).astype(np.float32)
    weighted = weighted_rating(ratings, votes, prior_votes=prior, mean=mean)
    model = Model(
        film_ids=np.array([str(tconst).encode("ascii") for tconst in films["tconst"]]),
        titles=TextColumn.of(titles),
        years=years.astype(np.int16),
        votes=votes,
        log_votes=log_votes,
        ratings=ratings,
        weighted=weighted,
        genre_set=genre_set,
        genre_sets=genre_sets,
        franchise=franchise,
        names=names,
        genre_names=genre_names,
        embedding=np.empty((len(films), 0), np.float32),
        people_factors=factors,
        shortlist=build_shortlist(
            genre_sets, genre_set, years.astype(np.int16), log_votes, weighted
        ),
        known_from=known_from(log_votes),
        newest_year=int(years.max()),
        fingerprint=fingerprint,
        **indexes,
    )
    embedding = load_embedding()
    placed = project_films(model, embedding) if embedding else model
    report(1.0, "Ready")
    return placed


def _sorted_films(films: pd.DataFrame) -> pd.DataFrame:
    """Return each film once, by tconst, indexed by its row number in the table."""
    numbered = films[list(FILM_COLUMNS)].reset_index(drop=True)
    return numbered.drop_duplicates("tconst").sort_values("tconst")


def _genre_sets(genres: pd.Series) -> tuple[IntArray, csr_array, tuple[str, ...]]:
    """Return the set of each film, TF-IDF rows of the sets, and the genres."""
    # 700,000 films have about 2,000 distinct texts.
    text_of, texts = pd.factorize(genres.fillna(""))
    sets = [tuple(sorted({part for part in str(text).split("|") if part})) for text in texts]
    names = tuple(sorted({name for row in sets for name in row}))
    distinct = sorted(set(sets))
    position = {row: number for number, row in enumerate(distinct)}
    numbers = np.array([position[row] for row in sets], np.int32)[text_of]
    _, first = np.unique(numbers, return_index=True)
    matrix = build_genre_matrix([distinct[number] for number in numbers.tolist()], names)
    return numbers, matrix[first], names


def _numbers(column: pd.Series) -> FloatArray:
    numbers = pd.to_numeric(column, errors="coerce").fillna(0)
    values: FloatArray = numbers.to_numpy(dtype=np.float32)
    return values


def _check_columns(table: pd.DataFrame, wanted: tuple[str, ...], what: str) -> None:
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise ModelError(f"The table of {what} lacks the columns {', '.join(missing)}.")
