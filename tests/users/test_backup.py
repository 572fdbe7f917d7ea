"""Backups of user data: consistent, checked, private, and restored without a loss."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.users import (
    KEPT_DAYS,
    People,
    back_up,
    check_backup,
    find_latest_copy,
    keep_daily_copy,
    new_token,
    restore,
)
from recommender.users.connections import Connections
from recommender.users.migrations import MIGRATIONS, migrate

HEAT, ALIEN = "tt0113277", "tt0078748"
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def like(people: People, token: str, tconst: str) -> None:
    guest = people.open_guest(token)
    people.set_interaction(guest.user_id, tconst, InteractionKind.LIKE, on=True)


def likes(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT tconst FROM interactions")}


def flip_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[2000:] = bytes(byte ^ 0xFF for byte in content[2000:])
    path.write_bytes(content)


def test_backup_is_one_private_file_with_all_interactions(
    people: People, db: Path, tmp_path: Path
) -> None:
    like(people, new_token(), HEAT)
    copy = tmp_path / "copies" / "people.db"
    reported: list[float] = []
    assert back_up(db, copy, progress=reported.append) == copy.stat().st_size
    assert likes(copy) == {HEAT}
    assert reported[-1] == 1.0
    assert [path.name for path in copy.parent.iterdir()] == ["people.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_backup_during_writes_holds_one_state(people: People, db: Path, tmp_path: Path) -> None:
    token, stop = new_token(), threading.Event()
    like(people, token, HEAT)

    def click() -> None:
        user = people.open_guest(token).user_id
        for number in range(100_000):
            if stop.is_set():
                return
            # Both or neither: a copy that holds one of them is of two moments.
            films = [f"tt1{number:06d}", f"tt2{number:06d}"]
            people.set_interactions(user, [(f, InteractionKind.LIKE, True) for f in films])

    clicking = threading.Thread(target=click)
    clicking.start()
    try:
        for number in range(5):
            copy = tmp_path / f"copy-{number}.db"
            back_up(db, copy)
            found = likes(copy) - {HEAT}
            assert {f[3:] for f in found if f[2] == "1"} == {f[3:] for f in found if f[2] == "2"}
    finally:
        stop.set()
        clicking.join()


def test_failed_backup_leaves_the_older_one(people: People, db: Path, tmp_path: Path) -> None:
    like(people, new_token(), HEAT)
    copy = tmp_path / "copies" / "people.db"
    back_up(db, copy)
    people.close()
    flip_bytes(db)
    with pytest.raises(PeopleError):
        back_up(db, copy)
    assert likes(copy) == {HEAT}
    assert [path.name for path in copy.parent.iterdir()] == ["people.db"]


def test_file_that_is_no_backup_is_refused(people: People, db: Path, tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match="no file"):
        check_backup(tmp_path / "missing.db")
    (tmp_path / "text.db").write_text("hello " * 500)
    with pytest.raises(PeopleError, match="not a database"):
        check_backup(tmp_path / "text.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE birds (name TEXT)")
        other.commit()
    with pytest.raises(PeopleError, match="not a copy"):
        check_backup(tmp_path / "other.db")
    newer = tmp_path / "newer.db"
    back_up(db, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("INSERT INTO migrations VALUES (999, 'from the future', 0)")
        connection.commit()
    with pytest.raises(PeopleError, match="newer Marquee"):
        restore(newer, db, now=NOW)
    with pytest.raises(PeopleError, match="itself"):
        back_up(db, db)
    with pytest.raises(PeopleError, match="itself"):
        restore(db, db, now=NOW)


def test_restore_replaces_data_and_sets_it_aside(people: People, db: Path, tmp_path: Path) -> None:
    token = new_token()
    like(people, token, HEAT)
    copy = tmp_path / "copy.db"
    back_up(db, copy)
    like(people, token, ALIEN)
    aside = restore(copy, db, now=NOW)
    # The app runs on with the connections it had.
    assert people.load_profile(people.open_guest(token).user_id, limit=9).likes == (HEAT,)
    assert aside is not None
    assert likes(aside) == {HEAT, ALIEN}
    like(people, token, ALIEN)
    assert people.quick_check() == ()


@pytest.mark.parametrize("damage", ["flipped", "gone", "emptied"])
def test_restore_moves_damaged_data_aside(
    damage: str, people: People, db: Path, tmp_path: Path
) -> None:
    like(people, new_token(), HEAT)
    copy = tmp_path / "copy.db"
    back_up(db, copy)
    people.close()
    if damage == "flipped":
        flip_bytes(db)
    elif damage == "gone":
        db.unlink()
    else:
        db.write_bytes(b"")
    before = db.read_bytes() if db.exists() else None
    aside = restore(copy, db, now=NOW)
    assert likes(db) == {HEAT}
    assert (aside.read_bytes() if aside else None) == before


def test_daily_backup_is_made_once_a_day_and_kept_a_week(
    people: People, db: Path, tmp_path: Path
) -> None:
    like(people, new_token(), HEAT)
    folder, first = tmp_path / "backups", date(2026, 5, 1)
    foreign = folder / "people-mine.db"
    for day in range(10):
        today = first + timedelta(days=day)
        assert keep_daily_copy(db, folder, today=today) is not None
        assert keep_daily_copy(db, folder, today=today) is None
        foreign.touch()
    names = sorted(path.name for path in folder.iterdir() if path != foreign)
    assert names == [f"people-2026-05-{day:02d}.db" for day in range(4, 11)]
    assert len(names) == KEPT_DAYS
    assert foreign.exists()


def test_empty_file_gets_no_daily_backup(tmp_path: Path) -> None:
    fresh = tmp_path / "people.db"
    fresh.touch()
    assert keep_daily_copy(fresh, tmp_path / "backups", today=date(2026, 5, 1)) is None
    assert not (tmp_path / "backups").exists()


def test_latest_intact_backup_is_found(people: People, db: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert find_latest_copy(folder) is None
    for day in (1, 2, 3):
        keep_daily_copy(db, folder, today=date(2026, 5, day))
    flip_bytes(folder / "people-2026-05-03.db")
    assert find_latest_copy(folder) == folder / "people-2026-05-02.db"


@pytest.mark.skipif(not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs a tmpfs")
def test_full_disk_leaves_no_partial_backup(people: People, db: Path, tmp_path: Path) -> None:
    user = people.open_guest(new_token()).user_id
    films = [(f"tt{number:07d}", InteractionKind.LIKE, True) for number in range(9000)]
    people.set_interactions(user, films)
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=64k tmpfs {disk} 2>/dev/null"):  # noqa: S605
        pytest.skip("this machine mounts no tmpfs")
    try:
        with pytest.raises(PeopleError, match="is full"):
            back_up(db, disk / "copy.db")
        assert list(disk.iterdir()) == []
    finally:
        os.system(f"umount {disk}")  # noqa: S605


def test_restore_keeps_ended_sessions_ended(people: People, db: Path, tmp_path: Path) -> None:
    guest = new_token()
    like(people, guest, HEAT)
    accounts = people.accounts
    stays = accounts.sign_up("Ada", "correct horse battery staple")
    leaves = accounts.sign_in("Ada", "correct horse battery staple")
    kept = accounts.create_token(stays.user.user_id, "kept")
    revoked = accounts.create_token(stays.user.user_id, "revoked")
    copy = tmp_path / "copy.db"
    back_up(db, copy)

    accounts.sign_out(leaves.token)
    numbers = {token.label: token.token_id for token in accounts.list_tokens(stays.user.user_id)}
    accounts.revoke_token(stays.user.user_id, numbers["revoked"])
    like(people, guest, ALIEN)
    restore(copy, db, now=NOW)
    assert accounts.find_user(stays.token) == stays.user
    assert accounts.find_user(leaves.token) is None
    assert accounts.find_user_by_api_token(kept) == stays.user
    assert accounts.find_user_by_api_token(revoked) is None
    assert people.load_profile(people.open_guest(guest).user_id, limit=9).likes == (HEAT,)
    assert sorted(path.name for path in db.parent.iterdir() if path.name.startswith(".")) == []


def test_restore_over_damage_keeps_guests_and_ends_account_sessions(
    people: People, db: Path, tmp_path: Path
) -> None:
    guest = new_token()
    like(people, guest, HEAT)
    ada = people.accounts.sign_up("Ada", "correct horse battery staple")
    script = people.accounts.create_token(ada.user.user_id, "script")
    copy = tmp_path / "copy.db"
    back_up(db, copy)
    people.close()
    flip_bytes(db)
    restore(copy, db, now=NOW)
    again = People(db)
    assert again.find_user(guest) is not None
    assert again.accounts.find_user(ada.token) is None
    assert again.accounts.find_user_by_api_token(script) is None
    assert again.accounts.sign_in("Ada", "correct horse battery staple").user == ada.user
    again.close()


def test_backup_of_the_first_schema_is_restored_and_migrated(
    people: People, db: Path, tmp_path: Path
) -> None:
    people.close()
    old = tmp_path / "old.db"
    connections = Connections(old, busy_timeout_ms=1000)
    migrate(connections, now=1, migrations=MIGRATIONS[:1])
    with connections.writing() as connection:
        connection.execute("INSERT INTO users (user_id, created_at) VALUES (1, 5)")
        connection.execute("INSERT INTO interactions VALUES (1, 1, ?, 'like', 5)", (HEAT,))
    connections.close()
    assert restore(old, db, now=NOW) is not None
    assert likes(db) == {HEAT}
    again = People(db)
    assert again.info().schema_version == len(MIGRATIONS)
    again.close()


_APP = """
import sys
from pathlib import Path
from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.users import People
path, token = Path(sys.argv[1]), sys.argv[2]
people = People(path)
for line in sys.stdin:
    word, _, tconst = line.strip().partition(" ")
    try:
        user = people.open_guest(token).user_id
        if word == "like":
            people.set_interaction(user, tconst, InteractionKind.LIKE, on=True)
        else:
            people.kinds_by_film(user)
        print("done", flush=True)
    except PeopleError as error:
        print(error, flush=True)
"""


@dataclass(frozen=True)
class App:
    """Another process that has the user data open."""

    process: subprocess.Popen[str]

    def say(self, line: str) -> str:
        """Return what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def running_app(db: Path, token: str) -> Iterator[App]:
    command = [sys.executable, "-c", _APP, str(db), token]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield App(process)
        assert process.stdin is not None
        process.stdin.close()


def damage_under_the_app(db: Path) -> bytes:
    """Spoil the rows, with the log folded into the file first; return what is there then."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'interactions_by_time'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(db.read_bytes())
    content[(root - 1) * size : root * size] = b"\xa5" * size
    db.write_bytes(content)
    return bytes(content)


def test_running_app_reads_data_restored_over_damage(db: Path, tmp_path: Path) -> None:
    token, copy = new_token(), tmp_path / "copy.db"
    with running_app(db, token) as app:
        assert app.say(f"like {HEAT}") == "done"
        back_up(db, copy)
        damaged = damage_under_the_app(db)
        assert "is damaged" in app.say("look")
        aside = restore(copy, db, now=NOW)
        assert aside is not None
        assert aside.read_bytes() == damaged
        assert app.say(f"like {ALIEN}") == "done"
    assert likes(db) == {HEAT, ALIEN}, "what was acknowledged is where it is looked for"


def test_damaged_data_in_use_is_not_replaced(db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with running_app(db, new_token()) as app:
        assert app.say(f"like {HEAT}") == "done"
        back_up(db, copy)
        damaged = damage_under_the_app(db)
        with pytest.raises(PeopleError, match="stop Marquee"):
            restore(copy, db, now=NOW, lock_timeout_s=0.2)
        assert db.read_bytes() == damaged
    assert restore(copy, db, now=NOW) is not None
    assert likes(db) == {HEAT}
