"""Everybody's likes join by themselves: once a day, when enough is new, and never by force."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from recommender.catalogue import Filters
from recommender.engine import MIN_USERS, save_model
from recommender.entities import Profile
from recommender.service import Marquee, import_ratings
from recommender.service.retraining import NEW_LIKES, Retraining
from recommender.settings import load_settings


class Days:
    """A calendar that turns when it is told to."""

    def __init__(self) -> None:
        self.today = date(2026, 1, 1)

    def __call__(self) -> date:
        return self.today

    def turn(self) -> None:
        self.today += timedelta(days=1)


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path) -> Iterator[Marquee]:
    shutil.copytree(data_dir, tmp_path / "data")
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    yield opened
    opened.close()


def bring(marquee: Marquee, people: int) -> None:
    """Import people who all like the same ten films."""
    films = marquee.catalogue.search("", filters=Filters(genres=("War",)), limit=10).films
    numbers = [int(film.tconst.removeprefix("tt")) for film in films]
    links = pd.DataFrame({"movieId": range(10), "imdbId": numbers})
    rows = [(person, movie, 5.0) for person in range(people) for movie in range(10)]
    ratings = pd.DataFrame(rows, columns=["userId", "movieId", "rating"])
    import_ratings(marquee.settings, ratings, links)


def test_it_learns_once_a_day_and_only_from_enough_that_is_new(marquee: Marquee) -> None:
    days = Days()
    retraining = Retraining(marquee, today=days)
    assert not retraining.learn_if_due(), "nobody likes anything"
    bring(marquee, MIN_USERS)
    page = marquee.settings.model_dir / "model.json"
    before = page.read_bytes()
    assert retraining.learn_if_due()
    assert page.read_bytes() != before
    bring(marquee, 2 * MIN_USERS)
    assert not retraining.learn_if_due(), "it was done today"
    days.turn()
    assert retraining.learn_if_due()
    days.turn()
    assert not retraining.learn_if_due(), "nothing is new"
    bring(marquee, 2 * MIN_USERS + (NEW_LIKES // 10) - 1)
    assert not retraining.learn_if_due(), "too little is new"
    bring(marquee, 2 * MIN_USERS + (NEW_LIKES // 10))
    assert retraining.learn_if_due()


def test_another_process_knows_what_was_done(marquee: Marquee) -> None:
    days = Days()
    bring(marquee, MIN_USERS)
    assert Retraining(marquee, today=days).learn_if_due()
    assert not Retraining(marquee, today=days).learn_if_due()
    days.turn()
    assert not Retraining(marquee, today=days).learn_if_due()


def test_a_model_fitted_anew_is_taught_again(marquee: Marquee) -> None:
    days = Days()
    retraining = Retraining(marquee, today=days)
    plain = marquee.model
    bring(marquee, MIN_USERS)
    assert retraining.learn_if_due()
    save_model(plain, marquee.settings.model_dir)
    days.turn()
    assert retraining.learn_if_due()


def test_likes_taken_back_count_too(marquee: Marquee) -> None:
    days = Days()
    retraining = Retraining(marquee, today=days)
    bring(marquee, MIN_USERS + 20)
    assert retraining.learn_if_due()
    bring(marquee, MIN_USERS)
    days.turn()
    assert retraining.learn_if_due()


def test_a_failure_leaves_the_ranking_as_it_was(
    marquee: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    retraining = Retraining(marquee, today=Days())
    before = marquee.recommend(Profile(likes=("tt0113277",)), top_n=5)
    marquee.settings.community_file.write_bytes(b"no gzip at all")
    assert not retraining.learn_if_due()
    assert "could not be learned from" in caplog.text
    assert marquee.recommend(Profile(likes=("tt0113277",)), top_n=5) == before
    bring(marquee, MIN_USERS)
    assert retraining.learn_if_due(), "it is tried again the same day"


def test_a_damaged_note_is_as_none(marquee: Marquee) -> None:
    (marquee.settings.data_dir / "community.json").write_text("{")
    bring(marquee, MIN_USERS)
    assert Retraining(marquee, today=Days()).learn_if_due()


def test_it_runs_beside_the_pages_and_ends_with_them(marquee: Marquee) -> None:
    bring(marquee, MIN_USERS)
    marquee.retraining.start()
    marquee.retraining.stop()
    assert (marquee.settings.data_dir / "community.json").exists()
