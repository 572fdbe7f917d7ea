"""The day's copy is made by the process that runs."""

from __future__ import annotations

import time
from pathlib import Path

from recommender.service.safekeeping import Safekeeping
from recommender.settings import load_settings
from recommender.users import People, new_token


def test_a_running_process_makes_the_days_copy(tmp_path: Path) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path)})
    keeping = Safekeeping(settings)
    assert not keeping.copy_if_due()  # nobody has said anything yet
    people = People(settings.people_db)
    people.open_guest(new_token())
    people.close()
    keeping.start()
    try:
        for _ in range(200):
            if list(settings.backup_dir.glob("people-*.db")):
                break
            time.sleep(0.02)
    finally:
        keeping.stop()
    assert len(list(settings.backup_dir.glob("people-*.db"))) == 1
    assert not keeping.copy_if_due()


def test_a_copy_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path)})
    settings.people_db.write_bytes(b"not a database, but long enough to be looked at" * 50)
    assert not Safekeeping(settings).copy_if_due()
