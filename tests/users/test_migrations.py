from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.users import People, new_token
from recommender.users.connections import Connections
from recommender.users.migrations import MIGRATIONS, Migration, migrate

DUMP_0_1 = Path(__file__).with_name("people_0_1.sql")
NOTE = Migration(name="a note on people", statements=("ALTER TABLE users ADD COLUMN note TEXT",))
BROKEN = Migration(
    name="half a step", statements=("CREATE TABLE half (x) STRICT", "CREATE TABLE nonsense (")
)


def test_new_file_records_every_migration(people: People, db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection:
        names = connection.execute("SELECT number, name FROM migrations ORDER BY number").fetchall()
    assert names == [(number, step.name) for number, step in enumerate(MIGRATIONS, start=1)]


def test_tables_are_strict_and_the_file_is_private(people: People, db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection:
        strict = dict(connection.execute("SELECT name, strict FROM pragma_table_list").fetchall())
    assert {strict[name] for name in ("users", "sessions", "interactions", "migrations")} == {1}
    assert db.stat().st_mode & 0o077 == 0


def test_connections_are_durable(people: People, db: Path) -> None:
    connections = Connections(db, busy_timeout_ms=5000)
    with connections.writing() as connection:
        settings = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    connections.close()
    assert settings == ["wal", 2, 1, 5000]


def test_missing_migrations_are_applied(people: People, db: Path) -> None:
    ada = people.open_guest(new_token()).user_id
    people.set_interaction(ada, "tt0113277", InteractionKind.LIKE, on=True)
    people.close()
    connections = Connections(db, busy_timeout_ms=5000)
    for _ in range(2):
        migrate(connections, now=1, migrations=(*MIGRATIONS, NOTE))
    with connections.reading() as connection:
        rows = connection.execute(
            "SELECT tconst, note FROM users JOIN interactions USING (user_id)"
        ).fetchall()
    connections.close()
    assert rows == [("tt0113277", None)]


def test_released_first_migration_is_unchanged() -> None:
    # Files made by it are on people's disks: a change would make two shapes of one version.
    statements = "\n".join(" ".join(text.split()) for text in MIGRATIONS[0].statements)
    assert (
        sha256(statements.encode()).hexdigest()
        == "931acf0ddb69894ca831cf03b19868fd1bfbf3a181f8a8a1648291c6c73f85b4"
    )


def test_migration_from_the_first_schema_loses_nothing(db: Path) -> None:
    connections = Connections(db, busy_timeout_ms=5000)
    migrate(connections, now=1, migrations=MIGRATIONS[:1])
    rows = [
        (7, 1, "tt0113277", "like", 30),
        (8, 2, "tt0113277", "hide", 20),
        (9, 1, "tt0078748", "watchlist", 20),
        (12, 1, "tt0078748", "seen", 20),
    ]
    with connections.writing() as connection:
        connection.executemany(
            "INSERT INTO users (user_id, created_at) VALUES (?, 5)", [(1,), (2,)]
        )
        connection.execute("INSERT INTO sessions VALUES (zeroblob(32), 1, 1, 2, 3)")
        connection.executemany("INSERT INTO interactions VALUES (?, ?, ?, ?, ?)", rows)
    migrate(connections, now=2)
    with connections.writing() as connection:
        kept = connection.execute("SELECT * FROM interactions ORDER BY interaction_id").fetchall()
        assert kept == [(*row, "") for row in rows]
        assert connection.execute("SELECT * FROM sessions").fetchall() == [
            (b"\0" * 32, 1, 1, 2, 3, 0)
        ]
        indexes = connection.execute("SELECT name FROM pragma_index_list('interactions')")
        assert ("interactions_by_time",) in indexes.fetchall()
        # The new kind is there, other words are not, and people still take their rows along.
        say = "INSERT INTO interactions (user_id, tconst, kind, created_at) VALUES (2, 'tt1', ?, 1)"
        connection.execute(say, ("less",))
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(say, ("adore",))
        connection.execute("DELETE FROM users WHERE user_id = 1")
        left = connection.execute("SELECT user_id, kind FROM interactions").fetchall()
        assert left == [(2, "hide"), (2, "less")]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connections.close()


def test_failed_migration_is_rolled_back(people: People, db: Path) -> None:
    connections = Connections(db, busy_timeout_ms=5000)
    with pytest.raises(PeopleError):
        migrate(connections, now=1, migrations=(*MIGRATIONS, BROKEN))
    with connections.reading() as connection:
        half = connection.execute("SELECT * FROM sqlite_master WHERE name = 'half'").fetchall()
        done = connection.execute("SELECT max(number) FROM migrations").fetchone()[0]
    connections.close()
    assert half == []
    assert done == len(MIGRATIONS)


def test_newer_file_is_refused_and_unchanged(people: People, db: Path) -> None:
    people.close()
    connections = Connections(db, busy_timeout_ms=5000)
    migrate(connections, now=1, migrations=(*MIGRATIONS, NOTE))
    connections.close()
    before = db.read_bytes()
    with pytest.raises(PeopleError, match=r"newer Marquee .*please update"):
        People(db)
    assert db.read_bytes() == before


def test_foreign_database_is_refused_and_unchanged(tmp_path: Path) -> None:
    foreign = tmp_path / "people.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    before = foreign.read_bytes()
    with pytest.raises(PeopleError, match="not a database of Marquee"):
        People(foreign)
    assert foreign.read_bytes() == before


def test_four_processes_migrate_in_parallel(db: Path) -> None:
    # Each waits for the same moment, opens the same missing file and makes a guest.
    program = (
        "import sys, time; from pathlib import Path\n"
        "from recommender.users import People, new_token\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "people = People(Path(sys.argv[1])); people.open_guest(new_token()); people.close()\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(db)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")
    people = People(db)
    assert people.info().people == 4
    assert people.info().schema_version == len(MIGRATIONS)
    people.close()


def test_sources_of_version_0_1_are_filled_in(db: Path) -> None:
    connections = Connections(db, busy_timeout_ms=5000)
    migrate(connections, now=1, migrations=MIGRATIONS[:3])
    persona = ["tt0036775", "tt0039689", "tt0033870"]
    rows = [
        # Three likes of the film-noir lover, one microsecond apart, and one added by hand later.
        *((1, tconst, "like", 1_000 + n) for n, tconst in enumerate(persona)),
        (1, "tt0037008", "like", 900_000),
        # Two likes sent in one request by a person who wears no persona.
        (2, "tt0036775", "like", 5_000),
        (2, "tt0113277", "like", 5_001),
        # An import, and the same film liked again after it was removed.
        (3, "tt0113277", "like", 70),
        (3, "tt0078748", "seen", 71),
        (3, "tt0076759", "like", 800),
    ]
    with connections.writing() as connection:
        connection.executemany(
            "INSERT INTO users (user_id, created_at) VALUES (?, 5)", [(1,), (2,), (3,)]
        )
        connection.executemany(
            "INSERT INTO interactions (user_id, tconst, kind, created_at) VALUES (?, ?, ?, ?)", rows
        )
        connection.execute("INSERT INTO imports VALUES (4, 3, 'Letterboxd', 60)")
        connection.executemany(
            "INSERT INTO imported_rows VALUES (4, ?, ?, ?)",
            [("tt0113277", "like", 70), ("tt0078748", "seen", 71), ("tt0076759", "like", 72)],
        )
    migrate(connections, now=2)
    with connections.reading() as connection:
        found = connection.execute(
            "SELECT user_id, tconst, source FROM interactions WHERE source <> '' "
            "ORDER BY user_id, created_at"
        ).fetchall()
    assert found == [
        *((1, tconst, "persona:noir_lover") for tconst in persona),
        (3, "tt0113277", "import:4"),
        (3, "tt0078748", "import:4"),
    ]
    people = People(db)
    assert [(one.import_id, one.added) for one in people.imports.list(3)] == [(4, 2)]
    assert people.imports.undo(3, 4) == 2
    assert [row.tconst for row in people.list_interactions(3)] == ["tt0076759"]
    people.close()


def test_file_of_version_0_1_opens_with_all_interactions(db: Path) -> None:
    db.parent.mkdir()
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(DUMP_0_1.read_text(encoding="utf-8"))
        rows = "SELECT tconst, kind, created_at FROM interactions ORDER BY interaction_id"
        before = connection.execute(rows).fetchall()
    people = People(db, clock=lambda: datetime(2026, 11, 2, tzinfo=UTC))
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute(rows).fetchall() == before
    guest, member = people.find_user("g" * 43), people.find_user("m" * 43)
    assert guest is not None
    assert member is not None
    sources = {row.tconst: row.source for row in people.list_interactions(guest.user_id)}
    clicked = {"tt0113277", "tt0036775", "tt0078748", "tt0068646"}
    assert {tconst for tconst, source in sources.items() if not source} == clicked
    assert set(sources.values()) == {"", "persona:noir_lover"}
    (imported,) = people.imports.list(member.user_id)
    assert people.imports.undo(member.user_id, imported.import_id) == 2
    left = [(row.tconst, row.kind.value) for row in people.list_interactions(member.user_id)]
    assert left == [("tt0211915", "less"), ("tt0133093", "like")]
    people.close()
