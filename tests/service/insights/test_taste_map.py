"""The taste map: true to the distances, the same every time, named after what films share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.manifold import smacof

from recommender.entities import Film, Profile
from recommender.service import LIKE, NEAR, PICK, Marquee, TasteMap, build_taste_map
from recommender.service.insights.map_clusters import HELD_BY, find_corners, list_traits
from recommender.service.insights.map_labels import place_words
from recommender.service.insights.map_layout import place_films, scale_classically
from recommender.service.insights.taste_map import measure_distances

TASTE = Profile(
    likes=("tt0245429", "tt0119698", "tt0060196", "tt0064116", "tt0047396", "tt0052357")
)


def film(number: int, genre: str, person: str, year: int) -> Film:
    return Film(
        tconst=f"tt{number:07}",
        primary_title=f"Film {number}",
        original_title=f"Film {number}",
        start_year=year,
        runtime_min=100,
        genres=(genre,),
        average_rating=7.0,
        num_votes=1000,
        directors=(person,),
    )


def names_of(film: Film) -> set[str]:
    return {name for _, name in list_traits(film)}


def distances_of(points: np.ndarray) -> np.ndarray:
    apart: np.ndarray = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=-1)
    return apart


def build(marquee: Marquee, profile: Profile = TASTE) -> TasteMap:
    picks = marquee.recommend(profile, top_n=24)
    return build_taste_map(marquee, marquee.films(profile.likes), picks)


def test_a_flat_world_is_drawn_as_it_is() -> None:
    square = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0], [0.0, 1.0], [1.0, 0.5]])
    places = place_films(distances_of(square))
    ends = np.argsort(places[:, 0]).tolist()
    assert {frozenset(ends[:2]), frozenset(ends[3:])} == {frozenset({0, 3}), frozenset({1, 2})}
    assert ends[2] == 4
    assert places.min(axis=0).tolist() == [0.0, 0.0]
    assert places.max(axis=0).tolist() == [1.0, 1.0]


def test_it_settles_where_scikit_learn_does() -> None:
    chance = np.random.default_rng(3)
    distances = distances_of(chance.normal(size=(30, 6)))
    ours = place_films(distances)
    theirs, _ = smacof(
        distances,
        init=scale_classically(distances),
        n_init=1,
        max_iter=200,
        eps=1e-6,
        normalized_stress=False,
    )
    # Ours is turned and stretched afterwards; who is near whom stays.
    shape = np.linalg.lstsq(np.column_stack([theirs, np.ones(30)]), ours, rcond=None)[0]
    assert np.abs(np.column_stack([theirs, np.ones(30)]) @ shape - ours).max() < 0.02


@given(st.integers(1, 12), st.integers(0, 99))
def test_any_distances_make_a_map_within_its_frame(count: int, seed: int) -> None:
    half = np.random.default_rng(seed).random((count, count)).round(1)
    distances = (half + half.T) / 2.0
    np.fill_diagonal(distances, 0.0)
    places = place_films(distances)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_films_that_are_all_alike_make_a_map() -> None:
    assert np.isfinite(place_films(np.zeros((5, 5)))).all()


def test_corners_are_named_after_what_their_films_share() -> None:
    westerns = [film(n, "Western", f"Director {n}", 1950 + 7 * n) for n in range(5)]
    anns = [film(n, f"Genre {n}", "Ann", 1955 + 7 * n) for n in range(5, 10)]
    places = np.array([[0.1 * n, 0.0] for n in range(5)] + [[9 + 0.1 * n, 1] for n in range(5)])
    corners = find_corners([*westerns, *anns], places)
    assert {(corner.name, corner.films, corner.held_by) for corner in corners} == {
        ("Western", (0, 1, 2, 3, 4), 5),
        ("Ann", (5, 6, 7, 8, 9), 5),
    }


def test_films_that_share_nothing_make_a_corner_without_a_name() -> None:
    strangers = [film(n, f"Genre {n}", f"Director {n}", 1900 + 10 * n) for n in range(7)]
    corners = find_corners(strangers, np.random.default_rng(0).random((7, 2)))
    assert {corner.name for corner in corners} == {""}
    assert sorted(place for corner in corners for place in corner.films) == list(range(7))


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz")), min_size=1, max_size=25))
def test_a_name_is_held_by_most_of_its_corner(kinds: list[tuple[str, str]]) -> None:
    films = [film(n, genre, person, 1950) for n, (genre, person) in enumerate(kinds)]
    places = np.random.default_rng(1).random((len(films), 2))
    corners = find_corners(films, places)
    assert sorted(n for corner in corners for n in corner.films) == list(range(len(films)))
    named = [corner for corner in corners if corner.name]
    assert len({corner.name for corner in named}) == len(named)
    for corner in named:
        holders = sum(corner.name in names_of(films[n]) for n in corner.films)
        assert holders == corner.held_by >= HELD_BY * len(corner.films)


def test_no_title_lies_on_another(marquee: Marquee) -> None:
    films = build(marquee).films
    placed = films[films["wide"] != ""]
    assert len(placed) >= 12
    assert set(placed["role"]) <= {LIKE, PICK}
    crowd = films.head(6).assign(role=LIKE, x=0.5, y=0.5)
    corners = pd.DataFrame({"corner": [], "members": []})
    crowded, _ = place_words(crowd, corners, first=(LIKE, PICK))
    assert (crowded["wide"] != "").sum() == 0


def test_the_map_is_the_same_however_likes_and_picks_are_ordered(marquee: Marquee) -> None:
    likes, picks = marquee.films(TASTE.likes), marquee.recommend(TASTE, top_n=24)
    once = build_taste_map(marquee, likes, picks)
    again = build_taste_map(marquee, likes[::-1], picks[::-1])
    pd.testing.assert_frame_equal(once.films, again.films)
    pd.testing.assert_frame_equal(once.corners, again.corners)
    pd.testing.assert_frame_equal(once.outlines, again.outlines)


def test_the_map_shows_likes_picks_and_neighbours_and_names_what_is_there(
    marquee: Marquee,
) -> None:
    drawn = build(marquee)
    roles = drawn.films.set_index("tconst")["role"]
    assert set(roles[roles == LIKE].index) == set(TASTE.likes)
    assert (roles == PICK).sum() == 24
    assert (roles == NEAR).sum() >= 10
    # Three tastes, so three kinds of corner; who or what names each is up to its films.
    named = set(drawn.corners["corner"])
    for names in ({"Hayao Miyazaki", "Animation"}, {"Sergio Leone", "Western", "Clint Eastwood"},
                  {"Alfred Hitchcock", "James Stewart", "Mystery"}):  # fmt: skip
        assert names & named
    for corner in drawn.corners.to_dict("records"):
        films = marquee.films(corner["tconsts"])
        held = sum(corner["corner"] in names_of(film) for film in films)
        assert corner["says"] == f"{held} of {len(films)} films"


def test_near_on_the_map_is_near_in_the_model(marquee: Marquee) -> None:
    films = build(marquee).films
    places = films[["x", "y"]].to_numpy()
    real = measure_distances(marquee.model, marquee.model.rows_of(films["tconst"]))
    pairs = np.triu_indices(len(films), 1)
    assert np.corrcoef(distances_of(places)[pairs], real[pairs])[0, 1] > 0.5
    assert real.diagonal().max() == 0.0


@pytest.mark.parametrize("likes", [("tt0113277",), ("tt0113277", "tt0369339")])
def test_one_like_is_enough_for_a_map(marquee: Marquee, likes: tuple[str, ...]) -> None:
    assert len(build(marquee, Profile(likes=likes)).films) > 30
