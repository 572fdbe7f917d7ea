"""Real faults of storage: flipped bytes, held locks, missing permissions, full disks."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.users import People, new_token
from recommender.users.connections import Connections
from recommender.users.migrations import MIGRATIONS
from tests.faults import as_nobody, full, held, let_go, small_disk

LIKE = InteractionKind.LIKE


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users of the machine may enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def fill(people: People, films: int) -> int:
    user_id = people.open_guest(new_token()).user_id
    people.set_interactions(user_id, [(f"tt{n:07d}", LIKE, True) for n in range(films)])
    return user_id


def test_file_that_is_no_database_is_refused_and_unchanged(db: Path) -> None:
    db.parent.mkdir()
    db.write_bytes(b"my diary, not a database" * 400)
    with pytest.raises(PeopleError, match=r"people\.db is damaged or not a database"):
        People(db)
    assert db.read_bytes() == b"my diary, not a database" * 400


def test_damaged_pages_are_reported(db: Path) -> None:
    people = People(db)
    user_id = fill(people, 2000)
    people.close()
    damaged = bytearray(db.read_bytes())
    half = len(damaged) // 2  # the tables' own description is in front
    damaged[half:] = b"\xa5" * (len(damaged) - half)
    db.write_bytes(damaged)

    again = People(db)
    with pytest.raises(PeopleError, match=r"damaged.*restore"):
        again.kinds_by_film(user_id)
    assert again.quick_check() != ()
    again.close()
    assert db.read_bytes() == bytes(damaged)


def test_folder_in_place_of_the_file_is_reported(db: Path) -> None:
    db.mkdir(parents=True)
    with pytest.raises(PeopleError, match="it is a folder"):
        People(db)


def test_file_in_place_of_the_folder_is_reported(db: Path) -> None:
    db.parent.write_text("not a folder")
    with pytest.raises(PeopleError, match="cannot be opened"):
        People(db)


def test_missing_file_is_not_created_again(db: Path) -> None:
    people = People(db)
    user_id = fill(people, 3)
    people.close()
    connections = Connections(db, busy_timeout_ms=100)
    for part in db.parent.iterdir():
        part.unlink()
    with pytest.raises(PeopleError, match="cannot be opened"), connections.writing():
        pass
    assert not db.exists()
    assert user_id == 1


def test_read_only_folder_is_reported(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with as_nobody(), pytest.raises(PeopleError, match=r"cannot be opened \(Permission"):
        People(open_folder / "people.db")
    open_folder.chmod(0o755)
    assert list(open_folder.iterdir()) == []


def test_read_only_file_is_read_and_not_written(open_folder: Path) -> None:
    db = open_folder / "people.db"
    writer = People(db)  # stays open: its log is there for the reader
    user_id = fill(writer, 3)
    for part in open_folder.iterdir():
        part.chmod(0o444)
    open_folder.chmod(0o555)
    with as_nobody():
        reader = People(db)
        assert len(reader.kinds_by_film(user_id)) == 3
        with pytest.raises(PeopleError, match="cannot be written to"):
            reader.set_interaction(user_id, "tt0113277", LIKE, on=True)
        assert len(reader.kinds_by_film(user_id)) == 3
        reader.close()
    open_folder.chmod(0o755)
    assert len(writer.kinds_by_film(user_id)) == 3
    writer.close()


def write_until_full(people: People, user_id: int) -> None:
    for number in range(10_000):
        people.set_interactions(
            user_id, [(f"tt1{number:05d}{part}", LIKE, True) for part in range(3)]
        )


def test_full_disk_is_reported_and_rolled_back(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=2) as disk:
        people = People(disk / "people.db")
        user_id = fill(people, 10)
        with full(disk):
            with pytest.raises(
                PeopleError, match=r"(is full|read or written).*Nothing was changed"
            ):
                write_until_full(people, user_id)
            kept = set(people.kinds_by_film(user_id))
            assert len(kept) >= 10
            # All three of a transaction, or none.
            assert {f"{film[:-1]}{part}" for film in kept if film.startswith("tt1")
                    for part in range(3)} <= kept  # fmt: skip
        assert people.set_interaction(user_id, "tt9999999", LIKE, on=True)
        assert set(people.kinds_by_film(user_id)) == {*kept, "tt9999999"}
        assert people.quick_check() == ()
        people.close()


def test_failing_disk_is_reported(db: Path) -> None:
    # The limit on a file's size makes the operating system refuse the write itself.
    People(db).close()
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from recommender.entities import InteractionKind\n"
        "from recommender.errors import PeopleError\n"
        "from recommender.users import People, new_token\n"
        "people = People(Path(sys.argv[1])); user = people.open_guest(new_token()).user_id\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "stored = 0\n"
        "try:\n"
        "    for n in range(5000):\n"
        "        people.set_interaction(user, f'tt{n:07d}', InteractionKind.LIKE, on=True)\n"
        "        stored += 1\n"
        "except PeopleError as error: print(stored, user, error, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(db)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    stored, user_id, message = done.stdout.strip().split("|")
    assert "could not be read or written" in message or "is full" in message
    people = People(db)
    assert len(people.kinds_by_film(int(user_id))) == int(stored) > 0
    assert people.quick_check() == ()
    people.close()


def test_short_lock_is_waited_for(db: Path) -> None:
    people = People(db)
    user_id = fill(people, 1)
    with held(db) as other:
        Timer(2, let_go, [other]).start()
        assert people.set_interaction(user_id, "tt0113277", LIKE, on=True)
        assert other.wait(timeout=10) == 0, "it was written after the other had let go"
    people.close()


def test_long_lock_is_reported_while_reading_works(db: Path) -> None:
    people = People(db, busy_timeout_ms=100)
    user_id = fill(people, 1)
    with held(db):
        with pytest.raises(PeopleError, match=r"busy.*try again"):
            people.set_interaction(user_id, "tt0113277", LIKE, on=True)
        assert len(people.kinds_by_film(user_id)) == 1
    people.close()


_WRITER = """
import sys
from pathlib import Path
from recommender.entities import InteractionKind
from recommender.users import People
people = People(Path(sys.argv[1]))
user = people.open_guest(sys.argv[2]).user_id
for number in range(60):
    people.set_interaction(user, f"tt{sys.argv[3]}{number:06d}", InteractionKind.LIKE, on=True)
people.close()
"""


def test_two_processes_lose_no_write_and_see_each_other(db: Path) -> None:
    # The same visitor in both, and the first process creates the folder.
    token = new_token()
    command = [sys.executable, "-c", _WRITER, str(db), token]
    writers = [subprocess.Popen([*command, str(nth)]) for nth in (1, 2)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    people = People(db)
    assert people.info().people == 1
    assert len(people.kinds_by_film(people.open_guest(token).user_id)) == 120
    assert people.quick_check() == ()
    people.close()


def test_closed_file_raises_people_error(db: Path) -> None:
    people = People(db)
    people.close()
    people.close()
    with pytest.raises(PeopleError, match="closed"):
        people.kinds_by_film(1)
    with pytest.raises(PeopleError, match="closed"):
        people.open_guest(new_token())


def test_people_error_keeps_its_cause(db: Path) -> None:
    db.parent.mkdir()
    db.write_bytes(b"x" * 8192)
    with pytest.raises(PeopleError) as caught:
        People(db)
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)


def test_info_counts_users_and_interactions(db: Path) -> None:
    people = People(db)
    fill(people, 7)
    info = people.info()
    people.close()
    assert (info.people, info.guests, info.schema_version) == (1, 1, len(MIGRATIONS))
    assert info.interactions[LIKE] == 7
    assert info.interactions[InteractionKind.HIDE] == 0
    assert info.size_bytes >= 4096
    assert info.problems == ()


def test_write_after_the_folder_was_removed_is_refused(db: Path) -> None:
    people = People(db)
    user_id = fill(people, 3)
    aside = db.parent.rename(db.parent.with_name("elsewhere"))
    with pytest.raises(PeopleError, match="cannot be opened"):
        people.set_interaction(user_id, "tt0113277", LIKE, on=True)
    assert not db.parent.exists(), "no new file is created beside the data"
    aside.rename(db.parent)
    assert people.set_interaction(user_id, "tt0113277", LIKE, on=True)
    people.close()
    again = People(db)
    assert len(again.kinds_by_film(user_id)) == 4
    again.close()
