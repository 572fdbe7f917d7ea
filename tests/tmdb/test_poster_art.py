"""Drawn posters: deterministic, readable, and free of text and links."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.entities import Film
from recommender.tmdb import draw_poster
from recommender.tmdb.poster_art import (
    GENRE_ART,
    MOTIFS,
    PALETTES,
    fit_title,
)


def film(
    *, tconst: str = "tt0113277", title: str = "Heat", genres: tuple[str, ...] = ("Crime",)
) -> Film:
    return Film(
        tconst=tconst,
        primary_title=title,
        original_title=title,
        start_year=1995,
        runtime_min=170,
        genres=genres,
        average_rating=8.3,
        num_votes=700_000,
    )


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_poster_depends_on_the_film_only() -> None:
    assert draw_poster(film()) == draw_poster(film())
    assert draw_poster(film()).svg != draw_poster(film(tconst="tt0068646")).svg


def test_title_has_contrast_in_every_palette() -> None:
    for palette in (p for group in PALETTES.values() for p in group):
        assert contrast(palette.ground, palette.ink) >= 4.5, palette


def test_every_genre_has_motifs_and_palettes() -> None:
    assert {name for _, names in GENRE_ART.values() for name in names} == MOTIFS.keys()
    assert {palettes for palettes, _ in GENRE_ART.values()} == PALETTES.keys()


@pytest.mark.parametrize("genre", [*GENRE_ART, "Unheard-of"])
def test_every_genre_draws_valid_svg_without_text_or_links(genre: str) -> None:
    for number in range(40):
        art = draw_poster(film(tconst=f"tt{number:07d}", genres=(genre,)))
        tags = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(art.svg).iter()}  # noqa: S314
        assert tags <= {"svg", "g", "rect", "circle", "ellipse", "polygon", "polyline", "path"}
        assert len(art.svg) < 8000
        assert "nan" not in art.svg


@given(st.text(max_size=80))
def test_svg_never_holds_the_title(title: str) -> None:
    hostile = film(title=title + "<script>alert(1)</script>")
    assert draw_poster(hostile).svg == draw_poster(film()).svg


@given(st.text(max_size=300))
def test_every_title_has_a_readable_size(title: str) -> None:
    assert 9.0 <= fit_title(title) <= 23.0


def test_short_title_is_larger_than_a_long_one() -> None:
    assert (
        fit_title("Heat") > fit_title("The Assassination of Jesse James") > fit_title("word " * 40)
    )
