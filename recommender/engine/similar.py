"""Films beside films: what is like one, what lies between two, and how alike any two are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine import words
from recommender.engine.arrays import FloatArray
from recommender.engine.evidence import shared_names
from recommender.engine.model import Model
from recommender.engine.rerank import rank_by_score
from recommender.engine.taste import Rows
from recommender.engine.terms import genre_set_similarity, people_and_genre, year_nearness
from recommender.entities import Pick, Reason
from recommender.errors import UnknownFilm

SERIES, PEOPLE, GENRE, ERA, KNOWN = 0.22, 0.38, 0.24, 0.08, 0.08
"""What each likeness adds to the score of a similar film; 1 is alike in everything."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike films are, arrays of shape (n_a, n_b), each 0 to 1."""

    people: FloatArray
    genre: FloatArray
    blended: FloatArray


@dataclass(frozen=True, slots=True)
class Shared:
    """What two films have in common, by name."""

    people: tuple[str, ...]
    genres: tuple[str, ...]


def similarity(model: Model, rows_a: Rows, rows_b: Rows) -> Likeness:
    """Return how alike the films at two sets of rows are.

    Parameters
    ----------
    rows_a, rows_b : ndarray of rows, as from ``model.rows_of``
    """
    forward = model.people.forward
    people = (forward[rows_a] @ forward[rows_b].T).toarray().clip(0.0, 1.0)
    genre = genre_set_similarity(model, rows_b)[model.genre_set[rows_a]].clip(0.0, 1.0)
    return Likeness(people=people, genre=genre, blended=people_and_genre(people, genre))


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
        genres=shared_names(model, "genre", row, other),
    )


def similar_films(model: Model, tconst: str, *, top_n: int = 12) -> list[Pick]:
    """Return the films most like one film, each with what they share.

    Raises
    ------
    UnknownFilm
        If the model does not know the film.
    """
    row = _row(model, tconst)
    parts = _likeness_parts(model, row)
    total = np.sum(list(parts.values()), axis=0)
    allowed = np.ones(model.n_films, np.bool_)
    allowed[row] = False
    best = rank_by_score(total, allowed, top_n)
    return [_pick(model, parts, int(other), [row]) for other in best]


def bridge_films(model: Model, a: str, b: str, *, top_n: int = 12) -> list[Pick]:
    """Return films that go with both of two films: high in the harmonic mean of both scores.

    Raises
    ------
    UnknownFilm
        If the model does not know one of them.
    """
    row_a, row_b = _row(model, a), _row(model, b)
    parts_a, parts_b = _likeness_parts(model, row_a), _likeness_parts(model, row_b)
    to_a = np.sum(list(parts_a.values()), axis=0)
    to_b = np.sum(list(parts_b.values()), axis=0)
    both = np.maximum(to_a + to_b, 1e-9)
    mean = 2.0 * to_a * to_b / both
    # 2ab/(a+b) = a * b/(a+b) + b * a/(a+b): so each side's terms carry their share of it.
    parts = {
        term: parts_a[term] * (to_b / both) + parts_b[term] * (to_a / both) for term in parts_a
    }
    allowed = np.ones(model.n_films, np.bool_)
    allowed[[row_a, row_b]] = False
    best = rank_by_score(mean, allowed, top_n)
    return [_pick(model, parts, int(row), [row_a, row_b]) for row in best]


def _likeness_parts(model: Model, row: int) -> dict[str, FloatArray]:
    """Return what each likeness to one film adds, arrays of shape (n_films,)."""
    this = np.array([row])
    people = model.people.similarity_to(this).toarray()[0]
    genre = genre_set_similarity(model, this)[model.genre_set, 0]
    years = np.arange(int(model.years.min()), int(model.years.max()) + 1)
    era = year_nearness(years, model.years[this])[model.years - years[0], 0]
    known = model.log_votes / max(float(model.log_votes.max()), 1e-6)
    return {
        "franchise": (SERIES * (model.franchise == model.franchise[row])).astype(np.float32),
        "people": np.float32(PEOPLE) * np.sqrt(people),
        "genre": np.float32(GENRE) * genre,
        "era": np.float32(ERA) * era,
        "votes": np.float32(KNOWN) * known,
    }


def _pick(model: Model, parts: dict[str, FloatArray], row: int, others: Sequence[int]) -> Pick:
    reasons = [_reason(model, term, row, others, float(part[row])) for term, part in parts.items()]
    reasons.sort(key=lambda reason: (-reason.contribution, reason.term))
    score = float(sum(reason.contribution for reason in reasons))
    # Votes alone make no likeness; what is shared does.
    said = [reason for reason in reasons if reason.text and reason.term != "votes"]
    told = {reason.term: reason.text for reason in said}
    because = next((told[term] for term in ("franchise", "people", "genre") if term in told), "")
    return Pick(
        tconst=model.tconst(row),
        score=score,
        match_percent=round(100.0 * min(max(score, 0.01), 0.99)),
        reasons=tuple(reasons),
        because=words.shorten_for_card(because, []),
    )


def _reason(
    model: Model, term: str, row: int, others: Sequence[int], contribution: float
) -> Reason:
    if term == "votes":
        text = words.say_votes(int(model.votes[row]))
        return Reason(term=term, contribution=contribution, text=text)
    behind: list[str] = []
    shared: list[str] = []
    phrases: list[str] = []
    for other in others:
        names = shared_names(model, term, row, other)
        title = model.titles[other]
        phrase = _phrase(model, term, names, row, other)
        if phrase:
            behind.append(model.tconst(other))
            shared.extend(name for name in names if name not in shared)
            phrases.append(f"{phrase} as in {title}" if len(others) > 1 else phrase)
    return Reason(
        term=term,
        contribution=contribution,
        liked=tuple(behind),
        shared=tuple(shared),
        text="; ".join(phrases),
    )


def _phrase(model: Model, term: str, names: Sequence[str], row: int, other: int) -> str:
    if term == "franchise":
        return "The same series" if model.franchise[row] == model.franchise[other] else ""
    if term == "era":
        apart = abs(int(model.years[row]) - int(model.years[other]))
        return "From the same years" if apart <= 4 else ""
    if term == "people":
        return f"Both with {words.listed(names[:2], 2)}" if names else ""
    return words.listed(names, 3)


def _row(model: Model, tconst: str) -> int:
    rows = model.rows_of([tconst])
    if not len(rows):
        raise UnknownFilm(f"The catalogue has no film {tconst}.")
    return int(rows[0])
