"""Facade on the bundled catalogue: recommendations, explanations, profiles, closing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.engine import TERMS
from recommender.entities import InteractionKind, Profile
from recommender.errors import UnknownFilm
from recommender.service import (
    Marquee,
    build_alike_rows,
    build_contribution_table,
    build_genre_table,
    build_similarity_table,
)
from recommender.settings import load_settings
from recommender.users import new_token

HEAT, COLLATERAL, GODFATHER = "tt0113277", "tt0369339", "tt0068646"
TASTE = Profile(
    likes=("tt0245429", "tt0119698", "tt0060196", "tt0064116", "tt0047396", "tt0052357")
)


@pytest.fixture(scope="module")
def marquee(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marquee]:
    folder = tmp_path_factory.mktemp("service") / "data"
    shutil.copytree(data_dir, folder)
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    yield opened
    opened.close()


def test_contributions_of_reasons_sum_to_the_score(marquee: Marquee) -> None:
    picks = marquee.recommend(TASTE, top_n=20)
    assert len(picks) == 20
    for pick in picks:
        assert pick.film.primary_title
        assert sum(reason.contribution for reason in pick.reasons) == pytest.approx(pick.score)
        assert {reason.term for reason in pick.reasons} <= TERMS.keys()


def test_unknown_film_raises_unknown_film(marquee: Marquee) -> None:
    for ask in (marquee.film, lambda t: marquee.similar(t, top_n=3)):
        with pytest.raises(UnknownFilm, match="tt9999999"):
            ask("tt9999999")
    assert marquee.unknown([HEAT, "tt9999999"]) == ["tt9999999"]


def test_any_film_outside_the_profile_is_explained(marquee: Marquee) -> None:
    explained = marquee.explain(Profile(likes=(HEAT,)), COLLATERAL)
    assert explained is not None
    assert "Heat" in explained.because
    assert marquee.explain(Profile(likes=(HEAT,)), HEAT) is None
    assert marquee.explain(Profile(), HEAT) is None


def test_contribution_table_sums_to_the_score(marquee: Marquee) -> None:
    picks = marquee.recommend(TASTE, top_n=20)
    assert len(picks) == 20
    for pick in picks:
        table = build_contribution_table(pick.reasons)
        assert table["contribution"].sum() == pytest.approx(pick.score)
        assert len(table) <= len(pick.reasons)


def test_similarity_table_pairs_every_pick_with_every_like(marquee: Marquee) -> None:
    likes = marquee.films(TASTE.likes)
    picks = marquee.recommend(TASTE, top_n=5)
    table = build_similarity_table(marquee, likes, picks)
    assert len(table) == len(likes) * 5
    assert table["similarity"].between(0, 1).all()
    assert table["similarity"].max() > 0.3
    assert "Hayao Miyazaki" in " ".join(table["people"])


def test_sequel_is_the_most_similar_film(marquee: Marquee) -> None:
    assert marquee.similar("tt0083658", top_n=1)[0].film.label == "Blade Runner 2049 (2017)"


def test_alike_rows_name_shared_people(marquee: Marquee) -> None:
    rows = build_alike_rows(marquee.similar(HEAT, top_n=5))
    assert "Michael Mann" in " ".join(row["text"] for row in rows)
    assert min(row["contribution"] for row in rows) > 0


def test_genre_table_compares_with_the_whole_catalogue(marquee: Marquee) -> None:
    table = build_genre_table(marquee, marquee.films(["tt0060196", "tt0064116"])).set_index("genre")
    assert table.loc["Western", "yours"] == 1.0
    assert table["everyone"].between(0.001, 0.1)["Western"]


def test_closed_marquee_opens_again(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(data_dir, tmp_path / "data")
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    assert marquee.film(HEAT).primary_title == "Heat"
    marquee.close()
    marquee.close()
    assert marquee.film(HEAT).start_year == 1995
    marquee.close()


def test_profile_holds_every_like_and_five_make_a_taste(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(data_dir, tmp_path / "data")
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    user_id = marquee.people.open_guest(new_token()).user_id
    assert not marquee.knows_taste(marquee.profile(user_id))
    films = [film.tconst for film in marquee.catalogue.list_popular(limit=20)]
    for count in (4, 5, 20):
        said = [(tconst, InteractionKind.LIKE, True) for tconst in films[:count]]
        marquee.people.set_interactions(user_id, said)
        profile = marquee.profile(user_id)
        assert len(profile.likes) == count
        assert marquee.knows_taste(profile) == (count >= 5)
    marquee.close()
