"""TMDb's answers, by shape: the fields it sends, with made-up films in them."""

from __future__ import annotations

from typing import Any


def film_entry(number: int, **changes: Any) -> dict[str, Any]:
    """A film as the find call lists it."""
    return {
        "adult": False,
        "backdrop_path": f"/wide{number}.jpg",
        "id": number,
        "title": f"Picture {number}",
        "original_title": f"Picture {number}",
        "overview": f"A stranger called {number} comes to town, and nothing stays as it was.",
        "poster_path": f"/tall{number}.jpg",
        "media_type": "movie",
        "original_language": "en",
        "genre_ids": [18, 53],
        "popularity": 1.5,
        "release_date": "1984-10-26",
        "softcore": False,
        "video": False,
        "vote_average": 7.1,
        "vote_count": 1200,
    } | changes


def find_answer(*films: Any, **other: Any) -> dict[str, Any]:
    """An answer of the find call."""
    kinds = ("person_results", "tv_results", "tv_episode_results", "tv_season_results")
    return {"movie_results": list(films), **{kind: [] for kind in kinds}} | other


SERIES = find_answer(
    tv_results=[
        {
            "adult": False,
            "backdrop_path": "/wide-series.jpg",
            "id": 77,
            "name": "A Series",
            "original_name": "A Series",
            "overview": "Week after week.",
            "poster_path": "/tall-series.jpg",
            "media_type": "tv",
            "original_language": "en",
            "genre_ids": [18],
            "first_air_date": "2008-01-20",
            "softcore": False,
            "vote_average": 8.9,
            "vote_count": 900,
            "origin_country": ["US"],
        }
    ]
)
EPISODE = find_answer(
    tv_episode_results=[
        {
            "id": 78,
            "name": "The First One",
            "overview": "It begins.",
            "media_type": "tv_episode",
            "air_date": "2008-01-20",
            "episode_number": 1,
            "runtime": 59,
            "season_number": 1,
            "show_id": 77,
            "still_path": "/still.jpg",
            "vote_average": 8.0,
            "vote_count": 10,
        }
    ]
)
PERSON = find_answer(
    person_results=[
        {
            "adult": False,
            "id": 62,
            "name": "A person",
            "media_type": "person",
            "known_for_department": "Acting",
            "profile_path": "/face.jpg",
            "known_for": [film_entry(745)],
        }
    ]
)


def details_answer(number: int, **changes: Any) -> dict[str, Any]:
    """An answer of the details call with everything appended."""
    return {
        "id": number,
        "title": f"Picture {number}",
        "credits": {
            "cast": [{"id": 1, "name": "A. Player", "character": "Herself", "order": 0}],
            "crew": [
                {"id": 2, "name": "C. Composer", "job": "Original Music Composer"},
                {"id": 3, "name": "E. Editor", "job": "Editor"},
            ],
        },
        "videos": {
            "results": [
                {"site": "YouTube", "key": "teaser12345", "type": "Teaser", "official": True},
                {"site": "YouTube", "key": "fanmade1234", "type": "Trailer", "official": False},
                {"site": "YouTube", "key": "official123", "type": "Trailer", "official": True},
                {"site": "YouTube", "key": "clip1234567", "type": "Clip", "official": True},
            ]
        },
        "keywords": {"keywords": [{"id": 1, "name": "small town"}, {"id": 2, "name": "stranger"}]},
        "release_dates": {
            "results": [
                {"iso_3166_1": "DE", "release_dates": [{"certification": "12"}]},
                {
                    "iso_3166_1": "US",
                    "release_dates": [{"certification": ""}, {"certification": "PG-13"}],
                },
            ]
        },
        "watch/providers": {
            "results": {
                "US": {
                    "link": f"https://www.themoviedb.org/movie/{number}-x/watch?locale=US",
                    "flatrate": [{"provider_name": "Streamer", "provider_id": 8}],
                    "rent": [{"provider_name": "Lender"}, {"provider_name": "Streamer"}],
                    "buy": [{"provider_name": "Seller"}],
                },
                "DE": {"flatrate": [{"provider_name": "Strom"}]},
            }
        },
    } | changes
