"""Why a film was picked: every term's part of the score, and the likes behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from recommender.engine import reason_text
from recommender.engine.arrays import FloatArray
from recommender.engine.evidence import AGAINST, BY_PEOPLE, Evidence
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.rankers.scores import Scores
from recommender.entities import Pick, Reason

PERSONAL = frozenset(
    {"franchise", "director", "writer", "cast", "people", "genre", "era", "circle", "community"}
)
SMALLEST_SAID = 0.05
"""A term that adds less than this is not put into words."""

_SAY = MappingProxyType(
    {"director": 1.5, "genre": 0.8, "circle": 0.5, "community": 0.6, "era": 0.4}
)
"""A name says more on a card than a genre, and either more than a year or other people."""

_SAID_OF_TITLES: Mapping[str, Callable[[Sequence[str]], str]] = MappingProxyType(
    {
        "franchise": reason_text.say_series,
        "circle": reason_text.say_circle,
        "community": reason_text.say_community,
    }
)

NAMES_SAID = (2, 3)
"""How many people, and how many genres, a reason names."""
MOST_SENTENCES = 3
"""What a film's own page says of why it is shown."""

_DIALS = frozenset({"gems", "newness"})

_SAID_OF_FILM: Mapping[str, Callable[[Model, int], str]] = MappingProxyType(
    {
        "votes": lambda model, row: reason_text.say_votes(int(model.votes[row])),
        "rating": lambda model, row: reason_text.say_rating(float(model.ratings[row])),
        "gems": lambda model, row: reason_text.say_dial_known(
            widely=bool(model.log_votes[row] >= 5)
        ),
        "newness": lambda model, row: reason_text.say_dial_year(int(model.years[row])),
    }
)

_EVERY_WORD = MappingProxyType(
    {
        "votes_level": "About as well known as the films you like",
        "rating_level": "About as highly rated as the films you like",
        "recency": "A recent film",
        "variety": "Moved up so that your list is varied",
    }
)


def build_picks(
    model: Model,
    taste: ProfileRows,
    scores: Scores,
    rows: Rows,
    *,
    moved_up: frozenset[int],
    brief: bool = False,
) -> list[Pick]:
    """Return the picks at these rows, in their order, with all their reasons.

    Parameters
    ----------
    rows
        In the order shown.
    moved_up
        Rows that stand higher than their score alone would put them.
    brief
        With nothing of their reasons but the sentence for a card, in a third of the time.
    """
    if not len(rows):
        return []
    if brief:
        return _build_brief(model, taste, scores, rows)
    evidence = Evidence.of(model, taste, rows, scores.parts)
    parts = {term: part[rows].tolist() for term, part in scores.parts.items()}
    columns = {term: _reasons(evidence, term, rows, parts[term]) for term in sorted(parts)}
    # Largest first; a stable order leaves terms that add as much in order of their names.
    sizes = np.abs([parts[term] for term in columns])
    order = np.argsort(-sizes, axis=0, kind="stable").T.tolist()
    by_name = list(columns.values())
    # The dial orders the list; it does not make the person like a film more.
    turned = [parts[term] for term in parts if term in _DIALS]
    personal = {term: _telling(scores, term, rows).tolist() for term in parts if term in PERSONAL}
    picks = []
    for place, row in enumerate(rows.tolist()):
        reasons = [by_name[number][place] for number in order[place]]
        if row in moved_up:
            reasons.append(Reason(term="variety", contribution=0.0, text=_EVERY_WORD["variety"]))
        score = sum([part[place] for part in parts.values()])
        told = {term: values[place] for term, values in personal.items()}
        because, whole = _because(evidence, row, [columns[term][place] for term in told], told)
        picks.append(
            Pick(
                tconst=model.tconst(row),
                score=score,
                match_percent=scores.calibration.percent(
                    score - sum([part[place] for part in turned])
                ),
                reasons=tuple(reasons),
                because=because or _general(model, row),
                whole=whole or (_general(model, row),),
            )
        )
    return picks


def _build_brief(model: Model, taste: ProfileRows, scores: Scores, rows: Rows) -> list[Pick]:
    personal = {term: part for term, part in scores.parts.items() if term in PERSONAL}
    evidence = Evidence.of(model, taste, rows, personal)
    telling = {term: _telling(scores, term, rows).tolist() for term in personal}
    adds = {term: part[rows].tolist() for term, part in scores.parts.items()}
    picks = []
    for place, row in enumerate(rows.tolist()):
        terms = [
            term
            for term in personal
            if adds[term][place] >= SMALLEST_SAID and evidence.behind(term, place)
        ]
        terms.sort(key=lambda term: (term == "franchise", telling[term][place], term), reverse=True)
        candidates = [_reason(evidence, term, place, row, adds[term][place]) for term in terms[:1]]
        if terms[:1] == ["writer"] and "director" in terms:
            candidates = [_reason(evidence, "director", place, row, adds["director"][place])]
        because = ""
        if candidates:
            because, _ = _say_best(evidence, row, candidates[0], lifted="genre" in terms)
        score = float(sum(part[place] for part in adds.values()))
        turned = sum(part[place] for term, part in adds.items() if term in _DIALS)
        picks.append(
            Pick(
                tconst=model.tconst(row),
                score=score,
                match_percent=scores.calibration.percent(score - turned),
                because=because or _general(model, row),
            )
        )
    return picks


def _telling(scores: Scores, term: str, rows: Rows) -> FloatArray:
    """Return how far each pick stands out from the catalogue in a term."""
    mean, spread = scores.spread(term)
    telling: FloatArray = (
        _SAY.get(term, 1.0) * (scores.parts[term][rows] - mean) / max(spread, 1e-9)
    )
    return telling


def _reasons(evidence: Evidence, term: str, rows: Rows, adds: Sequence[float]) -> list[Reason]:
    """Return what a term says of every pick, which it adds so much to."""
    if term in evidence.strength:
        return [
            _reason(evidence, term, place, row, add)
            for place, (row, add) in enumerate(zip(rows.tolist(), adds, strict=True))
        ]
    return [
        Reason(term, add, text=_general_text(evidence.model, term, row, add))
        for row, add in zip(rows.tolist(), adds, strict=True)
    ]


def _reason(evidence: Evidence, term: str, place: int, row: int, contribution: float) -> Reason:
    behind = evidence.behind(term, place)
    if not behind:
        return Reason(term, contribution)
    # Films of one kind, or of one year, have the same behind them, and as much of it.
    key = (term, evidence.kind_of(term, row))
    told = evidence.told.get(key)
    if told is None:
        shared, text = evidence.shared(term, row, behind[:2]), ""
        if abs(contribution) >= SMALLEST_SAID:
            text = _personal_text(evidence, term, row, behind, shared)
        told = evidence.told[key] = tuple([evidence.ids[like] for like in behind]), shared, text
    return Reason(term, contribution, *told)


def _personal_text(
    evidence: Evidence, term: str, row: int, behind: Sequence[int], shared: Sequence[str]
) -> str:
    model = evidence.model
    titles = [evidence.titles[like] for like in behind[: None if term == "franchise" else 2]]
    if term == "franchise" and model.titles[row] == titles[0]:
        return reason_text.say_namesake(titles[0])
    if term in _SAID_OF_TITLES:
        return _SAID_OF_TITLES[term](titles)
    if term == "era":
        return reason_text.say_years(int(model.years[row]), titles)
    if term in AGAINST:
        people = not set(shared) <= set(model.genre_names)
        return reason_text.say_held_back(titles[0], shared, hidden=term == "hidden", people=people)
    # Only likes are named that share every name that is said.
    names = NAMES_SAID[term == "genre"]
    titles = [evidence.titles[like] for like in evidence.sharing(term, row, behind, names)]
    if term == "genre":
        return reason_text.say_genres(shared, titles)
    return reason_text.say_shared_people(term, shared[:names], titles)


def _general_text(model: Model, term: str, row: int, contribution: float) -> str:
    if abs(contribution) < SMALLEST_SAID:
        return ""
    if term in _SAID_OF_FILM:
        return _SAID_OF_FILM[term](model, row)
    return _EVERY_WORD.get(term, "") if contribution > 0 else ""


def _because(
    evidence: Evidence, row: int, reasons: Sequence[Reason], telling: Mapping[str, float]
) -> tuple[str, tuple[str, ...]]:
    """Return the sentence of the most telling personal term for a card, and all there is to say."""
    candidates = [
        reason for reason in reasons if reason.text and reason.contribution > 0 and reason.liked
    ]
    if not candidates:
        return "", ()
    # A sequel is a sequel, whoever else it shares.
    candidates.sort(
        key=lambda reason: (reason.term == "franchise", telling[reason.term], reason.term),
        reverse=True,
    )
    best = candidates[0]
    # Who directed a film is known to more people than who wrote it.
    if best.term == "writer":
        best = next((reason for reason in candidates if reason.term == "director"), best)
    lifted = any(reason.term == "genre" for reason in candidates)
    card, kind = _say_best(evidence, row, best, lifted=lifted)
    uncut = f"{best.text}, {kind}" if kind else best.text
    return card, (uncut, *_others(best, candidates, kind=kind)[: MOST_SENTENCES - 1])


def _say_best(evidence: Evidence, row: int, best: Reason, *, lifted: bool) -> tuple[str, str]:
    """Return a reason as a card says it, and the kind of film that goes with it."""
    kind = _shared_kind(evidence, row, best, lifted=lifted)
    uncut = f"{best.text}, {kind}" if kind else best.text
    if len(uncut) <= reason_text.CARD_LENGTH:
        return uncut, kind
    titles = [evidence.titles[like] for like in _named(evidence, row, best)]
    return reason_text.shorten_for_card(uncut, [best.text, *_shorter(best, titles)]), kind


def _shared_kind(evidence: Evidence, row: int, best: Reason, *, lifted: bool) -> str:
    """Return ``crime dramas`` where the likes named for their people are of one kind, too.

    Nothing where genres did not lift the film: then they are no reason.
    """
    if best.term not in BY_PEOPLE or not lifted:
        return ""
    named = _named(evidence, row, best)
    first, *rest = (set(evidence.shared("genre", row, [like])) for like in named)
    shared = [genre for genre in evidence.model.genre_names if genre in first.intersection(*rest)]
    kind = reason_text.say_kind(shared) if shared else ""
    return f"both {kind}" if kind and len(named) == 1 else kind


def _named(evidence: Evidence, row: int, reason: Reason) -> list[int]:
    """Return the likes that a reason's sentence is true of, the strongest first."""
    behind = [evidence.rows_of[tconst] for tconst in reason.liked]
    if reason.term not in BY_PEOPLE:
        return behind
    return evidence.sharing(reason.term, row, behind, NAMES_SAID[0])


def _others(best: Reason, candidates: Sequence[Reason], *, kind: str) -> list[str]:
    """Return what else speaks for a film: nobody twice, and no kind that has been said."""
    said, texts = set(best.shared), []
    for reason in candidates:
        if reason is best or (kind and reason.term == "genre"):
            continue
        if reason.term in BY_PEOPLE and set(reason.shared) <= said:
            continue
        said |= set(reason.shared)
        texts.append(reason.text)
    return texts


def _shorter(reason: Reason, titles: Sequence[str]) -> list[str]:
    """Return the same reason in fewer words, longest first; each still true of these likes."""
    first = titles[0]
    if reason.term == "franchise":
        return [reason_text.say_series([first]), "The same series as a film you liked"]
    if reason.term == "genre":
        return [
            reason_text.say_genres(reason.shared, [first]),
            reason_text.say_genres(reason.shared[:2], []),
        ]
    if reason.term == "era":
        return ["From the years of a film you liked"]
    if reason.term == "circle":
        return [reason_text.say_circle([first]), "From a circle of film makers you like"]
    if reason.term == "community":
        return [reason_text.say_community([first]), "Liked by people who like the same films"]
    names = reason.shared[:1]
    return [
        reason_text.say_shared_people(reason.term, names, titles),
        reason_text.say_shared_people(reason.term, names, titles, most=1),
        reason_text.say_shared_people(reason.term, names, [first]),
        reason_text.say_made_like(reason.term, names, first),
        reason_text.say_shared_people(reason.term, names, []),
    ]


def _general(model: Model, row: int) -> str:
    rating, votes = float(model.ratings[row]), int(model.votes[row])
    return reason_text.say_trend(int(model.years[row]), rating, widely=votes >= 100_000)
