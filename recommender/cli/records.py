"""Films and recommendations as JSON, under the names IMDb's files use."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from recommender.entities import Film, Recommendation

Record = dict[str, Any]


def film_record(film: Film) -> Record:
    """Return a film as a JSON object."""
    return {
        "tconst": film.tconst,
        "primaryTitle": film.primary_title,
        "originalTitle": film.original_title,
        "startYear": film.start_year,
        "runtimeMinutes": film.runtime_min,
        "genres": list(film.genres),
        "averageRating": film.average_rating,
        "numVotes": film.num_votes,
        "directors": list(film.directors),
        "writers": list(film.writers),
        "cast": list(film.cast),
    }


def recommendation_record(recommendation: Recommendation) -> Record:
    """Return a recommendation as a JSON object: its film, then its score and its reasons."""
    return film_record(recommendation.film) | {
        "score": recommendation.score,
        "matchPercent": recommendation.match_percent,
        "because": recommendation.because,
        "reasons": [
            {
                "term": reason.term,
                "contribution": reason.contribution,
                "text": reason.text,
                "liked": list(reason.liked),
                "shared": list(reason.shared),
            }
            for reason in recommendation.reasons
        ],
    }


def echo_json(records: Iterable[Record]) -> None:
    """Write one JSON array to stdout."""
    click.echo(json.dumps(list(records), ensure_ascii=False, indent=2, allow_nan=False))
