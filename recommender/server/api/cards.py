"""Films of the catalogue as the API answers them, with what TMDb knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recommender.entities import Film, Reason, Recommendation
from recommender.server.api.answers import (
    FilmCard,
    RankedFilm,
    ReasonPart,
    RecommendedFilm,
    WholeFilm,
)
from recommender.service import Marquee
from recommender.tmdb import Enrichment


class Look(NamedTuple):
    """What is seen of a film: where its poster is, and what it is about."""

    poster_url: str | None = None
    overview: str | None = None


def find_looks(marquee: Marquee, tconsts: Sequence[str]) -> dict[str, Look]:
    """Return what is known of films by now, without asking anybody else.

    Parameters
    ----------
    marquee
        Whom to ask.
    tconsts
        Which films.
    """
    return _look(marquee.enrichment.find(tconsts))


def fetch_looks(marquee: Marquee, tconsts: Sequence[str]) -> dict[str, Look]:
    """Return what is known of films, after asking TMDb for the rest within a moment.

    Parameters
    ----------
    marquee
        Whom to ask.
    tconsts
        Which films.
    """
    wait_s = marquee.settings.tmdb_budget_s
    return _look(marquee.enrichment.fetch(tconsts, wait_s=wait_s))


def build_cards(marquee: Marquee, films: Iterable[Film]) -> list[FilmCard]:
    """Return films as in a list."""
    listed = list(films)
    looks = find_looks(marquee, [film.tconst for film in listed])
    return [FilmCard(**_card(film, looks)) for film in listed]


def build_whole(marquee: Marquee, film: Film) -> WholeFilm:
    """Return one film with who made it."""
    return WholeFilm(
        **_card(film, fetch_looks(marquee, [film.tconst])),
        original_title=film.original_title,
        directors=list(film.directors),
        writers=list(film.writers),
        cast=list(film.cast),
    )


def build_ranked(marquee: Marquee, picks: Sequence[Recommendation]) -> list[RankedFilm]:
    """Return films like another, with what they share."""
    looks = find_looks(marquee, [pick.film.tconst for pick in picks])
    return [RankedFilm(**_ranked(pick, looks)) for pick in picks]


def build_recommended(marquee: Marquee, picks: Sequence[Recommendation]) -> list[RecommendedFilm]:
    """Return films recommended to somebody, with their match."""
    looks = fetch_looks(marquee, [pick.film.tconst for pick in picks])
    return [
        RecommendedFilm(**_ranked(pick, looks), match_percent=pick.match_percent) for pick in picks
    ]


def _look(known: Mapping[str, Enrichment]) -> dict[str, Look]:
    return {
        tconst: Look(poster_url=enrichment.poster_url("w500"), overview=enrichment.overview)
        for tconst, enrichment in known.items()
    }


def _card(film: Film, looks: dict[str, Look]) -> dict[str, Any]:
    look = looks.get(film.tconst, Look())
    return {
        "tconst": film.tconst,
        "primary_title": film.primary_title,
        "start_year": film.start_year,
        "runtime_minutes": film.runtime_min,
        "genres": list(film.genres),
        "average_rating": film.average_rating,
        "num_votes": film.num_votes,
        "poster_url": look.poster_url,
        "overview": look.overview,
    }


def _ranked(pick: Recommendation, looks: dict[str, Look]) -> dict[str, Any]:
    return _card(pick.film, looks) | {
        "score": pick.score,
        "because": pick.because,
        "reasons": [_part(reason) for reason in pick.reasons],
    }


def _part(reason: Reason) -> ReasonPart:
    return ReasonPart(
        term=reason.term,
        contribution=reason.contribution,
        liked=list(reason.liked),
        shared=list(reason.shared),
        text=reason.text,
    )
