"""Getting to know somebody: a varied wall that follows what is picked, and rows to browse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.entities import Film, Profile
from recommender.service import Marquee, adapt_wall, build_browse_rows
from recommender.service.home import find_favourite_director
from recommender.settings import load_settings

SPIRITED_AWAY = "tt0245429"


@pytest.fixture(scope="module")
def marquee(data_dir: Path) -> Iterator[Marquee]:
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data_dir)}))
    yield opened
    opened.close()


def ids(films: list[Film]) -> list[str]:
    return [film.tconst for film in films]


def test_the_first_wall_spans_decades_and_genres(marquee: Marquee) -> None:
    wall = adapt_wall(marquee, [], Profile())
    assert len(set(ids(wall))) == 40
    assert len({film.start_year // 10 for film in wall}) >= 7
    assert len({film.genres[0] for film in wall}) >= 8


def test_a_pick_leaves_what_is_around_it_and_changes_what_follows(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    picked = wall[5]
    adapted = ids(adapt_wall(marquee, wall, Profile(likes=(picked,))))
    assert adapted[:14] == wall[:14]
    assert adapted[14:] != wall[14:]
    assert len(set(adapted)) == len(adapted) == 40


def test_the_wall_follows_the_taste(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    adapted = adapt_wall(marquee, wall, Profile(likes=(SPIRITED_AWAY,)))
    assert sum("Hayao Miyazaki" in film.directors for film in adapted) >= 5


def test_picks_further_down_stay_where_they_are(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    adapted = ids(adapt_wall(marquee, wall, Profile(likes=(wall[2], wall[30]))))
    assert adapted[30] == wall[30]


def test_the_wall_brings_nothing_hidden_or_seen(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    free = adapt_wall(marquee, wall, Profile(likes=(wall[0],)))
    hidden = ids(free)[12]
    again = ids(adapt_wall(marquee, wall, Profile(likes=(wall[0],), hidden=(hidden,))))
    assert hidden not in again


def test_browsing_rows_hold_no_film_twice(marquee: Marquee) -> None:
    rows = build_browse_rows(marquee)
    shown = [pick.film.tconst for row in rows for pick in row.picks]
    assert len(rows) == 5
    assert len(shown) == len(set(shown))
    assert all(not row.matched for row in rows)


def test_a_favourite_director_needs_two_likes(marquee: Marquee) -> None:
    heat, thief, psycho = "tt0113277", "tt0083190", "tt0054215"
    assert find_favourite_director(marquee.films([heat, psycho])) is None
    assert find_favourite_director(marquee.films([psycho, heat, thief])) == "Michael Mann"


def test_what_is_recommended_already_is_taken(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    best = [film.tconst for film in marquee.catalogue.search("kurosawa", limit=24).films]
    assert not set(best) & set(wall)
    adapted = ids(adapt_wall(marquee, wall, Profile(likes=(wall[0],)), best=best))
    assert adapted[9:39:2] == best[:15]
