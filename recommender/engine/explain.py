"""Explanation: the likes behind each recommendation, what they share with it, and the reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows
from recommender.engine.reason_text import (
    NAMES_IN_A_REASON,
    VARIETY,
    ReasonFacts,
    describe_kind,
    describe_trend,
    shorten_for_card,
)
from recommender.engine.scoring import Scores
from recommender.engine.term_functions import people_index
from recommender.engine.terms import TERMS, WEAKEST_REASON, Term, find_term
from recommender.entities import Film, Reason, Recommendation

MOST_SENTENCES = 3
"""Sentences a film's own page shows."""
_WELL_KNOWN_VOTES = 100_000


def build_recommendations(
    model: Model,
    profile: ProfileRows,
    scores: Scores,
    rows: Rows,
    *,
    moved_up: frozenset[int],
    with_reasons: bool = True,
) -> list[Recommendation]:
    """Return the recommendations at these rows, in their order.

    Parameters
    ----------
    moved_up
        Rows that variety put above their score.
    with_reasons
        False leaves out the reasons of every term and keeps the card's sentence.
    """
    if not len(rows):
        return []
    used = [find_term(name) for name in scores.parts]
    needed = [term for term in used if with_reasons or term.is_positive_reason]
    evidence = Evidence.of(model, profile, rows, needed)
    parts = {term.name: scores.parts[term.name][rows].tolist() for term in used}
    standing_out = {
        term.name: _standing_out(scores, term, rows).tolist()
        for term in used
        if term.is_positive_reason
    }
    by_dial = [term.name for term in used if term.dial]
    found = []
    for place, row in enumerate(rows.tolist()):
        adds = {name: part[place] for name, part in parts.items()}
        telling = {
            name: (TERMS[name].prominence == np.inf, values[place], name)
            for name, values in standing_out.items()
            if adds[name] >= WEAKEST_REASON and evidence.behind(name, place)
        }
        ordered = sorted(telling, key=telling.__getitem__, reverse=True)
        because, sentences = _explain(evidence, place, ordered, adds, everything=with_reasons)
        reasons: list[Reason] = []
        if with_reasons:
            reasons = [evidence.reason(term, place, adds[term.name]) for term in used]
            reasons.sort(key=lambda reason: (-abs(reason.contribution), reason.term))
            if row in moved_up:
                reasons.append(Reason("variety", 0.0, text=VARIETY))
        score = sum(adds.values())
        liking = score - sum(adds[name] for name in by_dial)
        found.append(
            Recommendation(
                film=evidence.films[place],
                score=score,
                match_percent=scores.calibration.percent(liking),
                reasons=tuple(reasons),
                because=because,
                sentences=sentences,
            )
        )
    return found


def film_of(model: Model, row: int) -> Film:
    """Return the film at a row as the model knows it: without runtime and people."""
    title = model.titles[row]
    return Film(
        tconst=model.tconst(row),
        primary_title=title,
        original_title=title,
        start_year=int(model.years[row]),
        runtime_min=None,
        genres=model.genres_of(row),
        average_rating=float(model.ratings[row]),
        num_votes=int(model.votes[row]),
    )


def shared_names(model: Model, kind: str, row: int, other: int) -> tuple[str, ...]:
    """Return the ``"people"`` or ``"genres"`` two films share by name, the most telling first."""
    term = TERMS["people"] if kind == "people" else _GENRES
    return _Names(model).shared(term, row, [other])


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly each film of the profile is behind each recommendation.

    Attributes
    ----------
    strength : term -> ndarray of shape (n_rows, n_profile), 0 for a film that is no reason
    ids, titles : profile row -> tconst and title
    """

    model: Model
    rows: Sequence[int]
    films: Sequence[Film]
    strength: Mapping[str, FloatArray]
    ids: Mapping[int, str]
    titles: Mapping[int, str]
    names: _Names
    _behind: Mapping[str, list[list[int]]]

    @classmethod
    def of(
        cls, model: Model, profile: ProfileRows, rows: Rows, terms: Collection[Term]
    ) -> Evidence:
        """Return the evidence of these terms for the films at these rows."""
        strength: dict[str, FloatArray] = {}
        behind: dict[str, list[list[int]]] = {}
        for term in terms:
            films = profile.films_of(term.source)
            if term.likes is None or not len(films):
                continue
            found = term.likes(model, profile, rows, films)
            strength[term.name] = found
            ordered = films[np.argsort(-found, axis=1, kind="stable")].tolist()
            counts = (found > 0).sum(axis=1).tolist()
            behind[term.name] = [some[:end] for some, end in zip(ordered, counts, strict=True)]
        held = np.concatenate([profile.likes, profile.hidden, profile.less]).tolist()
        return cls(
            model=model,
            rows=rows.tolist(),
            films=[film_of(model, row) for row in rows.tolist()],
            strength=strength,
            ids={row: model.tconst(row) for row in held},
            titles={row: model.titles[row] for row in held},
            names=_Names(model),
            _behind=behind,
        )

    def behind(self, term: str, place: int) -> list[int]:
        """Return the profile's films behind a recommendation in a term, strongest first."""
        return self._behind[term][place] if term in self._behind else []

    def reason(self, term: Term, place: int, contribution: float) -> Reason:
        """Return the reason a term gives for the film at a place."""
        behind = self.behind(term.name, place)
        shared = self.names.shared(term, self.rows[place], behind)
        text = ""
        if abs(contribution) >= WEAKEST_REASON and (behind or term.likes is None):
            text = next(iter(self.phrases(term, place, contribution)), "")
        return Reason(term.name, contribution, tuple([self.ids[x] for x in behind]), shared, text)

    def phrases(self, term: Term, place: int, contribution: float) -> Iterable[str]:
        """Return a term's reason in words, from the full sentence to the shortest."""
        if term.reason is None:
            return ()
        film, behind = self.films[place], self.behind(term.name, place)
        shared = self.names.shared(term, self.rows[place], behind)
        return term.reason(
            ReasonFacts(
                title=film.primary_title,
                year=film.start_year,
                votes=film.num_votes,
                rating=film.average_rating,
                contribution=contribution,
                likes=[self.titles[like] for like in self.named(term, place)],
                shared=shared,
                shares_people=bool(shared) and shared[0] not in self.model.genre_names,
            )
        )

    def named(self, term: Term, place: int) -> list[int]:
        """Return the films behind a reason that share every name in its text."""
        behind = self.behind(term.name, place)
        if term.shares not in NAMES_IN_A_REASON or not behind:
            return behind
        return self.names.sharing(term, self.rows[place], behind)


@dataclass(frozen=True, slots=True)
class _Names:
    """People and genres that films share, by name."""

    model: Model
    _features: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)
    _shared: dict[tuple[str, int, tuple[int, ...]], tuple[str, ...]] = field(default_factory=dict)

    def shared(self, term: Term, row: int, others: Sequence[int]) -> tuple[str, ...]:
        """Return the names a film shares with the first two others, else with the first.

        People come in order of their weight in the film, genres in order of name.
        """
        if not others or not term.shares:
            return ()
        key = (term.name, row, tuple(others[:2]))
        if key not in self._shared:
            self._shared[key] = self._find_shared(term, row, others[:2])
        return self._shared[key]

    def _find_shared(self, term: Term, row: int, others: Sequence[int]) -> tuple[str, ...]:
        if term.shares == "either":
            first = others[:1]
            return self.shared(TERMS["people"], row, first) or self.shared(_GENRES, row, first)
        features = self._shared_features(term, row, others)
        if term.shares == "people":
            return tuple(self.model.names.take(features))
        return tuple(self.model.genre_names[feature] for feature in features)

    def sharing(self, term: Term, row: int, others: Sequence[int]) -> list[int]:
        """Return those of the others that share every name in the text of the first two."""
        said = set(self._shared_features(term, row, others[:2])[: NAMES_IN_A_REASON[term.shares]])
        return [other for other in others if said <= self._features_of(term, other)]

    def _shared_features(self, term: Term, row: int, others: Sequence[int]) -> list[int]:
        own = self._features_of(term, row)
        sets = [own & self._features_of(term, other) for other in others]
        chosen = frozenset.intersection(*sets) or sets[0]
        if term.shares == "people" and chosen:
            index = people_index(self.model, term.name)
            pairs = zip(
                index.features_of(row).tolist(), index.weights_of(row).tolist(), strict=True
            )
            weight = dict(pairs)
            return sorted(chosen, key=lambda feature: (-weight[feature], feature))
        return sorted(chosen)

    def _features_of(self, term: Term, row: int) -> frozenset[int]:
        key = (term.name, row)
        if key not in self._features:
            if term.shares == "people":
                features = people_index(self.model, term.name).features_of(row)
            else:
                sets, here = self.model.genre_sets, int(self.model.genre_set[row])
                features = sets.indices[sets.indptr[here] : sets.indptr[here + 1]]
            self._features[key] = frozenset(features.tolist())
        return self._features[key]


_GENRES = TERMS["genre"]


def _standing_out(scores: Scores, term: Term, rows: Rows) -> FloatArray:
    """Return how far each film stands out from the catalogue in a term."""
    mean, spread = scores.spread(term.name)
    factor = 1.0 if term.prominence == np.inf else term.prominence
    apart: FloatArray = factor * (scores.parts[term.name][rows] - mean) / max(spread, 1e-9)
    return apart


def _explain(
    evidence: Evidence,
    place: int,
    ordered: Sequence[str],
    adds: Mapping[str, float],
    *,
    everything: bool,
) -> tuple[str, tuple[str, ...]]:
    """Return the card's sentence and, if everything is wanted, those of the film's page.

    Parameters
    ----------
    ordered
        Terms that are reasons for the film, the one that stands out most first.
    """
    if not ordered:
        model, row = evidence.model, evidence.rows[place]
        text = describe_trend(
            int(model.years[row]),
            float(model.ratings[row]),
            widely=float(model.votes[row]) >= _WELL_KNOWN_VOTES,
        )
        return text, (text,) if everything else ()
    best = TERMS[ordered[0]]
    if best.yields_to in ordered:
        best = TERMS[best.yields_to]
    by_genre = any(TERMS[name].shares == "genres" for name in ordered)
    kind = _shared_kind(evidence, place, best) if by_genre and best.shares == "people" else ""
    phrases = list(evidence.phrases(best, place, adds[best.name]))
    full = f"{phrases[0]}, {kind}" if kind else phrases[0]
    card = shorten_for_card([full, *phrases])
    if not everything:
        return card, ()
    others = [name for name in ordered if name != best.name]
    return card, (full, *_other_sentences(evidence, place, best, others, adds, kind=kind))


def _shared_kind(evidence: Evidence, place: int, best: Term) -> str:
    """Return ``crime dramas`` where the film and the likes named share these genres, else ""."""
    row, named = evidence.rows[place], evidence.named(best, place)
    first, *rest = (set(evidence.names.shared(_GENRES, row, [like])) for like in named)
    shared = [genre for genre in evidence.model.genre_names if genre in first.intersection(*rest)]
    kind = describe_kind(shared) if shared else ""
    return f"both {kind}" if kind and len(named) == 1 else kind


def _other_sentences(
    evidence: Evidence,
    place: int,
    best: Term,
    others: Sequence[str],
    adds: Mapping[str, float],
    *,
    kind: str,
) -> list[str]:
    """Return further reasons that name no person, and no genre, a second time."""

    def share(term: Term) -> tuple[str, ...]:
        behind = evidence.behind(term.name, place)
        return evidence.names.shared(term, evidence.rows[place], behind)

    said, texts = set(share(best)), []
    for term in map(find_term, others):
        shared = share(term)
        if kind and term.shares == "genres":
            continue
        if term.shares == "people" and set(shared) <= said:
            continue
        said |= set(shared)
        texts += list(evidence.phrases(term, place, adds[term.name]))[:1]
    return texts[: MOST_SENTENCES - 1]
