"""Taste map: layout, clusters, labels and the tables built from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.manifold import smacof

from recommender.entities import Film, Profile
from recommender.service import LIKE, NEAR, PICK, Marquee, TasteMap, build_taste_map
from recommender.service.insights.map_clusters import MIN_SHARE, find_clusters, list_traits
from recommender.service.insights.map_labels import place_labels
from recommender.service.insights.taste_map import (
    measure_distances,
    place_films,
    scale_classically,
)

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


def test_positions_in_a_plane_are_recovered() -> None:
    square = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0], [0.0, 1.0], [1.0, 0.5]])
    places = place_films(distances_of(square))
    ends = np.argsort(places[:, 0]).tolist()
    assert {frozenset(ends[:2]), frozenset(ends[3:])} == {frozenset({0, 3}), frozenset({1, 2})}
    assert ends[2] == 4
    assert places.min(axis=0).tolist() == [0.0, 0.0]
    assert places.max(axis=0).tolist() == [1.0, 1.0]


def test_layout_agrees_with_scikit_learn() -> None:
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
    # The layout is rotated and scaled afterwards, so only a linear map may lie between.
    shape = np.linalg.lstsq(np.column_stack([theirs, np.ones(30)]), ours, rcond=None)[0]
    assert np.abs(np.column_stack([theirs, np.ones(30)]) @ shape - ours).max() < 0.02


@given(st.integers(1, 12), st.integers(0, 99))
def test_any_distances_give_positions_between_zero_and_one(count: int, seed: int) -> None:
    half = np.random.default_rng(seed).random((count, count)).round(1)
    distances = (half + half.T) / 2.0
    np.fill_diagonal(distances, 0.0)
    places = place_films(distances)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_equal_films_give_finite_positions() -> None:
    assert np.isfinite(place_films(np.zeros((5, 5)))).all()


def test_clusters_are_labelled_by_a_shared_trait() -> None:
    westerns = [film(n, "Western", f"Director {n}", 1950 + 7 * n) for n in range(5)]
    anns = [film(n, f"Genre {n}", "Ann", 1955 + 7 * n) for n in range(5, 10)]
    places = np.array([[0.1 * n, 0.0] for n in range(5)] + [[9 + 0.1 * n, 1] for n in range(5)])
    corners = find_clusters([*westerns, *anns], places)
    assert {(corner.name, corner.films, corner.holders) for corner in corners} == {
        ("Western", (0, 1, 2, 3, 4), 5),
        ("Ann", (5, 6, 7, 8, 9), 5),
    }


def test_films_without_a_shared_trait_have_no_label() -> None:
    unrelated = [film(n, f"Genre {n}", f"Director {n}", 1900 + 10 * n) for n in range(7)]
    corners = find_clusters(unrelated, np.random.default_rng(0).random((7, 2)))
    assert {corner.name for corner in corners} == {""}
    assert sorted(place for corner in corners for place in corner.films) == list(range(7))


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz")), min_size=1, max_size=25))
def test_most_films_of_a_cluster_have_the_trait_of_its_label(kinds: list[tuple[str, str]]) -> None:
    films = [film(n, genre, person, 1950) for n, (genre, person) in enumerate(kinds)]
    places = np.random.default_rng(1).random((len(films), 2))
    corners = find_clusters(films, places)
    assert sorted(n for corner in corners for n in corner.films) == list(range(len(films)))
    named = [corner for corner in corners if corner.name]
    assert len({corner.name for corner in named}) == len(named)
    for corner in named:
        holders = sum(corner.name in names_of(films[n]) for n in corner.films)
        assert holders == corner.holders >= MIN_SHARE * len(corner.films)


def test_titles_do_not_overlap(marquee: Marquee) -> None:
    films = build(marquee).films
    placed = films[films["wide"] != ""]
    assert len(placed) >= 12
    assert set(placed["role"]) <= {LIKE, PICK}
    crowd = films.head(6).assign(role=LIKE, x=0.5, y=0.5)
    corners = pd.DataFrame({"corner": [], "members": []})
    crowded, _ = place_labels(crowd, corners, first=(LIKE, PICK))
    assert (crowded["wide"] != "").sum() == 0


def test_order_of_likes_and_picks_does_not_change_the_map(marquee: Marquee) -> None:
    likes, picks = marquee.films(TASTE.likes), marquee.recommend(TASTE, top_n=24)
    once = build_taste_map(marquee, likes, picks)
    again = build_taste_map(marquee, likes[::-1], picks[::-1])
    pd.testing.assert_frame_equal(once.films, again.films)
    pd.testing.assert_frame_equal(once.corners, again.corners)
    pd.testing.assert_frame_equal(once.outlines, again.outlines)


def test_map_shows_likes_picks_and_labelled_neighbours(
    marquee: Marquee,
) -> None:
    drawn = build(marquee)
    roles = drawn.films.set_index("tconst")["role"]
    assert set(roles[roles == LIKE].index) == set(TASTE.likes)
    assert (roles == PICK).sum() == 24
    assert (roles == NEAR).sum() >= 10
    # Three tastes give three kinds of clusters; their films decide on the labels.
    named = set(drawn.corners["corner"])
    for names in ({"Hayao Miyazaki", "Animation"}, {"Sergio Leone", "Western", "Clint Eastwood"},
                  {"Alfred Hitchcock", "James Stewart", "Mystery"}):  # fmt: skip
        assert names & named
    for corner in drawn.corners.to_dict("records"):
        films = marquee.films(corner["tconsts"])
        held = sum(corner["corner"] in names_of(film) for film in films)
        assert corner["says"] == f"{held} of {len(films)} films"


def test_map_distances_correlate_with_model_distances(marquee: Marquee) -> None:
    films = build(marquee).films
    places = films[["x", "y"]].to_numpy()
    real = measure_distances(marquee.model, marquee.model.rows_of(films["tconst"]))
    pairs = np.triu_indices(len(films), 1)
    assert np.corrcoef(distances_of(places)[pairs], real[pairs])[0, 1] > 0.5
    assert real.diagonal().max() == 0.0


@pytest.mark.parametrize("likes", [("tt0113277",), ("tt0113277", "tt0369339")])
def test_one_like_is_enough_for_a_map(marquee: Marquee, likes: tuple[str, ...]) -> None:
    assert len(build(marquee, Profile(likes=likes)).films) > 30
