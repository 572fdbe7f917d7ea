"""Item-item similarity: films like one film, films between two, and the similarity of any two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.candidates import MAX_FULL_SCAN
from recommender.engine.explain import film_of, shared_names
from recommender.engine.model import Model
from recommender.engine.profile import Rows
from recommender.engine.reason_text import join_names, shorten_for_card
from recommender.engine.rerank import rank_by_score
from recommender.engine.submodel import SharedCredits
from recommender.engine.term_functions import blend_similarity, genre_set_similarity, year_nearness
from recommender.entities import Reason, Recommendation
from recommender.errors import UnknownFilm

SERIES, PEOPLE, GENRE, YEAR, KNOWN = 0.22, 0.38, 0.24, 0.08, 0.08
"""Weights of the parts of a similar film's score; 1 is equal in everything."""
_NEAR_YEARS = 4


@dataclass(frozen=True, slots=True)
class Likeness:
    """Similarities of films, arrays of shape (n_a, n_b), each 0 to 1."""

    people: FloatArray
    genre: FloatArray
    blended: FloatArray


@dataclass(frozen=True, slots=True)
class Shared:
    """What two films have in common, by name."""

    people: tuple[str, ...]
    genres: tuple[str, ...]


def similarity(model: Model, rows_a: Rows, rows_b: Rows) -> Likeness:
    """Return the similarities of the films at two sets of rows."""
    forward = model.people.forward
    people = (forward[rows_a] @ forward[rows_b].T).toarray().clip(0.0, 1.0)
    genre = genre_set_similarity(model, rows_b)[model.genre_set[rows_a]].clip(0.0, 1.0)
    return Likeness(people=people, genre=genre, blended=blend_similarity(people, genre))


def shared_features(model: Model, tconst_a: str, tconst_b: str) -> Shared:
    """Return the people and genres two films share, the most telling first.

    Raises
    ------
    UnknownFilm
        If the model does not know one of them.
    """
    row, other = _row(model, tconst_a), _row(model, tconst_b)
    return Shared(
        people=shared_names(model, "people", row, other),
        genres=shared_names(model, "genres", row, other),
    )


def similar_films(
    model: Model, tconst: str, *, top_n: int = 12, without: Collection[str] = ()
) -> list[Recommendation]:
    """Return the films most similar to one film, each with what they share.

    Parameters
    ----------
    without
        Films to leave out (tconst).

    Raises
    ------
    UnknownFilm
        If the model does not know the film.
    """
    row = _row(model, tconst)
    left_out = np.append(model.rows_of(without), row)
    rows = _candidates(model, [row])
    parts = _parts(model, row, rows)
    best = rank_by_score(np.sum(list(parts.values()), axis=0), ~np.isin(rows, left_out), top_n)
    return [_recommendation(model, parts, place, int(rows[place]), [row]) for place in best]


def bridge_films(model: Model, a: str, b: str, *, top_n: int = 12) -> list[Recommendation]:
    """Return films similar to both of two films: high in the harmonic mean of both scores.

    Raises
    ------
    UnknownFilm
        If the model does not know one of them.
    """
    row_a, row_b = _row(model, a), _row(model, b)
    rows = _candidates(model, [row_a, row_b])
    parts_a, parts_b = (_parts(model, row, rows) for row in (row_a, row_b))
    to_a = np.sum(list(parts_a.values()), axis=0)
    to_b = np.sum(list(parts_b.values()), axis=0)
    both = np.maximum(to_a + to_b, 1e-9)
    # 2ab/(a+b) = a * b/(a+b) + b * a/(a+b): each side's parts carry their share of it.
    parts = {
        term: parts_a[term] * (to_b / both) + parts_b[term] * (to_a / both) for term in parts_a
    }
    allowed = (rows != row_a) & (rows != row_b)
    best = rank_by_score(2.0 * to_a * to_b / both, allowed, top_n)
    films = [row_a, row_b]
    return [_recommendation(model, parts, place, int(rows[place]), films) for place in best]


def _candidates(model: Model, films: Sequence[int]) -> Rows:
    """Return the rows to compare: all, or of a large catalogue related and shortlisted films."""
    if model.n_films <= MAX_FULL_SCAN:
        return np.arange(model.n_films)
    own, index = np.array(films), model.retrieval
    related = SharedCredits.of(model, own, ("people",)).rows
    series = index.films_of_series(model.franchise[own])
    return np.unique(np.concatenate([related, series, index.shortlist, own])).astype(np.int64)


def _parts(model: Model, row: int, rows: Rows) -> dict[str, FloatArray]:
    """Return what each part adds to the similarity of the films at rows to one film."""
    this = np.array([row])
    genre = genre_set_similarity(model, this)[model.genre_set[rows], 0]
    year = year_nearness(model.years[rows], model.years[this])[:, 0]
    known = model.log_votes[rows] / max(float(model.log_votes.max()), 1e-6)
    return {
        "franchise": (SERIES * (model.franchise[rows] == model.franchise[row])).astype(np.float32),
        "people": np.float32(PEOPLE) * np.sqrt(_people_cosines(model, row, rows)),
        "genre": np.float32(GENRE) * genre,
        "year": np.float32(YEAR) * year,
        "popularity": np.float32(KNOWN) * known,
    }


def _people_cosines(model: Model, row: int, rows: Rows) -> FloatArray:
    """Return the people cosines of one film with the films at rows, which ascend."""
    _, films, cosines = model.people.films_sharing(np.array([row]))
    found = np.zeros(len(rows), np.float32)
    place = np.minimum(np.searchsorted(rows, films), len(rows) - 1)
    inside = rows[place] == films
    found[place[inside]] = cosines[inside]
    return found


def _recommendation(
    model: Model, parts: dict[str, FloatArray], place: int, row: int, others: Sequence[int]
) -> Recommendation:
    reasons = [
        _reason(model, term, row, others, float(part[place])) for term, part in parts.items()
    ]
    reasons.sort(key=lambda reason: (-reason.contribution, reason.term))
    score = float(sum(reason.contribution for reason in reasons))
    texts = {reason.term: reason.text for reason in reasons if reason.text}
    because = next((texts[term] for term in ("franchise", "people", "genre") if term in texts), "")
    return Recommendation(
        film=film_of(model, row),
        score=score,
        match_percent=round(100.0 * min(max(score, 0.01), 0.99)),
        reasons=tuple(reasons),
        because=shorten_for_card([because]),
    )


def _reason(
    model: Model, term: str, row: int, others: Sequence[int], contribution: float
) -> Reason:
    """Return the reason for one term: the attributes shared with each reference film."""
    behind: list[str] = []
    shared: list[str] = []
    phrases: list[str] = []
    for other in others:
        names = shared_names(model, _KINDS[term], row, other) if term in _KINDS else ()
        phrase = _phrase(model, term, names, row, other)
        if phrase:
            behind.append(model.tconst(other))
            shared.extend(name for name in names if name not in shared)
            phrases.append(f"{phrase} as in {model.titles[other]}" if len(others) > 1 else phrase)
    return Reason(term, contribution, tuple(behind), tuple(shared), "; ".join(phrases))


def _phrase(model: Model, term: str, names: Sequence[str], row: int, other: int) -> str:
    if term == "franchise":
        return "The same series" if model.franchise[row] == model.franchise[other] else ""
    if term == "year":
        apart = abs(int(model.years[row]) - int(model.years[other]))
        return "From the same years" if apart <= _NEAR_YEARS else ""
    if term == "people":
        return f"Both with {join_names(names[:2], 2)}" if names else ""
    return join_names(names, 3)


_KINDS = {"people": "people", "genre": "genres"}


def _row(model: Model, tconst: str) -> int:
    rows = model.rows_of([tconst])
    if not len(rows):
        raise UnknownFilm(f"The catalogue has no film {tconst}.")
    return int(rows[0])
