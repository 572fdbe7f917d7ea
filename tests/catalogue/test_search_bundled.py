"""Tests of typical queries on the bundled catalogue."""

from __future__ import annotations

import re

import pytest

from recommender.catalogue import Catalogue, Filters, Sort


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("star wars", "tt0076759"),
        ("heat 1995", "tt0113277"),
        ("heat (1995)", "tt0113277"),
        ("amelie", "tt0211915"),
        ("Amélie", "tt0211915"),
        ("AMELIE", "tt0211915"),
        ("god", "tt0068646"),
        ("the godf", "tt0068646"),
        ("1917", "tt8579674"),
        ("2001 a space odyssey", "tt0062622"),
        ("2001", "tt0062622"),
        ("blade runner 2049", "tt1856101"),
        ("dune 2021", "tt1160419"),
        ("king kong 1933", "tt0024216"),
        ("wall-e", "tt0910970"),
        ("wall e", "tt0910970"),
        ("walle", "tt0910970"),
        ("m*a*s*h", "tt0066026"),
        ("mash", "tt0066026"),
        ("se7en", "tt0114369"),
        ("seven", "tt0114369"),
        ("8½", "tt0056801"),
        ("8 1/2", "tt0056801"),
        ("alien 3", "tt0103644"),
        ("alien", "tt0078748"),
        ("aliens", "tt0090605"),
        ("spiderman", "tt0145487"),
        ("spider-man", "tt0145487"),
        ("lord of the rings", "tt0120737"),
        ("oceans eleven", "tt0240772"),
        ("ocean's eleven", "tt0240772"),
        ("oceans 11", "tt0240772"),
        ("godfather 2", "tt0071562"),
        ("rocky 4", "tt0089927"),
        ("e.t.", "tt0083866"),
        ("et", "tt0083866"),
        ("batman", "tt0096895"),
        ("it", "tt1396484"),
        ("up", "tt1049413"),
        ("nolan inception", "tt1375666"),
        ("inception nolan", "tt1375666"),
        ("tom hanks 1994", "tt0109830"),
        ("miyazaki", "tt0245429"),
        ("al pacino", "tt0068646"),
        ("shichinin no samurai", "tt0047478"),
        ("crouching tiger hidden dragon", "tt0190332"),
    ],
)
def test_query_ranks_the_expected_film_first(bundled: Catalogue, query: str, first: str) -> None:
    page = bundled.search(query, limit=3)
    assert [film.tconst for film in page.films][:1] == [first], [f.label for f in page.films]
    assert page.corrected_to is None


@pytest.mark.parametrize(
    ("query", "first", "meant"),
    [
        ("godfathr", "tt0068646", "godfather"),
        ("shawshenk", "tt0111161", "shawshank"),
        ("pulp ficton", "tt0110912", "pulp fiction"),
        ("plup fiction", "tt0110912", "pulp fiction"),
        ("tarrantino", "tt0110912", "tarantino"),
        ("lord of teh rings", "tt0120737", "lord of the rings"),
        ("inglorious bastards", "tt0361748", "inglourious basterds"),
        ("schwarzeneger", "tt0103064", "schwarzenegger"),
        ("forest gump", "tt0109830", "forrest gump"),
        ("starwars", "tt0076759", "star wars"),
        ("leonardo di caprio", "tt1375666", "leonardo dicaprio"),
        ("terminater 2", "tt0103064", "terminator 2"),
        ("intersteller", "tt0816692", "interstellar"),
        ("hitchock psycho", "tt0054215", "hitchcock psycho"),
        ("jurasic prak", "tt0107290", "jurassic park"),
        ("xodfather", "tt0068646", "godfather"),
        ("heat 1996", "tt0113277", "heat"),
    ],
)
def test_typing_errors_are_corrected_and_reported(
    bundled: Catalogue, query: str, first: str, meant: str
) -> None:
    page = bundled.search(query, limit=1)
    assert page.films[0].tconst == first, page.films[0].label
    assert page.corrected_to == meant


def test_complete_name_finds_only_films_with_that_name(bundled: Catalogue) -> None:
    page = bundled.search("nolan", limit=500)
    assert page.total == len(page.films) >= 20
    for film in page.films:
        said = [film.primary_title, film.original_title]
        said += [*film.directors, *film.writers, *film.cast]
        assert any(re.search(r"\bnolan\b", text, re.IGNORECASE) for text in said), film.label
    assert {film.directors for film in page.films[:5]} == {("Christopher Nolan",)}


def test_decade_and_genre_are_searchable(bundled: Catalogue) -> None:
    page = bundled.search("90s horror", limit=500)
    assert page.total >= 50
    for film in page.films:
        assert 1990 <= film.start_year <= 1999
    assert sum("Horror" in film.genres for film in page.films) >= page.total - 5


def test_year_lists_its_films_by_votes(bundled: Catalogue) -> None:
    page = bundled.search("1995", limit=40)
    assert page.films[0].start_year == 1995
    assert sum(film.start_year == 1995 for film in page.films) >= 38
    votes = [film.num_votes for film in page.films if film.start_year == 1995]
    assert votes == sorted(votes, reverse=True)


def test_rating_order_does_not_favour_few_votes(bundled: Catalogue) -> None:
    page = bundled.search("", sort=Sort.RATING, limit=20)
    assert page.films[0].tconst == "tt0111161"
    assert min(film.num_votes for film in page.films) > 100_000


def test_all_pages_join_to_the_whole_catalogue(bundled: Catalogue) -> None:
    filters = Filters(genres=("Western", "Film-Noir"), year_to=1960)
    total = bundled.search("", filters=filters).total
    seen = []
    for offset in range(0, total + 40, 40):
        page = bundled.search("", filters=filters, limit=40, offset=offset)
        assert page.total == total
        assert page.has_more == (offset + 40 < total)
        seen += [film.tconst for film in page.films]
    assert len(seen) == len(set(seen)) == total
