from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recommender.cli.output import WIDTH, columns, count_of, film_details, film_lines, fit
from recommender.entities import Film


def film(title: str) -> Film:
    return Film(
        tconst="tt0000001",
        primary_title=title,
        original_title="Ano natsu",
        start_year=1999,
        runtime_min=None,
        genres=("Drama",),
        average_rating=7.25,
        num_votes=1_234_567,
        directors=("Ann",),
        cast=tuple(f"Actor Number {n}" for n in range(10)),
    )


def test_line_holds_title_year_rating_votes_and_id() -> None:
    (line,) = film_lines([film("Heat")])
    assert line.split() == ["1", "Heat", "(1999)", "7.2", "1.2M", "tt0000001"]


@given(st.text(max_size=200))
def test_any_title_fits_and_keeps_columns_aligned(title: str) -> None:
    (line,) = film_lines([film(title)])
    assert columns(line) == columns(film_lines([film("Heat")])[0]) <= WIDTH
    assert line.isprintable()
    assert all(columns(fact) <= WIDTH for fact in film_details(film(title)))


@given(st.text(), st.integers(1, 60))
def test_text_that_fits_is_unchanged(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert columns(fitted) <= width
    if columns(text) <= width and text.isprintable():
        assert fitted == text


def test_width_of_kanji_accents_and_control_characters() -> None:
    assert columns("千と千尋") == 8
    assert columns("e\u0301") == 1
    assert fit("千と千尋", 5) == "千と…"
    assert fit("a\x1b[31mb\n", 20) == "a [31mb "


def test_details_leave_out_missing_facts() -> None:
    lines = film_details(film("Summer"))
    assert lines[0] == "Summer (1999)  tt0000001"
    assert lines[1] == "Original title: Ano natsu"
    assert lines[2] == "1999 | Drama"
    assert not [line for line in lines if line.startswith("Written")]
    assert lines[-1].startswith(" ")  # second line of the cast


def test_counts_agree_with_their_noun() -> None:
    assert count_of(1, "film") == "1 film"
    assert count_of(0, "film") == "0 films"
    assert count_of(2_500, "person", "people") == "2,500 people"
