"""Why a film was picked: every term's part of the score, and the likes behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recommender.engine import words
from recommender.engine.arrays import FloatArray
from recommender.engine.features import FeatureIndex
from recommender.engine.model import Model
from recommender.engine.rankers.scores import Scores
from recommender.engine.taste import Rows, Taste
from recommender.engine.terms import genre_set_similarity, kinship, year_nearness
from recommender.entities import Pick, Reason

PERSONAL = ("franchise", "director", "writer", "cast", "people", "genre", "era")
NEAR_IN_TIME = 0.5
"""Nearness of years worth saying: about four years apart."""
NEAR_IN_KIND = 0.3
"""Cosine of genres worth saying."""
SMALLEST_SAID = 0.02
"""A term that adds less than this is not put into words."""

_SAY = MappingProxyType({"genre": 0.8, "era": 0.4})
"""A person's name says more on a card than a genre, and either more than a year."""

_EVERY_WORD = MappingProxyType(
    {
        "votes_level": "About as well known as the films you like",
        "rating_level": "About as highly rated as the films you like",
        "recency": "A recent film",
        "variety": "Moved up so that your list is varied",
    }
)


def build_picks(
    model: Model, taste: Taste, scores: Scores, rows: Rows, *, moved_up: frozenset[int]
) -> list[Pick]:
    """Return the picks at these rows, in their order, with all their reasons.

    Parameters
    ----------
    rows
        In the order shown.
    moved_up
        Rows that stand higher than their score alone would put them.
    """
    if not len(rows):
        return []
    evidence = _Evidence.of(model, taste, rows)
    telling = {
        term: _SAY.get(term, 1.0) * (part[rows] - part.mean()) / max(float(part.std()), 1e-9)
        for term, part in scores.parts.items()
        if term in PERSONAL
    }
    picks = []
    for place, row in enumerate(rows.tolist()):
        reasons = [
            _reason(evidence, term, place, float(part[row])) for term, part in scores.parts.items()
        ]
        score = float(sum(reason.contribution for reason in reasons))
        because = _because(model, reasons, {t: float(v[place]) for t, v in telling.items()})
        if row in moved_up:
            reasons.append(Reason(term="variety", contribution=0.0, text=_EVERY_WORD["variety"]))
        reasons.sort(key=lambda reason: (-abs(reason.contribution), reason.term))
        picks.append(
            Pick(
                tconst=model.tconst(row),
                score=score,
                match_percent=scores.calibration.percent(score),
                reasons=tuple(reasons),
                because=because or _general(model, row),
            )
        )
    return picks


@dataclass(frozen=True, slots=True)
class _Evidence:
    """How strongly each like (or hidden film) stands behind each pick, (n_picks, n_likes)."""

    model: Model
    taste: Taste
    rows: Rows
    strength: Mapping[str, FloatArray]

    @classmethod
    def of(cls, model: Model, taste: Taste, rows: Rows) -> _Evidence:
        likes = taste.likes
        same_series = model.franchise[rows][:, None] == model.franchise[likes][None, :]
        genres = genre_set_similarity(model, likes)[model.genre_set[rows]]
        years = year_nearness(model.years[rows], model.years[likes])
        strength: dict[str, FloatArray] = {
            "franchise": same_series * taste.weights,
            "genre": np.where(genres >= NEAR_IN_KIND, genres, 0.0) * taste.weights,
            "era": np.where(years >= NEAR_IN_TIME, years, 0.0) * taste.weights,
            "hidden": kinship(model, taste.hidden, rows),
        }
        for term in ("director", "writer", "cast", "people"):
            forward = _index(model, term).forward
            strength[term] = (forward[rows] @ forward[likes].T).toarray() * taste.weights
        return cls(model, taste, rows, strength)

    def behind(self, term: str, place: int) -> list[int]:
        """Return which likes speak for the pick in this term, strongest first."""
        values = self.strength[term][place]
        order = np.argsort(-values, kind="stable")
        return [int(item) for item in order if values[item] > 0]


def _reason(evidence: _Evidence, term: str, place: int, contribution: float) -> Reason:
    model, taste, row = evidence.model, evidence.taste, int(evidence.rows[place])
    if term not in evidence.strength:
        text = _general_text(model, term, row, contribution)
        return Reason(term=term, contribution=contribution, text=text)
    from_rows = taste.hidden if term == "hidden" else taste.likes
    behind = [int(from_rows[item]) for item in evidence.behind(term, place)]
    shared = shared_names(model, term, row, behind[:2])
    worth_saying = behind and abs(contribution) >= SMALLEST_SAID
    text = _personal_text(model, term, row, behind, shared) if worth_saying else ""
    liked = tuple(model.tconst(like) for like in behind)
    return Reason(term=term, contribution=contribution, liked=liked, shared=shared, text=text)


def shared_names(model: Model, term: str, row: int, others: Sequence[int]) -> tuple[str, ...]:
    """Return the names that a film shares in this term with every one of the others.

    When no name is shared with all of them, those shared with the first are returned.
    """
    if not others:
        return ()
    if term in {"genre", "hidden"}:
        own = model.genres_of(row)
        sets = [set(own) & set(model.genres_of(other)) for other in others]
        common = set.intersection(*sets) or sets[0]
        return tuple(name for name in own if name in common)
    if term not in {"director", "writer", "cast", "people"}:
        return ()
    index = _index(model, term)
    shared = [_shared_features(index, row, other) for other in others]
    chosen = set.intersection(*shared) or shared[0]
    strength = {
        feature: float(weight)
        for feature, weight in zip(index.features_of(row), _weights(index, row), strict=True)
    }
    ordered = sorted(chosen, key=lambda feature: (-strength[feature], feature))
    return tuple(model.names.take(ordered))


def _shared_features(index: FeatureIndex, row: int, other: int) -> set[int]:
    return set(index.features_of(row).tolist()) & set(index.features_of(other).tolist())


def _weights(index: FeatureIndex, row: int) -> FloatArray:
    indptr = index.forward.indptr
    weights: FloatArray = index.forward.data[indptr[row] : indptr[row + 1]]
    return weights


def _index(model: Model, term: str) -> FeatureIndex:
    index: FeatureIndex = getattr(model, term)
    return index


def _personal_text(
    model: Model, term: str, row: int, behind: Sequence[int], shared: Sequence[str]
) -> str:
    titles = model.titles.take(behind)
    if term == "franchise":
        return words.say_series(titles[:2])
    if term == "era":
        return words.say_years(int(model.years[row]), titles[:2])
    true_of = [
        title
        for title, like in zip(titles, behind, strict=True)
        if set(shared) <= set(shared_names(model, term, row, [like]))
    ][:2]
    if term == "genre":
        return words.say_genres(shared, true_of)
    if term == "hidden":
        return words.say_hidden(shared, titles[:1])
    return words.say_shared_people(term, shared[:2], true_of)


def _general_text(model: Model, term: str, row: int, contribution: float) -> str:
    if abs(contribution) < SMALLEST_SAID:
        return ""
    if term == "votes":
        return words.say_votes(int(model.votes[row]))
    if term == "rating":
        return words.say_rating(float(model.ratings[row]))
    if term == "gems":
        known = "well known" if model.log_votes[row] >= 5 else "little known"
        return f"You turned the dial: this film is {known}"
    if contribution < 0:
        return ""
    return _EVERY_WORD.get(term, "")


def _because(model: Model, reasons: Sequence[Reason], telling: Mapping[str, float]) -> str:
    """Return the sentence of the most telling personal term, short enough for a card."""
    candidates = [
        reason
        for reason in reasons
        if reason.text and reason.term in telling and reason.contribution > 0 and reason.liked
    ]
    if not candidates:
        return ""
    # A sequel is a sequel, whoever else it shares.
    best = max(
        candidates,
        key=lambda reason: (reason.term == "franchise", telling[reason.term], reason.term),
    )
    first = model.titles[int(model.rows_of(best.liked[:1])[0])]
    return words.shorten_for_card(best.text, _shorter(best, first))


def _shorter(reason: Reason, first: str) -> list[str]:
    """Return the same reason in fewer words, longest first; each still true."""
    if reason.term == "franchise":
        return [words.say_series([first]), "The same series as a film you liked"]
    if reason.term == "genre":
        return [words.say_genres(reason.shared, [first]), words.say_genres(reason.shared[:2], [])]
    if reason.term == "era":
        return ["From the years of a film you liked"]
    names = reason.shared[:1]
    return [
        words.say_shared_people(reason.term, names, [first]),
        words.say_shared_people(reason.term, names, []),
    ]


def _general(model: Model, row: int) -> str:
    rating, votes = float(model.ratings[row]), int(model.votes[row])
    return words.say_trend(int(model.years[row]), rating, widely=votes >= 100_000)
