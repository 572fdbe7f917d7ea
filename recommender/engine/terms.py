"""Registry of scoring terms: one record per term, read by scoring, reasons, charts and training."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from recommender.engine import reason_text as text
from recommender.engine import term_functions as values
from recommender.engine.arrays import FloatArray
from recommender.engine.model import Model
from recommender.engine.profile import ProfileRows, Rows

TermFunction = Callable[[Model, ProfileRows], FloatArray]
"""Value of a term for every film of a model, shape (n_films,)."""
LikeStrength = Callable[[Model, ProfileRows, Rows, Rows], FloatArray]
"""Strength of each profile film (last argument) behind each film, shape (n_rows, n_profile)."""
Phrases = Callable[[text.ReasonFacts], Iterable[str]]
"""A reason in words, the full sentence first, then shorter forms for a card."""

WEAKEST_REASON = 0.05
"""A term that contributes less than this gets no text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TermWeight:
    """Weight of a term: it contributes ``weight * (value - centre) / scale`` to the score.

    ``centre`` and ``scale`` are the term's mean and standard deviation over the training rows.
    They are fixed, so a score means the same in a catalogue of any size.
    """

    weight: float
    centre: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One part of the score.

    Attributes
    ----------
    name
        Key of the term in weights, reasons and the API.
    label
        Short label for charts.
    group
        Bar of the "One score" chart; the label when empty.
    function
        Value for every film; None for a term that only baselines or re-ranking produce.
    default_weight
        Weight when ``weights.json`` does not name the term.
    learned
        Whether training fits the weight. Other weights are constants.
    dial
        Field of `Dials` that scales the weight from -1 to 1; empty for none.
    prescore
        ``"content"`` for a value from genres and years, ``"quality"`` for one from votes and
        ratings, ``"embedding"``: retrieval pre-scores films and cells with these terms.
    source
        The profile's films the term compares with.
    likes
        Strength of each of these films behind a candidate; None for an impersonal term.
    shares
        What a candidate shares with those films by name: people, genres, either, or nothing.
    reason
        Text of the reason; None for a term that is never put into words.
    reported_as
        Term whose reason and bar also hold this contribution; itself when empty.
    prominence
        Factor on how far a film stands out in this term, when the card's reason is chosen.
        Infinite for a term that is always named first.
    yields_to
        Term that is named instead when both are reasons.
    personal_factor, personal_bonus
        Product and sum that shift a learned weight towards personal terms (ADR 0011).
    """

    name: str
    label: str
    group: str = ""
    function: TermFunction | None = None
    default_weight: TermWeight = TermWeight(weight=0.0)
    learned: bool = True
    dial: str = ""
    prescore: Literal["", "content", "embedding", "quality"] = ""
    source: Literal["likes", "hidden", "less"] = "likes"
    likes: LikeStrength | None = None
    shares: Literal["", "people", "genres", "either"] = ""
    reason: Phrases | None = None
    reported_as: str = ""
    prominence: float = 1.0
    yields_to: str = ""
    personal_factor: float = 1.0
    personal_bonus: float = 0.0

    @property
    def is_positive_reason(self) -> bool:
        """Whether the term can say which likes recommend a film."""
        return self.likes is not None and self.source == "likes"


TERMS: dict[str, Term] = {}
"""Every term by name, in the order of scoring."""


def register(term: Term) -> None:
    """Add a term to the registry; scoring, reasons, charts and training use it from then on.

    Raises
    ------
    ValueError
        If the name is taken.
    """
    if term.name in TERMS:
        raise ValueError(f"There is already a term {term.name!r}.")
    TERMS[term.name] = term


def find_term(name: str) -> Term:
    """Return the term of this name; for an unknown name, one that is its own label."""
    return TERMS.get(name) or Term(name=name, label=name)


def learned_terms() -> dict[str, TermFunction]:
    """Return the functions of the terms whose weights are learned, by name."""
    return {
        name: term.function
        for name, term in TERMS.items()
        if term.learned and term.function is not None
    }


PEOPLE_BAR, GENRE_BAR, YEAR_BAR = "People and series", "Genres", "Years"
KNOWN_BAR, RATED_BAR, CO_LIKES_BAR = "How widely known", "How well rated", "People with your taste"

# fmt: off
for _term in (
    Term(name="franchise", label="Same series", group=PEOPLE_BAR, function=values.franchise,
         default_weight=TermWeight(weight=0.25, centre=0.0, scale=0.06),
         likes=values.franchise_likes, reason=text.series, prominence=float("inf"),
         personal_bonus=0.02),
    Term(name="director", label="Director", group=PEOPLE_BAR, function=values.director,
         default_weight=TermWeight(weight=0.15, centre=0.01, scale=0.09),
         likes=values.director_likes, shares="people", reason=text.people("directed by"),
         prominence=1.5, personal_factor=1.5, personal_bonus=0.02),
    Term(name="writer", label="Writer", group=PEOPLE_BAR, function=values.writer,
         default_weight=TermWeight(weight=0.08, centre=0.01, scale=0.08),
         likes=values.writer_likes, shares="people", reason=text.people("written by"),
         yields_to="director", personal_factor=1.5),
    Term(name="cast", label="Cast", group=PEOPLE_BAR, function=values.cast,
         default_weight=TermWeight(weight=0.12, centre=0.03, scale=0.07), likes=values.cast_likes,
         shares="people", reason=text.people("with"), personal_factor=1.5),
    Term(name="genre", label="Genres", group=GENRE_BAR, function=values.genre, prescore="content",
         default_weight=TermWeight(weight=0.40, centre=0.24, scale=0.14),
         likes=values.genre_likes, shares="genres", reason=text.genres, prominence=0.8,
         personal_factor=1.5),
    Term(name="genre_best", label="Genres", function=values.genre_best, prescore="content",
         reported_as="genre", default_weight=TermWeight(weight=0.20, centre=0.60, scale=0.22),
         personal_bonus=0.15),
    Term(name="year", label="Years", group=YEAR_BAR, function=values.year, prescore="content",
         default_weight=TermWeight(weight=0.45, centre=0.22, scale=0.17), likes=values.year_likes,
         reason=text.years, prominence=0.4),
    Term(name="people_factors", label="People who work together", group=PEOPLE_BAR,
         function=values.people_factors, likes=values.people_factors_likes,
         reason=text.people_factors, prominence=0.5, personal_bonus=0.1),
    Term(name="co_likes", label="People with your taste", group=CO_LIKES_BAR,
         function=values.co_likes, prescore="embedding", likes=values.co_likes_likes,
         reason=text.co_likes, prominence=0.6, personal_factor=2.0),
    Term(name="co_likes_best", label="People with your taste", function=values.co_likes_best,
         prescore="embedding",
         reported_as="co_likes", personal_bonus=0.3),
    Term(name="popularity", label="How widely known", group=KNOWN_BAR, function=values.popularity,
         prescore="quality", reason=text.popularity, personal_factor=0.75,
         default_weight=TermWeight(weight=0.60, centre=4.1, scale=0.65)),
    Term(name="popularity_high", label="How widely known", function=values.popularity_high,
         prescore="quality", default_weight=TermWeight(weight=0.20, centre=0.1, scale=0.23),
         reported_as="popularity", personal_factor=0.75),
    Term(name="rating", label="How well rated", group=RATED_BAR, function=values.rating,
         prescore="quality", default_weight=TermWeight(weight=0.25, centre=6.5, scale=0.75),
         reason=text.rating),
    Term(name="popularity_match", label="As well known as your likes", group=KNOWN_BAR,
         function=values.popularity_match, prescore="quality", reason=text.popularity_match,
         default_weight=TermWeight(weight=0.25, centre=-1.2, scale=0.65)),
    Term(name="rating_match", label="As highly rated as your likes", group=RATED_BAR,
         function=values.rating_match, prescore="quality", reason=text.rating_match,
         default_weight=TermWeight(weight=0.25, centre=-0.9, scale=0.6)),
    Term(name="recency", label="How recent", function=values.recency, prescore="content",
         learned=False, reason=text.recency),
    Term(name="hidden", label="Like what you hid", function=values.hidden, learned=False,
         default_weight=TermWeight(weight=-3.0), source="hidden", likes=values.similarity_likes,
         shares="either", reason=text.like_hidden),
    Term(name="less", label="Like what you asked less of", function=values.less, learned=False,
         default_weight=TermWeight(weight=-4.0), source="less", likes=values.similarity_likes,
         shares="either", reason=text.like_less),
    Term(name="gems", label="Your popular or hidden-gems dial", function=values.known_enough,
         prescore="quality", learned=False, dial="hidden_gems", reason=text.gems_dial,
         default_weight=TermWeight(weight=-1.6, centre=4.0)),
    Term(name="newness", label="Your older or newer dial", function=values.release_year,
         prescore="content", learned=False, dial="newness", reason=text.newness_dial,
         default_weight=TermWeight(weight=1.5, centre=1990.0, scale=10.0)),
    Term(name="people", label="People", group=PEOPLE_BAR, learned=False,
         likes=values.people_likes, shares="people", reason=text.people("made with")),
    Term(name="variety", label="Moved up for variety", learned=False),
):
    register(_term)
# fmt: on
