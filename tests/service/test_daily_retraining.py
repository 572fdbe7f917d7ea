"""Daily retraining: once a day, only when enough likes changed, and never at a page's cost."""

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
from recommender.service.daily_jobs import NEW_LIKES, retrain_if_due
from recommender.settings import load_settings

DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(6)]


@pytest.fixture
def marquee(data_dir: Path, tmp_path: Path) -> Iterator[Marquee]:
    shutil.copytree(data_dir, tmp_path / "data")
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    yield opened
    opened.close()


def retrain(marquee: Marquee, today: date = DAYS[0]) -> bool:
    return retrain_if_due(marquee.people, marquee.model, marquee.settings, today=today)


def import_people(marquee: Marquee, people: int) -> None:
    """Import people who all like the same ten films."""
    films = marquee.catalogue.search("", filters=Filters(genres=("War",)), limit=10).films
    numbers = [int(film.tconst.removeprefix("tt")) for film in films]
    links = pd.DataFrame({"movieId": range(10), "imdbId": numbers})
    rows = [(person, movie, 5.0) for person in range(people) for movie in range(10)]
    ratings = pd.DataFrame(rows, columns=["userId", "movieId", "rating"])
    import_ratings(marquee.settings, ratings, links)


def test_retraining_runs_once_a_day_and_only_when_enough_is_new(marquee: Marquee) -> None:
    assert not retrain(marquee), "there are no likes"
    import_people(marquee, MIN_USERS)
    saved = marquee.settings.model_dir / "model.json"
    before = saved.read_bytes()
    assert retrain(marquee)
    assert saved.read_bytes() != before
    import_people(marquee, 2 * MIN_USERS)
    assert not retrain(marquee), "today's run is done"
    assert retrain(marquee, DAYS[1])
    assert not retrain(marquee, DAYS[2]), "no like is new"
    import_people(marquee, 2 * MIN_USERS + (NEW_LIKES // 10) - 1)
    assert not retrain(marquee, DAYS[3]), "too few likes are new"
    import_people(marquee, 2 * MIN_USERS + (NEW_LIKES // 10))
    assert retrain(marquee, DAYS[4])


def test_a_newly_fitted_model_is_retrained(marquee: Marquee) -> None:
    content_only = marquee.model
    import_people(marquee, MIN_USERS)
    assert retrain(marquee)
    save_model(content_only, marquee.settings.model_dir)
    assert retrain(marquee, DAYS[1])


def test_removed_likes_count_as_changes(marquee: Marquee) -> None:
    import_people(marquee, MIN_USERS + 20)
    assert retrain(marquee)
    import_people(marquee, MIN_USERS)
    assert retrain(marquee, DAYS[1])


def test_a_failed_run_keeps_the_ranking_and_is_tried_again(
    marquee: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    before = marquee.recommend(Profile(likes=("tt0113277",)), top_n=5)
    marquee.settings.community_file.write_bytes(b"no gzip at all")
    assert not retrain(marquee)
    assert "Retraining on everyone's likes failed" in caplog.text
    assert marquee.recommend(Profile(likes=("tt0113277",)), top_n=5) == before
    import_people(marquee, MIN_USERS)
    assert retrain(marquee)


def test_a_damaged_record_of_the_last_run_is_ignored(marquee: Marquee) -> None:
    (marquee.settings.data_dir / "community.json").write_text("{")
    import_people(marquee, MIN_USERS)
    assert retrain(marquee)
