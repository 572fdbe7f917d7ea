"""Parsing of valid, incomplete and hostile answers."""

from __future__ import annotations

import contextlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import TmdbUnavailable
from recommender.tmdb import Details, Offer
from recommender.tmdb.parsing import (
    clean_text,
    parse_details,
    parse_find,
)
from tests.tmdb.shapes import EPISODE, PERSON, SERIES, details_answer, film_entry, find_answer


def test_film_has_pictures_and_overview() -> None:
    found = parse_find(find_answer(film_entry(218)))
    assert found is not None
    assert found.tmdb_id == 218
    assert (found.poster_path, found.backdrop_path) == ("/tall218.jpg", "/wide218.jpg")
    assert found.overview is not None
    assert found.overview.startswith("A stranger called 218")


@pytest.mark.parametrize("answer", [SERIES, EPISODE, PERSON, find_answer()])
def test_series_episode_and_person_are_no_film(answer: Any) -> None:
    assert parse_find(answer) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"adult": True},
        {"softcore": True},
        {"adult": "false"},
        {"adult": None},
        {"media_type": "tv"},
    ],
)
def test_adult_film_is_no_film(changes: dict[str, Any]) -> None:
    assert parse_find(find_answer(film_entry(218, **changes))) is None


@pytest.mark.parametrize("number", ["218", True, -1, 10**30, None, 2.5])
def test_film_without_an_id_is_skipped_or_refused(number: object) -> None:
    with pytest.raises(TmdbUnavailable):
        parse_find(find_answer(film_entry(218, id=number)))
    assert parse_find(find_answer(film_entry(218, id=number), film_entry(3)))


def test_missing_pictures_and_overview_are_none() -> None:
    bare = film_entry(1, poster_path=None, backdrop_path=None, overview="")
    del bare["vote_count"]
    found = parse_find(find_answer(bare))
    assert found is not None
    assert (found.poster_path, found.backdrop_path, found.overview) == (None, None, None)


def test_film_with_poster_and_most_votes_wins() -> None:
    found = parse_find(
        find_answer(
            film_entry(1, poster_path=None, vote_count=9999),
            film_entry(2, vote_count=3),
            film_entry(3, vote_count=800),
            film_entry(4, vote_count=5000, adult=True),
        )
    )
    assert found is not None
    assert found.tmdb_id == 3


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/x.jpg",
        "/../../x.jpg",
        "/a b.jpg",
        "/x.svg",
        "x.jpg",
        "/x.jpg?y=1",
        "/x.jpg\n",
        "https://evil.example/x.jpg",
        "/x.jpg, https://evil.example/y.jpg 2x",
        7,
        ["/x.jpg"],
    ],
)
def test_picture_path_of_another_pattern_is_none(path: object) -> None:
    found = parse_find(find_answer(film_entry(1, poster_path=path, backdrop_path=path)))
    assert found is not None
    assert (found.poster_path, found.backdrop_path) == (None, None)


def test_hostile_text_is_cleaned() -> None:
    rtl = "\u202eright to left\u202c"
    words = f"<script>alert(1)</script> ![](http://x) M*A*S*H {rtl}"
    assert clean_text(words, 200) == words
    assert clean_text("a\x00b\ud800c\n\n d", 200) == "a b c d"
    assert clean_text("word " * 1000, 20) == "word word word word…"
    assert clean_text(" \n ", 20) is None


def test_details_of_the_region_are_parsed() -> None:
    details = parse_details(details_answer(5), region="US")
    assert details.trailer == "https://www.youtube.com/watch?v=official123"
    offers = [(provider.name, provider.offer) for provider in details.providers]
    assert offers == [("Streamer", Offer.STREAM), ("Lender", Offer.RENT), ("Seller", Offer.BUY)]
    assert details.watch_link == "https://www.themoviedb.org/movie/5-x/watch?locale=US"
    assert details.keywords == ("small town", "stranger")
    german = parse_details(details_answer(5), region="DE")
    assert ([p.name for p in german.providers], german.certificate) == (["Strom"], "12")
    assert parse_details(details_answer(5), region="FR").providers == ()


def test_details_without_anything_are_empty() -> None:
    assert parse_details({"id": 5}, region="US") == Details()


@pytest.mark.parametrize(
    "video",
    [
        {"site": "YouTube", "key": '"><script>', "type": "Trailer"},
        {"site": "Evil", "key": "official123", "type": "Trailer"},
        {"site": ["YouTube"], "key": "official123", "type": "Trailer"},
        {"site": "YouTube", "key": 12345678, "type": "Trailer"},
        {"site": "YouTube", "key": "official123", "type": "Featurette"},
    ],
)
def test_other_videos_are_no_trailer(video: dict[str, Any]) -> None:
    answer = details_answer(5, videos={"results": [video]})
    assert parse_details(answer, region="US").trailer is None


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://www.themoviedb.org.evil.example/movie/1", 5, None]
)
def test_watch_link_to_another_site_is_none(link: object) -> None:
    answer = details_answer(5)
    answer["watch/providers"]["results"]["US"]["link"] = link
    assert parse_details(answer, region="US").watch_link is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("movie_results", "id", "poster_path", "overview", "adult", "results"),
                    *("US", "videos", "watch/providers", "flatrate", "provider_name"),
                    "crew",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=60)
@given(json_values)
def test_any_json_is_parsed_or_refused(answer: Any) -> None:
    try:
        found = parse_find(answer)
        assert found is None or 0 < found.tmdb_id < 2**31
        if found is not None and found.overview is not None:
            json.dumps(found.overview).encode()
            assert not {"Cc", "Cs"} & {unicodedata.category(c) for c in found.overview}
    except TmdbUnavailable:
        pass
    with contextlib.suppress(TmdbUnavailable):
        parse_details(answer, region="US")


@settings(max_examples=30)
@given(st.lists(json_values, max_size=3))
def test_wrong_field_never_breaks_a_film(values: list[Any]) -> None:
    for name in film_entry(1).keys() - {"id"}:
        for value in values:
            found = parse_find(find_answer(film_entry(1, **{name: value})))
            assert found is None or found.tmdb_id == 1
