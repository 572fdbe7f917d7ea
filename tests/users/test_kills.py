"""Acknowledged likes survive killed processes and torn logs, and no write is partial.

``python benchmarks/kills.py`` kills a hundred times, and the real server too.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.kills import kill_services
from recommender.entities import InteractionKind
from recommender.users import People, new_token

PAIRS = 40


def test_sigkill_loses_no_acknowledged_like(tmp_path: Path) -> None:
    outcome = kill_services(tmp_path, kills=5, seed=8)
    assert outcome.kills == 5
    assert outcome.acknowledged >= 10 * outcome.kills
    assert outcome.stored >= outcome.acknowledged
    assert (outcome.lost, outcome.half_written, outcome.unsound) == (0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file and its log, and how long the log was when each pair had been acknowledged."""

    path: Path
    ends: tuple[int, ...]

    @property
    def log(self) -> Path:
        return self.path.with_name("people.db-wal")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    path = tmp_path_factory.mktemp("torn") / "people.db"
    people = People(path)
    user = people.open_guest(new_token()).user_id
    # Into the file itself, so that the log holds the pairs and nothing else.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    ends = []
    for number in range(PAIRS):
        pair = [(f"tt{number:06d}{half}", InteractionKind.LIKE, True) for half in range(2)]
        people.set_interactions(user, pair)
        ends.append(path.with_name("people.db-wal").stat().st_size)
    yield Written(path=path, ends=tuple(ends))
    people.close()  # only now: closing would fold the log into the file


def open_torn(written: Written, folder: Path, log: bytes) -> tuple[set[str], str]:
    """Return the films that are there after opening a copy with this log, and SQLite's verdict."""
    folder.mkdir()
    copy = folder / "people.db"
    shutil.copy(written.path, copy)
    copy.with_name("people.db-wal").write_bytes(log)
    People(copy).close()
    with closing(sqlite3.connect(copy)) as connection:
        films = {row[0] for row in connection.execute("SELECT tconst FROM interactions")}
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return films, verdict


@pytest.mark.parametrize("damage", ["cut", "flipped", "zeroed", "old sectors"])
def test_torn_log_keeps_earlier_acknowledged_likes(
    damage: str, written: Written, tmp_path: Path
) -> None:
    whole = written.log.read_bytes()
    assert written.ends[-1] == len(whole)
    drawn = random.Random(damage)  # noqa: S311 - places, no secrets
    kept = []
    for round_ in range(12):
        place = drawn.randrange(len(whole))
        rest = bytearray(whole[place:])
        if damage == "cut":
            rest.clear()
        elif damage == "flipped":
            for _ in range(drawn.randint(1, 64)):
                rest[drawn.randrange(len(rest))] ^= drawn.randint(1, 255)
            rest[0] ^= 0xFF
        elif damage == "zeroed":
            rest[:] = bytes(len(rest))
        else:  # a disk that wrote the last sectors, and not those in front of them
            rest[: min(len(rest), 512 * drawn.randint(1, 40))] = b"\xe5" * min(
                len(rest), 512 * drawn.randint(1, 40)
            )
            rest = rest[: len(whole) - place]
        films, verdict = open_torn(written, tmp_path / f"{round_}", whole[:place] + bytes(rest))
        before = sum(end <= place for end in written.ends)
        wanted = {f"tt{number:06d}{half}" for number in range(before) for half in range(2)}
        assert verdict == "ok"
        assert wanted <= films
        assert {film[:-1] + half for film in films for half in "01"} == films, "half a pair"
        kept.append(before)
    assert len(set(kept)) > 5, "the tears are in different places"


def test_complete_log_restores_every_like(written: Written, tmp_path: Path) -> None:
    films, verdict = open_torn(written, tmp_path / "whole", written.log.read_bytes())
    assert (len(films), verdict) == (2 * PAIRS, "ok")
