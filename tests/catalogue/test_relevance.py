"""Tests of relevance: bitmaps give the same page as scoring every film."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue import Catalogue, Filters, Sort, build_catalogue
from recommender.catalogue.rows import COLUMNS
from recommender.catalogue.search import index
from recommender.catalogue.search.tokens import (
    genre_words,
    name_words,
    sort_key,
    sort_key_without_article,
    title_words,
    tokenize,
    year_words,
)
from recommender.entities import Film

from .conftest import film

TITLES = ("Heat", "The Heat", "Heath", "Spider Man", "Spider-Man", "Cold", "Man on Heat", "Ma")
QUERIES = (
    *("h", "he", "heat", "heath", "ma", "man", "s", "spider", "spiderman", "spider-man", "col"),
    *("ann", "1991", "199", "1990s", "drama", "crime", "the"),
)
NAMES = ("Ann Heat", "Heath Cole", "Man Ray", "Ma Spi", "Cole Spider")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return forty films of few titles and names, from unknown to famous, some with equal votes."""
    folder = tmp_path_factory.mktemp("crowd")
    with (folder / "films.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for number in range(1, 41):
            facts = {
                "numVotes": str(int(2_000_000 / 1.5 ** (number // 2))),
                "startYear": str(1990 + number % 7),
                "averageRating": str(4 + number % 5),
                "runtimeMinutes": str(80 + number % 4) if number % 6 else "",
                "genres": ("Drama", "Crime", "Drama|Crime")[number % 3],
                "directors": NAMES[number % 5],
                "cast": "|".join(NAMES[(number * n) % 5] for n in (2, 3, 4, 6)),
            }
            row = film(number, TITLES[number * 7 % 8], **facts)
            writer.writerow(row | {"originalTitle": TITLES[number * 3 % 8]})
    with mock.patch.object(index, "_BLOCK", 6):
        build_catalogue(folder / "films.csv", folder / "catalogue.db")
    return Catalogue(folder / "catalogue.db")


class Words(NamedTuple):
    """The words of a film by the place they stand in."""

    title: set[str]
    leads: set[str]
    others: set[str]
    facts: set[str]

    @classmethod
    def of(cls, film: Film) -> Words:
        def named(names: Sequence[str]) -> set[str]:
            return {word for name in names for word in name_words(name)}

        return cls(
            set(title_words((film.primary_title, film.original_title))),
            named([*film.directors, *film.cast[:3]]),
            named([*film.writers, *film.cast[3:]]),
            {
                *year_words(film.start_year),
                *(w for genre in film.genres for w in genre_words(genre)),
            },
        )

    def whole(self, token: tuple[str, ...], fields: str) -> bool:
        there = set[str]().union(*(getattr(self, field) for field in fields.split()))
        return "".join(token) in there or (len(token) > 1 and set(token) <= there)

    def begun(self, token: tuple[str, ...], fields: str) -> bool:
        open_to = [p for p in fields.split() if p != "facts" or "".join(token).isdigit()]
        there = set[str]().union(*(getattr(self, field) for field in open_to))
        *before, last = token
        return (
            self.whole(token, fields)
            or any(word.startswith("".join(token)) for word in there)
            or (set(before) <= there and any(word.startswith(last) for word in there))
        )


def weigh_all(films: Sequence[Film], query: str) -> list[tuple[float, Film]]:
    """Return every film found with its relevance, as the ADR says it: film by film."""
    *finished, last = tokenize(query)
    all_places = "title leads others facts"
    words = [Words.of(film) for film in films]

    def every(of: Words, fields: str) -> bool:
        return all(of.whole(token, fields) for token in finished)

    named = any(every(of, all_places) and of.whole(last, "leads others") for of in words)
    is_whole = not finished if len("".join(last)) <= 2 else last[-1].isdigit() or named

    def found(of: Words, fields: str) -> bool:
        if not is_whole:
            return every(of, fields) and of.begun(last, fields)
        return every(of, fields) and (of.begun(last, "title") or of.whole(last, fields))

    said = [token for token in (*finished, last) if token != ("1991",)] or [*finished, last]
    title = " ".join(" ".join(token) for token in said)
    asked, bare = sort_key(title), sort_key_without_article(title)
    result = []
    for each, of in zip(films, words, strict=True):
        if not found(of, all_places):
            continue
        own, own_bare = sort_key(each.primary_title), sort_key_without_article(each.primary_title)
        begins = own.startswith(asked) or own_bare.startswith(asked)
        other = own_bare in {asked, bare} or sort_key(each.original_title) == asked
        whole = 20.0 if own == asked else 3.4 if other else 2.2 if begins else 0.0
        in_title = every(of, "title facts")
        stands = (
            2.2 if in_title and of.whole(last, "title facts")
            else 1.2 if in_title and of.begun(last, "title facts")
            else 0.7 if found(of, "title leads facts")
            else 0.0
        )  # fmt: skip
        result.append((math.log1p(each.num_votes) + whole + stands, each))
    return result


def passes(film: Film, filters: Filters) -> bool:
    minutes = film.runtime_min
    return (
        (not filters.genres or set(filters.genres) <= set(film.genres))
        and film.start_year >= (filters.year_from or 0)
        and film.average_rating >= (filters.min_rating or 0)
        and (filters.max_runtime_min is None or minutes is not None)
        and (minutes or 0) <= (filters.max_runtime_min or 1_000)
    )


FILTERS = (
    *(Filters(), Filters(genres=("Crime",)), Filters(year_from=1993), Filters(min_rating=6)),
    Filters(genres=("Crime", "Drama"), all_genres=True, max_runtime_min=82),
)
ORDERS: dict[Sort, Callable[[Film], float]] = {
    Sort.VOTES: lambda film: 0,
    Sort.YEAR: lambda film: -film.start_year,
}


@settings(max_examples=200)
@given(
    words=st.lists(st.sampled_from(QUERIES), min_size=1, max_size=2),
    filters=st.sampled_from(FILTERS),
    sort=st.sampled_from([Sort.RELEVANCE, Sort.RELEVANCE, Sort.VOTES, Sort.YEAR]),
    part=st.sampled_from([(1, 0), (3, 0), (3, 2), (40, 0), (40, 2), (40, 30)]),
)
def test_page_equals_the_ranking_of_every_film(
    crowd: Catalogue, words: list[str], filters: Filters, sort: Sort, part: tuple[int, int]
) -> None:
    query, (limit, offset) = " ".join(words), part
    films = crowd.search("", limit=40).films
    weighed = [pair for pair in weigh_all(films, query) if passes(pair[1], filters)]
    if sort is Sort.RELEVANCE:
        weighed.sort(key=lambda pair: -pair[0])
    else:
        weighed.sort(key=lambda pair: ORDERS[sort](pair[1]))
    page = crowd.search(query, filters=filters, sort=sort, limit=limit, offset=offset)
    if page.corrected_to is None:
        assert [f.tconst for f in page.films] == [
            film.tconst for _, film in weighed[offset : offset + limit]
        ]
        assert page.total == len(weighed)
    else:
        assert not weigh_all(films, query)


@settings(max_examples=40)
@given(
    query=st.sampled_from(["", *QUERIES]),
    limit=st.sampled_from([1, 5, 13]),
    filters=st.sampled_from(FILTERS),
)
def test_pages_by_rating_join_to_one_ordered_list(
    crowd: Catalogue, query: str, limit: int, filters: Filters
) -> None:
    whole = crowd.search(query, filters=filters, sort=Sort.RATING, limit=100).films
    together: list[Film] = []
    for offset in range(0, 40, limit):
        page = crowd.search(query, filters=filters, sort=Sort.RATING, limit=limit, offset=offset)
        together += page.films
    assert together == list(whole)
    assert {f.tconst for f in whole} == {
        f.tconst for f in crowd.search(query, filters=filters, limit=100).films
    }
    everything = [f.tconst for f in crowd.search("", sort=Sort.RATING, limit=100).films]
    assert [f.tconst for f in whole] == sorted((f.tconst for f in whole), key=everything.index)


def test_obscure_film_with_the_exact_title_ranks_first(
    open_world: Callable[..., Catalogue],
) -> None:
    famous = [film(n, f"Alien {n}", numVotes=str(900_000 - n)) for n in range(1, 9)]
    page = open_world(*famous, film(9, "Alien", numVotes="7")).search("alien", limit=2)
    assert [f.primary_title for f in page.films] == ["Alien", "Alien 1"]
