"""Films beside films: what is like one, what lies between two, and how alike any two are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.engine import reason_text
from recommender.engine.arrays import FloatArray
from recommender.engine.evidence import Evidence, shared_names
from recommender.engine.measure import Measure, Ramp
from recommender.engine.model import Model
from recommender.engine.narrowing import is_large
from recommender.engine.options import ItemFilter
from recommender.engine.profile import Rows
from recommender.engine.rerank import rank_by_score
from recommender.engine.seeking import SLACK, Gate, Search
from recommender.engine.terms import genre_set_similarity, people_and_genre, year_nearness
from recommender.engine.touched import Touched
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


def similar_films(
    model: Model, tconst: str, *, top_n: int = 12, without: Collection[str] = ()
) -> list[Pick]:
    """Return the films most like one film, each with what they share.

    Parameters
    ----------
    model, tconst
        The film, and the model that knows it.
    top_n
        How many are wanted.
    without
        Films that are not wanted, such as those that are shown already (tconst).

    Raises
    ------
    UnknownFilm
        If the model does not know the film.
    """
    row = _row(model, tconst)
    left_out = np.append(model.rows_of(without), row)
    rows = _candidates(model, [row], top_n + len(left_out) - 1)
    parts = _likeness_parts(model, row, rows)
    total = np.sum(list(parts.values()), axis=0)
    best = rank_by_score(total, ~np.isin(rows, left_out), top_n)
    shares = Evidence.of_nobody(model)
    return [_pick(shares, parts, place, int(rows[place]), [row]) for place in best.tolist()]


def bridge_films(model: Model, a: str, b: str, *, top_n: int = 12) -> list[Pick]:
    """Return films that go with both of two films: high in the harmonic mean of both scores.

    Raises
    ------
    UnknownFilm
        If the model does not know one of them.
    """
    row_a, row_b = _row(model, a), _row(model, b)
    rows = _candidates(model, [row_a, row_b], top_n)
    parts_a, parts_b = (_likeness_parts(model, row, rows) for row in (row_a, row_b))
    to_a = np.sum(list(parts_a.values()), axis=0)
    to_b = np.sum(list(parts_b.values()), axis=0)
    both, mean = np.maximum(to_a + to_b, 1e-9), _harmonic(to_a, to_b)
    # 2ab/(a+b) = a * b/(a+b) + b * a/(a+b): so each side's terms carry their share of it.
    parts = {
        term: parts_a[term] * (to_b / both) + parts_b[term] * (to_a / both) for term in parts_a
    }
    best = rank_by_score(mean, (rows != row_a) & (rows != row_b), top_n)
    shares, films = Evidence.of_nobody(model), [row_a, row_b]
    return [_pick(shares, parts, place, int(rows[place]), films) for place in best.tolist()]


def _harmonic(to_a: FloatArray, to_b: FloatArray) -> FloatArray:
    mean: FloatArray = 2.0 * to_a * to_b / np.maximum(to_a + to_b, 1e-9)
    return mean


def _candidates(model: Model, films: Sequence[int], top_n: int) -> Rows:
    """Return the rows that may be among the best for one film, or between two; ascending.

    A harmonic mean is at most the arithmetic one, which is a sum of parts again.
    """
    if not is_large(model):
        return np.arange(model.n_films)
    census = model.census
    touched = Touched.of(model, np.array(films), ("people",)).films
    shared = [np.sum(list(_likeness_parts(model, row, touched).values()), axis=0) for row in films]
    sample = census.sample
    alone = [
        _measure(model, [row]).of_all(sample.films, sample.space, sample.circle).values
        for row in films
    ]
    apart = ~np.isin(sample.films.films, touched)
    known = np.concatenate([touched, sample.films.films[apart]])
    likeness = [np.concatenate([s, a[apart]]) for s, a in zip(shared, alone, strict=True)]
    told = likeness[0] if len(films) == 1 else _harmonic(*likeness)
    gate = Gate.of(model, ItemFilter(), known)
    others = ~np.isin(known, films)
    known, told = known[others], told[others]
    edge = float(np.partition(told, -top_n)[-top_n]) if 0 < top_n <= len(told) else -np.inf
    # What is between two films is not measured exactly, so that finds do not raise the edge.
    count = max(top_n, 1) if len(films) == 1 else model.n_films + 1
    search = Search(model, _measure(model, films), gate, count=count, edge=edge - SLACK)
    search.note(known, told)
    return np.unique(np.append(search.run(), films)).astype(np.int64)


def _measure(model: Model, films: Sequence[int]) -> Measure:
    """Return the mean likeness to some films, of films that share nobody with them."""
    rows = np.array(films)
    near, years = genre_set_similarity(model, rows), model.census.calendar
    era = year_nearness(years, model.years[rows])
    return Measure(
        by_set=(np.float32(GENRE) * near.mean(axis=1)).astype(np.float32),
        by_year=(np.float32(ERA) * era.mean(axis=1)).astype(np.float32),
        votes=Ramp(slope=KNOWN / _most_votes(model)),
    )


def _most_votes(model: Model) -> float:
    return max(float(model.log_votes.max()), 1e-6)


def _likeness_parts(model: Model, row: int, rows: Rows) -> dict[str, FloatArray]:
    """Return what each likeness of the films at ``rows`` to one film adds."""
    this = np.array([row])
    people = _people(model, row, rows)
    genre = genre_set_similarity(model, this)[model.genre_set[rows], 0]
    era = year_nearness(model.years[rows], model.years[this])[:, 0]
    known = model.log_votes[rows] / _most_votes(model)
    return {
        "franchise": (SERIES * (model.franchise[rows] == model.franchise[row])).astype(np.float32),
        "people": np.float32(PEOPLE) * np.sqrt(people),
        "genre": np.float32(GENRE) * genre,
        "era": np.float32(ERA) * era,
        "votes": np.float32(KNOWN) * known,
    }


def _people(model: Model, row: int, rows: Rows) -> FloatArray:
    """Return the cosines of the people of one film with those of the films at ``rows``."""
    this = np.array([row])
    if len(rows) < model.n_films:
        return model.people.cosines(rows, this)[:, 0]
    _, films, cosines = model.people.films_sharing(this)
    everywhere = np.zeros(model.n_films, np.float32)
    everywhere[films] = cosines
    return everywhere


def _pick(
    shares: Evidence, parts: dict[str, FloatArray], place: int, row: int, others: Sequence[int]
) -> Pick:
    reasons = [
        _reason(shares, term, row, others, float(part[place])) for term, part in parts.items()
    ]
    reasons.sort(key=lambda reason: (-reason.contribution, reason.term))
    score = float(sum(reason.contribution for reason in reasons))
    # Votes alone make no likeness; what is shared does.
    said = [reason for reason in reasons if reason.text and reason.term != "votes"]
    told = {reason.term: reason.text for reason in said}
    because = next((told[term] for term in ("franchise", "people", "genre") if term in told), "")
    return Pick(
        tconst=shares.model.tconst(row),
        score=score,
        match_percent=round(100.0 * min(max(score, 0.01), 0.99)),
        reasons=tuple(reasons),
        because=reason_text.shorten_for_card(because, []),
    )


def _reason(
    shares: Evidence, term: str, row: int, others: Sequence[int], contribution: float
) -> Reason:
    model = shares.model
    if term == "votes":
        text = reason_text.say_votes(int(model.votes[row]))
        return Reason(term=term, contribution=contribution, text=text)
    behind: list[str] = []
    shared: list[str] = []
    phrases: list[str] = []
    for other in others:
        names = shares.shared(term, row, [other])
        phrase = _phrase(model, term, names, row, other)
        if phrase:
            behind.append(model.tconst(other))
            shared.extend(name for name in names if name not in shared)
            phrases.append(f"{phrase} as in {model.titles[other]}" if len(others) > 1 else phrase)
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
        return f"Both with {reason_text.listed(names[:2], 2)}" if names else ""
    return reason_text.listed(names, 3)


def _row(model: Model, tconst: str) -> int:
    rows = model.rows_of([tconst])
    if not len(rows):
        raise UnknownFilm(f"The catalogue has no film {tconst}.")
    return int(rows[0])
