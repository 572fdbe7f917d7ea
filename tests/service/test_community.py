"""Everybody's likes join the ranking once there are enough, and apps that run take it up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from recommender.catalogue import Filters
from recommender.engine import MIN_USERS
from recommender.entities import InteractionKind, Profile
from recommender.errors import MarqueeError
from recommender.service import Marquee, import_ratings, learn_community
from recommender.settings import load_settings
from recommender.users import new_token


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path) -> Iterator[Marquee]:
    shutil.copytree(data_dir, tmp_path / "data")
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    yield opened
    opened.close()


def rated(marquee: Marquee, people: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People who all love the same odd dozen of films, with one they hate."""
    films = marquee.catalogue.search("", filters=Filters(genres=("War",)), limit=13).films
    links = pd.DataFrame(
        {"movieId": range(13), "imdbId": [int(film.tconst.removeprefix("tt")) for film in films]}
    )
    rows = [(p, m, 1.0 if m == 12 else 4.5) for p in range(people) for m in range(13)]
    return pd.DataFrame(rows, columns=["userId", "movieId", "rating"]), links


def test_enough_imported_people_change_the_ranking(marquee: Marquee) -> None:
    ratings, links = rated(marquee, MIN_USERS)
    assert import_ratings(marquee.settings, ratings, links) == 12 * MIN_USERS
    profile = Profile(likes=(f"tt{links['imdbId'][0]:07d}",))
    before = {pick.film.tconst: pick.score for pick in marquee.recommend(profile, top_n=500)}
    assert learn_community(marquee.people, marquee.model, marquee.settings).joined
    again = Marquee(marquee.settings)  # as after a restart
    after = {pick.film.tconst: pick.score for pick in again.recommend(profile, top_n=500)}
    again.close()
    companions = {f"tt{number:07d}" for number in links["imdbId"][1:12]}
    assert companions <= after.keys()
    gained = [after[t] - before.get(t, min(before.values())) for t in companions]
    assert sum(gained) > 0


def test_too_few_people_change_nothing_and_it_is_said(marquee: Marquee) -> None:
    import_ratings(marquee.settings, *rated(marquee, MIN_USERS - 1))
    page = marquee.settings.model_dir / "model.json"
    before = page.read_bytes()
    found = learn_community(marquee.people, marquee.model, marquee.settings)
    assert (found.people, found.joined) == (MIN_USERS - 1, False)
    assert page.read_bytes() == before


def test_our_own_people_count_and_are_nobody_imported(marquee: Marquee) -> None:
    guest = marquee.people.open_guest(new_token())
    marquee.people.set_interaction(guest.user_id, "tt0113277", InteractionKind.LIKE, on=True)
    marquee.people.set_interaction(guest.user_id, "tt0068646", InteractionKind.HIDE, on=True)
    import_ratings(marquee.settings, *rated(marquee, 2))
    found = learn_community(marquee.people, marquee.model, marquee.settings)
    assert (found.people, found.likes) == (3, 25)


def test_ratings_without_their_columns_are_refused(marquee: Marquee) -> None:
    ratings, links = rated(marquee, 1)
    with pytest.raises(MarqueeError, match="rating"):
        import_ratings(marquee.settings, ratings.drop(columns="rating"), links)
    marquee.settings.community_file.write_bytes(b"no gzip at all")
    with pytest.raises(MarqueeError, match="import the ratings again"):
        learn_community(marquee.people, marquee.model, marquee.settings)
