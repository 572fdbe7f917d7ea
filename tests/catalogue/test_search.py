"""Tests of search in tiny catalogues, and with arbitrary text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender.catalogue import Catalogue, Filters, Sort

from .conftest import film

OpenWorld = Callable[..., Catalogue]


def found(catalogue: Catalogue, query: str, **options: object) -> list[str]:
    page = catalogue.search(query, **options)  # type: ignore[arg-type]
    return [f.primary_title for f in page.films]


def test_exact_title_ranks_before_a_popular_prefix(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "Aliens", numVotes="900000"),
        film(2, "Alien", numVotes="300"),
        film(3, "My Favorite Alien", numVotes="500"),
    )
    assert found(catalogue, "alien") == ["Alien", "Aliens", "My Favorite Alien"]


def test_votes_rank_equal_matches(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "Titanic", startYear="1953", numVotes="8000"),
        film(2, "Titanic", startYear="1997", numVotes="1300000"),
    )
    assert [f.start_year for f in catalogue.search("titanic").films] == [1997, 1953]
    assert [f.start_year for f in catalogue.search("titanic 1953").films] == [1953]


def test_complete_name_is_not_a_prefix_of_another(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "Dreams", directors="Christopher Nolan"),
        film(2, "Waves", directors="Marie Nolane"),
        film(3, "The Nolanites"),
    )
    assert found(catalogue, "nola") == ["The Nolanites", "Dreams", "Waves"]
    assert found(catalogue, "nolan") == ["The Nolanites", "Dreams"]
    assert found(catalogue, "nolane") == ["Waves"]


def test_only_the_last_word_may_be_a_prefix(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "The Godfather", directors="Francis Ford Coppola"))
    for query in ("g", "god", "the godf", "godfather copp", "francis f"):
        assert found(catalogue, query) == ["The Godfather"], query
    assert found(catalogue, "god the") == []


def test_lead_ranks_before_a_tenth_billing(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "Small Part", cast="A|B|C|D|Al Pacino", numVotes="120000"),
        film(2, "Big Part", cast="Al Pacino|A|B", numVotes="100000"),
    )
    assert found(catalogue, "al pacino") == ["Big Part", "Small Part"]


def test_title_person_and_year_combine_in_a_query(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "Heat", startYear="1995", directors="Michael Mann"),
        film(2, "Heat", startYear="1986", directors="Dick Richards"),
        film(3, "The Insider", startYear="1999", directors="Michael Mann"),
    )
    for query in ("heat mann", "mann heat", "heat 1995", "1995 heat", "heat (1995)", "90s heat"):
        page = catalogue.search(query)
        assert [f.tconst for f in page.films] == ["tt0000001"], query


def test_number_matches_titles_and_years(open_world: OpenWorld) -> None:
    catalogue = open_world(
        film(1, "1984", startYear="1956", numVotes="100"),
        film(2, "Amadeus", startYear="1984", numVotes="400000"),
        film(3, "Wonder Woman 1984", startYear="2020", numVotes="300000"),
        film(4, "Wonder Woman", startYear="2017", numVotes="600000"),
    )
    assert found(catalogue, "1984")[0] == "1984"
    assert set(found(catalogue, "1984")) == {"1984", "Amadeus", "Wonder Woman 1984"}
    assert found(catalogue, "wonder woman 1984") == ["Wonder Woman 1984"]
    assert found(catalogue, "wonder woman 2017") == ["Wonder Woman"]


def test_original_title_finds_a_film(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Amélie", originalTitle="Le fabuleux destin d'Amélie Poulain"))
    for query in ("amelie", "le fabuleux destin", "d'amelie", "damelie poulain"):
        assert found(catalogue, query) == ["Amélie"], query


def test_query_with_results_is_not_corrected(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Head", numVotes="10"), film(2, "Heat", numVotes="900000"))
    page = catalogue.search("head")
    assert ([f.primary_title for f in page.films], page.corrected_to) == (["Head"], None)
    page = catalogue.search("heaz")
    assert (page.films[0].primary_title, page.corrected_to) == ("Heat", "heat")


def test_filters_do_not_start_a_correction(open_world: OpenWorld) -> None:
    catalogue = open_world(film(1, "Heat", startYear="1995"), film(2, "Meat", startYear="1976"))
    page = catalogue.search("heat", filters=Filters(year_to=1980))
    assert (page.total, page.corrected_to) == (0, None)


@pytest.mark.parametrize(
    "query", ["gdofather", "godfater", "godfathher", "godgather", "god father"]
)
def test_one_edit_of_each_kind_is_corrected(open_world: OpenWorld, query: str) -> None:
    catalogue = open_world(film(1, "The Godfather"))
    page = catalogue.search(query)
    assert [f.primary_title for f in page.films] == ["The Godfather"]
    assert page.corrected_to == "godfather"


@pytest.mark.parametrize("query", ["xy", "qzxw", "1234", "helicopter xylophone"])
def test_query_far_from_every_word_finds_nothing(open_world: OpenWorld, query: str) -> None:
    page = open_world(film(1, "The Godfather")).search(query)
    assert (page.films, page.total, page.corrected_to) == ((), 0, None)


@pytest.fixture
def shelf(open_world: OpenWorld) -> Catalogue:
    return open_world(
        film(1, "Duel", genres="Action|Thriller", startYear="1971", runtimeMinutes="90"),
        film(2, "Heat", genres="Action|Crime", startYear="1995", runtimeMinutes="170"),
        film(3, "Her", genres="Romance|Drama", startYear="2013", runtimeMinutes=""),
        film(4, "Hot", genres="Comedy", startYear="2013", averageRating="9.5", numVotes="50"),
    )


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (Filters(), ["Duel", "Heat", "Her", "Hot"]),
        (Filters(genres=("Crime", "Comedy")), ["Heat", "Hot"]),
        (Filters(genres=("Action", "Crime"), all_genres=True), ["Heat"]),
        (Filters(genres=("Action", "Comedy"), all_genres=True), []),
        (Filters(genres=("No Such Genre", "\ud800")), []),
        (Filters(year_from=1995), ["Heat", "Her", "Hot"]),
        (Filters(year_from=1995, year_to=1995), ["Heat"]),
        (Filters(year_from=10**400), []),
        (Filters(year_from=-(10**30), year_to=10**30), ["Duel", "Heat", "Her", "Hot"]),
        (Filters(min_rating=9), ["Hot"]),
        (Filters(min_rating=float("nan")), []),
        (Filters(min_runtime_min=100), ["Heat", "Hot"]),
        (Filters(max_runtime_min=100), ["Duel", "Hot"]),
    ],
)
def test_filters_apply_with_and_without_a_query(
    shelf: Catalogue, filters: Filters, titles: list[str]
) -> None:
    assert found(shelf, "", filters=filters) == titles
    with_h = [title for title in titles if title.startswith("H")]
    assert sorted(found(shelf, "h", filters=filters)) == sorted(with_h)
    assert hash(filters) == hash(Filters(**{f: getattr(filters, f) for f in filters.__slots__}))


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        (Sort.RELEVANCE, ["Duel", "Heat", "Her", "Hot"]),
        (Sort.VOTES, ["Duel", "Heat", "Her", "Hot"]),
        (Sort.YEAR, ["Her", "Hot", "Heat", "Duel"]),
    ],
)
def test_films_are_sorted_as_requested(shelf: Catalogue, sort: Sort, titles: list[str]) -> None:
    assert found(shelf, "", sort=sort) == titles
    assert found(shelf, "h", sort=Sort.VOTES) == ["Heat", "Her", "Hot"]


def test_rating_of_few_votes_ranks_low(open_world: OpenWorld) -> None:
    # By hand: the mean is 8.0; with a prior of 25,000 votes,
    # Loved (9.0 x 75,000 + 8.0 x 25,000) / 100,000 = 8.75 and
    # Few (10.0 x 1,000 + 8.0 x 25,000) / 26,000 = 8.08.
    catalogue = open_world(
        film(1, "Loved", averageRating="9.0", numVotes="75000"),
        film(2, "Few", averageRating="10.0", numVotes="1000"),
        film(3, "Plain", averageRating="7.0", numVotes="77000"),
    )
    assert found(catalogue, "", sort=Sort.RATING) == ["Loved", "Few", "Plain"]


def test_pages_join_and_the_total_is_right(open_world: OpenWorld) -> None:
    catalogue = open_world(*(film(n, f"Star {n}") for n in range(1, 24)))
    pages = [catalogue.search("star", limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page.films) for page in pages] == [10, 10, 3, 0]
    assert [page.total for page in pages] == [23] * 4
    assert [page.has_more for page in pages] == [True, True, False, False]
    assert len({f.tconst for page in pages for f in page.films}) == 23


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-5, -5), (10**30, 10**30)])
def test_any_limit_and_offset_give_a_page(shelf: Catalogue, limit: int, offset: int) -> None:
    page = shelf.search("h", limit=limit, offset=offset)
    assert page.films == ()
    assert page.total == 3


HOSTILE = [
    "a" * 10_000,
    "the " * 2_500,
    "🎬" * 10_000,
    "\0",
    "heat\0",
    "\ud800\udfff",
    '"',
    '""heat""',
    "title:heat",
    "heat OR NOT AND NEAR(a b)",
    "heat*",
    "^heat",
    "{title}: heat",
    "-heat",
    "'; DROP TABLE films; --",
    "%_[]",
    "ヒート",
    "العربية",
    "\u202eheat",
    "ﬁlm",
    "\N{MATHEMATICAL BOLD CAPITAL H}eat",
    "½³²",
    "Ⅷ",
    "ÿ" * 300,
    "🯀🯁",
    "\U0001e900\U0001e922",
    "\u0301" * 50,
    "a\u0301" * 100,
    "1" * 300,
    "heat " + "9" * 4,
    "- - -",
    "'''",
    "&&&",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_raises_no_error(bundled: Catalogue, query: str) -> None:
    page = bundled.search(query)
    assert len(page.films) == min(page.total, 40)


@settings(max_examples=300)
@given(
    query=st.one_of(
        st.text(st.characters(), max_size=80),
        st.text("abehlnorst 0159\"*:^()-{}+'.&", max_size=40),
        st.lists(st.sampled_from(["heat", "1995", "the", "NOT", "90s", "é", "x"])).map(" ".join),
    ),
    sort=st.sampled_from(Sort),
    filters=st.builds(
        Filters,
        genres=st.lists(st.sampled_from(["Drama", "Crime", "\ud800", "'"])).map(tuple),
        all_genres=st.booleans(),
        year_from=st.none() | st.integers(),
        min_rating=st.none() | st.floats(),
        max_runtime_min=st.none() | st.integers(),
    ),
    limit=st.integers(-1, 60),
    offset=st.integers(-1, 10_000),
)
@example(query="\ud800", sort=Sort.RELEVANCE, filters=Filters(), limit=5, offset=0)
def test_any_query_raises_no_error(
    bundled: Catalogue, *, query: str, sort: Sort, filters: Filters, limit: int, offset: int
) -> None:
    page = bundled.search(query, filters=filters, sort=sort, limit=limit, offset=offset)
    assert len(page.films) == max(0, min(limit, page.total - max(0, offset)))
    for found_film in page.films:
        assert filters.year_from is None or found_film.start_year >= filters.year_from


@settings(max_examples=60)
@given(data=st.data())
def test_every_film_is_found_by_its_own_title_and_year(
    bundled: Catalogue, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, bundled.count_films() - 1))
    [wanted] = bundled.search("", limit=1, offset=number).films
    page = bundled.search(wanted.label, limit=10)
    assert wanted in page.films, (wanted.label, [f.label for f in page.films])
    assert page.corrected_to is None
