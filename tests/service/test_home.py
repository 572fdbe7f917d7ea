"""Home page: rows for a taste, the onboarding wall that follows likes, and rows to browse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.entities import Film, Profile
from recommender.service import Marquee, adapt_wall, build_browse_rows, build_home_rows
from recommender.service.home import find_favourite_director
from recommender.settings import load_settings

SPIRITED_AWAY = "tt0245429"
HEAT, COLLATERAL, GODFATHER = "tt0113277", "tt0369339", "tt0068646"
TASTE = Profile(
    likes=("tt0245429", "tt0119698", "tt0060196", "tt0064116", "tt0047396", "tt0052357")
)


@pytest.fixture(scope="module")
def marquee(data_dir: Path) -> Iterator[Marquee]:
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data_dir)}))
    yield opened
    opened.close()


def ids(films: list[Film]) -> list[str]:
    return [film.tconst for film in films]


def test_first_wall_spans_decades_and_genres(marquee: Marquee) -> None:
    wall = adapt_wall(marquee, [], Profile())
    assert len(set(ids(wall))) == 40
    assert len({film.start_year // 10 for film in wall}) >= 7
    assert len({film.genres[0] for film in wall}) >= 8


def test_a_like_keeps_the_films_around_it_and_changes_later_ones(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    picked = wall[5]
    adapted = ids(adapt_wall(marquee, wall, Profile(likes=(picked,))))
    assert adapted[:14] == wall[:14]
    assert adapted[14:] != wall[14:]
    assert len(set(adapted)) == len(adapted) == 40


def test_wall_offers_films_like_the_liked_one(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    adapted = adapt_wall(marquee, wall, Profile(likes=(SPIRITED_AWAY,)))
    assert sum("Hayao Miyazaki" in film.directors for film in adapted) >= 5


def test_liked_films_keep_their_position(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    adapted = ids(adapt_wall(marquee, wall, Profile(likes=(wall[2], wall[30]))))
    assert adapted[30] == wall[30]


def test_wall_never_offers_a_hidden_film(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    free = adapt_wall(marquee, wall, Profile(likes=(wall[0],)))
    hidden = ids(free)[12]
    again = ids(adapt_wall(marquee, wall, Profile(likes=(wall[0],), hidden=(hidden,))))
    assert hidden not in again


def test_browse_rows_hold_no_film_twice(marquee: Marquee) -> None:
    rows = build_browse_rows(marquee)
    shown = [pick.film.tconst for row in rows for pick in row.picks]
    assert len(rows) == 5
    assert len(shown) == len(set(shown))
    assert all(not row.matched for row in rows)


def test_a_favourite_director_needs_two_likes(marquee: Marquee) -> None:
    heat, thief, psycho = "tt0113277", "tt0083190", "tt0054215"
    assert find_favourite_director(marquee.films([heat, psycho])) is None
    assert find_favourite_director(marquee.films([psycho, heat, thief])) == "Michael Mann"


def test_known_recommendations_are_used_without_ranking_again(marquee: Marquee) -> None:
    wall = ids(adapt_wall(marquee, [], Profile()))
    best = [film.tconst for film in marquee.catalogue.search("kurosawa", limit=24).films]
    assert not set(best) & set(wall)
    adapted = ids(adapt_wall(marquee, wall, Profile(likes=(wall[0],)), best=best))
    assert adapted[9:39:2] == best[:15]


def test_home_rows_hold_no_film_twice_and_none_the_person_knows(marquee: Marquee) -> None:
    profile = Profile(likes=TASTE.likes, hidden=(GODFATHER,), seen=(HEAT,))
    rows = build_home_rows(marquee, profile, skip=frozenset({COLLATERAL}))
    shown = [pick.film.tconst for row in rows for pick in row.picks]
    assert [row.key for row in rows][:2] == ["for_you", "director"]
    assert rows[1].title == "More by Hayao Miyazaki"
    assert all("Hayao Miyazaki" in pick.film.directors for pick in rows[1].picks)
    assert len(rows) == 6
    assert len(shown) == len(set(shown))
    assert not set(shown) & {*profile.likes, GODFATHER, HEAT, COLLATERAL}
    assert build_home_rows(marquee, Profile(), skip=frozenset()) == []
