"""Daily job: backs up once a day, and a task that fails stops no other."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from recommender.service.daily_jobs import DailyJob, backup_if_due
from recommender.settings import load_settings
from recommender.users import People, new_token


def test_one_backup_is_made_a_day(tmp_path: Path) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path)})
    assert not backup_if_due(settings), "there are no people yet"
    people = People(settings.people_db)
    people.open_guest(new_token())
    people.close()
    assert backup_if_due(settings)
    assert len(list(settings.backup_dir.glob("people-*.db"))) == 1
    assert not backup_if_due(settings)


def test_a_backup_that_fails_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path)})
    settings.people_db.write_bytes(b"not a database, but long enough to be read" * 50)
    assert not backup_if_due(settings)
    assert "backup of people's data failed" in caplog.text


def test_every_task_runs_although_the_first_fails(caplog: pytest.LogCaptureFixture) -> None:
    ran = threading.Event()

    def fail() -> None:
        raise ValueError("disk full")

    job = DailyJob([fail, ran.set])
    job.start()
    job.start()  # a second start changes nothing
    assert ran.wait(5)
    job.stop()
    job.stop()
    assert "disk full" in caplog.text


def test_a_stopped_job_can_start_again() -> None:
    runs = threading.Semaphore(0)
    job = DailyJob([runs.release])
    for _ in range(2):
        job.start()
        assert runs.acquire(timeout=5)
        job.stop()
